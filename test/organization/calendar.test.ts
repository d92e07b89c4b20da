import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDivisions } from '../../subgraphs/organization/seed.ts';
import { LEAD, type OrganizationGraph, organizationGraph, REGISTRAR, staffOf } from './graph.ts';

let graph: OrganizationGraph;

beforeAll(async () => {
  graph = await organizationGraph();
  await seedDivisions(graph.owner);
});
afterAll(() => graph?.drop());

const due = async (from: string, days: number) => {
  const { data, codes, warnings } = await graph.ask(`{ workingDayDeadline(from: "${from}", days: ${days}) { dueAt provisional } }`);
  return { ...data.workingDayDeadline, codes, warned: warnings.map(({ code }) => code) };
};

describe('working-day deadlines', () => {
  it('G4: five working days after 2025-09-26 end with 2025-10-10', async () => {
    expect(await due('2025-09-26', 5)).toEqual({ dueAt: '2025-10-11T00:00:00.000+08:00', provisional: false, codes: [], warned: [] });
  });

  it('G7: over a year without a published calendar they are provisional, with a warning', async () => {
    expect(await due('2026-12-30', 5)).toEqual({
      dueAt: '2027-01-08T00:00:00.000+08:00',
      provisional: true,
      codes: [],
      warned: ['CALENDAR_PROVISIONAL'],
    });
  });

  it('change when the year is published, make-up days included', async () => {
    await graph.owner.query(`insert into work_calendar (year, status, notice_ref) values (2027, 'PUBLISHED', 'test');
      insert into calendar_day (year, date, mark, name) values (2027, '2027-01-01', 'HOLIDAY', '元旦'), (2027, '2027-01-04', 'HOLIDAY', '元旦'), (2027, '2027-01-09', 'MAKE_UP', '元旦')`);
    expect(await due('2026-12-30', 5)).toMatchObject({ dueAt: '2027-01-09T00:00:00.000+08:00', provisional: false, warned: [] });
    expect(await due('2026-12-30', 6)).toMatchObject({ dueAt: '2027-01-10T00:00:00.000+08:00' });
    await graph.owner.query('delete from calendar_day where year = 2027; delete from work_calendar where year = 2027');
  });

  it('refuse no days and too many', async () => {
    expect((await due('2025-01-01', 0)).codes).toEqual(['VALIDATION_FAILED']);
    expect((await due('2025-01-01', 2001)).codes).toEqual(['VALIDATION_FAILED']);
  });
});

describe('work calendars', () => {
  it('are the State Council’s notices', async () => {
    const { data } = await graph.ask(
      '{ workCalendar(year: 2025) { status noticeRef publishedOn holidays { date } makeUpWorkdays { date name } version } none: workCalendar(year: 1999) { year } }',
    );
    expect(data.workCalendar).toMatchObject({
      status: 'PUBLISHED',
      noticeRef: '国办发明电〔2024〕12号',
      publishedOn: '2024-11-12',
      version: 1,
    });
    expect(data.workCalendar.holidays).toHaveLength(28);
    expect(data.workCalendar.makeUpWorkdays.map(({ date }: { date: string }) => date)).toContain('2025-09-28');
    expect(data.none).toBeNull();
  });

  it('are not published without a notice', async () => {
    await expect(graph.owner.query(`insert into work_calendar (year, status) values (2028, 'PUBLISHED')`)).rejects.toThrow(
      'work_calendar_notice',
    );
  });
});

describe('setting the calendar of a year', () => {
  const notice = {
    year: 2027,
    status: 'PUBLISHED',
    holidays: [{ date: '2027-01-01', name: '元旦' }],
    makeUpWorkdays: [{ date: '2027-01-09', name: '元旦' }],
    publishedOn: '2026-11-01',
    noticeRef: '国办发明电〔2026〕1号',
  };
  const set = (changes: Record<string, unknown>, claims = REGISTRAR) =>
    graph.command('setWorkCalendar', { ...notice, ...changes }, claims, 'calendar { year status noticeRef version holidays { date } }');

  it('is for the registrar and the district lead', async () => {
    expect((await set({}, staffOf('STREET_STAFF', ['k1']))).codes).toEqual(['FORBIDDEN']);
  });

  it('makes a provisional one a published one, which deadlines then rest on', async () => {
    expect(await set({ status: 'PROVISIONAL', noticeRef: null })).toMatchObject({ ok: true, payload: { calendar: { version: 1 } } });
    expect(await due('2026-12-30', 5)).toMatchObject({ provisional: true });
    expect(await set({ expectedVersion: 1 }, LEAD)).toMatchObject({
      ok: true,
      payload: { calendar: { year: 2027, status: 'PUBLISHED', version: 2, holidays: [{ date: '2027-01-01' }] } },
    });
    expect(await due('2026-12-30', 5)).toMatchObject({ provisional: false });
    expect(await graph.eventsOf('2027')).toEqual(['work-calendar.changed', 'work-calendar.published']);
  });

  it('changes a published one by another notice alone', async () => {
    const year = (days: string[], more: Record<string, unknown>) =>
      set({ year: 2029, makeUpWorkdays: [], holidays: days.map((date) => ({ date, name: '元旦' })), ...more });
    expect(await year(['2029-01-01'], {})).toMatchObject({ ok: true, payload: { calendar: { version: 1 } } });
    expect((await year(['2029-01-02'], { expectedVersion: 1 })).codes).toEqual(['CALENDAR_LOCKED']);
    expect((await year([], { expectedVersion: 1, status: 'PROVISIONAL', noticeRef: '另一号' })).codes).toEqual(['CALENDAR_LOCKED']);
    const again = await year(['2029-01-02'], { expectedVersion: 1, noticeRef: '国办发明电〔2028〕2号' });
    expect(again.payload.calendar).toMatchObject({ version: 2, holidays: [{ date: '2029-01-02' }] });
  });

  it('refuses what contradicts itself, and a version that is not the present one', async () => {
    expect((await set({ year: 2028, noticeRef: ' ' })).codes).toEqual(['NOTICE_REQUIRED']);
    expect((await set({ year: 2028 })).codes).toEqual(['VALIDATION_FAILED']);
    expect(await set({ year: 3000 })).toMatchObject({ codes: ['VALIDATION_FAILED'], details: [{ least: 1950, most: 2100 }] });
    const [holiday, nameless] = [
      { date: '2028-01-01', name: '元旦' },
      { date: '2028-01-02', name: ' ' },
    ];
    const about = async (days: object) => {
      const { codes, fields, details } = await set({ year: 2028, ...days });
      return [codes, fields, details];
    };
    const wrong = (...field: string[]) => [['VALIDATION_FAILED'], [field], [{ characters: 50 }]];
    expect(await about({ holidays: [holiday, nameless], makeUpWorkdays: [] })).toEqual(wrong('holidays', '1', 'name'));
    expect(await about({ holidays: [holiday], makeUpWorkdays: [nameless] })).toEqual(wrong('makeUpWorkdays', '0', 'name'));
    expect(await about({ holidays: [{ ...holiday, name: '元'.repeat(51) }], makeUpWorkdays: [] })).toEqual(wrong('holidays', '0', 'name'));
    expect(await set({ year: 2030, status: 'PROVISIONAL', holidays: [], makeUpWorkdays: [] })).toMatchObject({ ok: true });
    const stale = await set({ year: 2030, holidays: [], makeUpWorkdays: [], expectedVersion: 2 });
    expect(stale).toMatchObject({ ok: false, codes: ['VERSION_CONFLICT'], details: [{ version: 1 }] });
    expect((await set({ year: 2030, holidays: [], makeUpWorkdays: [] })).codes).toEqual(['VERSION_CONFLICT']);
  });
});
