import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isWorkingDay,
  nthWorkingDayAfter,
  parseWorkCalendar,
  type WorkCalendar,
  workingDaysBetween,
} from '../../subgraphs/shared/src/domain/calendar.ts';
import { addDays, weekday } from '../../subgraphs/shared/src/domain/period.ts';
import { statutoryDays } from '../../subgraphs/shared/src/domain/statutory-day.ts';
import { failure } from './failure.ts';

const folder = new URL('../../data/calendars/', import.meta.url);
/** Up to 2026: G7 is about the time before 2027 was published. */
const calendars: WorkCalendar[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name <= '2026.json')
  .map((name) => parseWorkCalendar(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));

const calendarOf = (year: number) => calendars.find((calendar) => calendar.year === year)!;
const day = fc.integer({ min: 0, max: 365 * 7 }).map((n) => addDays('2021-01-01', n));

describe('a deadline in working days', () => {
  test.each([
    ['2025-09-26', 5, '2025-10-10', 'G4: make-up Sunday 09-28, eight days off'],
    ['2025-09-30', 1, '2025-10-09', 'G5'],
    ['2025-09-30', 5, '2025-10-14', 'G5: Saturday 10-11 works'],
    ['2025-01-24', 5, '2025-02-07', 'G6: Sunday 01-26 works'],
    ['2024-02-08', 5, '2024-02-21', 'G6: the eve of 2024 is a working day'],
    ['2026-02-13', 5, '2026-02-27', 'G6: Saturday 02-14 works'],
    ['2025-04-30', 3, '2025-05-08', 'G6'],
  ])('received on %s, %d working days, is due at the end of %s (%s)', (received, n, dueOn) => {
    const due = nthWorkingDayAfter(received, n, calendars);
    expect(due).toEqual({ dueOn, dueAt: `${addDays(dueOn, 1)}T00:00:00.000+08:00`, provisional: false });
  });

  test('into an unpublished year is provisional, with statutory days and weekends off (G7)', () => {
    expect(nthWorkingDayAfter('2026-12-30', 5, calendars)).toEqual({
      dueOn: '2027-01-07',
      dueAt: '2027-01-08T00:00:00.000+08:00',
      provisional: true,
    });
  });

  test('is computed again when the year is published (G7)', () => {
    const published: WorkCalendar = {
      year: 2027,
      status: 'PUBLISHED',
      holidays: ['2027-01-01', '2027-01-02', '2027-01-03', '2027-01-04'].map((date) => ({ date, name: '元旦' })),
      makeUpWorkdays: [],
    };
    const due = nthWorkingDayAfter('2026-12-30', 5, [...calendars, published]);
    expect([due.dueOn, due.provisional]).toEqual(['2027-01-08', false]);
  });

  test('does not believe a provisional calendar', () => {
    const guess: WorkCalendar = { year: 2027, status: 'PROVISIONAL', holidays: [{ date: '2027-01-05', name: '?' }], makeUpWorkdays: [] };
    const due = nthWorkingDayAfter('2026-12-30', 5, [...calendars, guess]);
    expect([due.dueOn, due.provisional]).toEqual(['2027-01-07', true]);
  });

  test('that ends on the last day of a published year is certain', () => {
    expect(nthWorkingDayAfter('2026-12-30', 1, calendars)).toMatchObject({ dueOn: '2026-12-31', provisional: false });
  });

  test.each([0, -1, 1.5, 2001, Number.NaN])('of %d working days is refused', (n) => {
    expect(failure(() => nthWorkingDayAfter('2025-01-01', n, calendars)).code).toBe('VALIDATION_FAILED');
  });

  test('falls on a working day, counts n, and grows with n and with the day of receipt', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (received, n) => {
        const due = nthWorkingDayAfter(received, n, calendars).dueOn;
        expect(isWorkingDay(due, calendars)).toBe(true);
        expect(workingDaysBetween(received, due, calendars)).toBe(n);
        expect(nthWorkingDayAfter(received, n + 1, calendars).dueOn > due).toBe(true);
        expect(nthWorkingDayAfter(addDays(received, 1), n, calendars).dueOn >= due).toBe(true);
      }),
    );
  });
});

describe('a working day', () => {
  test.each([
    ['2022-01-29', true],
    ['2022-01-31', false],
    ['2022-10-09', true],
    ['2022-12-30', true],
    ['2022-12-31', false],
    ['2023-06-23', false],
    ['2023-06-25', true],
    ['2024-02-09', true],
    ['2024-06-10', false],
    ['2024-09-14', true],
    ['2025-01-01', false],
    ['2025-01-02', true],
    ['2026-01-04', true],
    ['2026-02-28', true],
    ['2026-09-20', true],
    ['2026-10-10', true],
    ['2027-10-01', false],
    ['2027-10-04', true],
  ])('%s: %s', (date, works) => {
    expect(isWorkingDay(date, calendars)).toBe(works);
  });

  test('a December day named by the next year’s notice follows that notice', () => {
    const notice: WorkCalendar = {
      year: 2027,
      status: 'PUBLISHED',
      holidays: [{ date: '2026-12-31', name: '元旦' }],
      makeUpWorkdays: [{ date: '2026-12-26', name: '元旦' }],
    };
    expect(isWorkingDay('2026-12-31', [...calendars, notice])).toBe(false);
    expect(isWorkingDay('2026-12-26', [...calendars, notice])).toBe(true);
  });
});

describe('the published calendars', () => {
  test.each([
    [2022, 31, 7],
    [2023, 27, 7],
    [2024, 28, 8],
    [2025, 28, 5],
    [2026, 33, 6],
  ])('%d has %d days in its holidays and %d make-up workdays', (year, off, work) => {
    const calendar = calendarOf(year);
    expect([calendar.holidays.length, calendar.makeUpWorkdays.length]).toEqual([off, work]);
    expect(calendar.source).toMatch(/^国办发明电〔20\d\d〕\d+号$/);
    expect(calendar.publishedOn! < `${year}-01-01`).toBe(true);
  });

  test.each([2025, 2026])('%d frees every statutory day as amended in 2024', (year) => {
    const off = new Set(calendarOf(year).holidays.map(({ date }) => date));
    expect(statutoryDays(year).filter(({ date }) => !off.has(date))).toEqual([]);
  });

  test.each([2022, 2023, 2024, 2025, 2026])('%d gives back each weekday it frees beyond the statutory days by a weekend worked', (year) => {
    const calendar = calendarOf(year);
    const eveIsWorked = year < 2025;
    const legal = statutoryDays(year).filter(
      ({ date, name }) => !(eveIsWorked && (date === `${year}-05-02` || (name === '春节' && date === springEve(year)))),
    );
    const onWeekend = legal.filter(({ date }) => weekday(date) > 5).length;
    const freedWeekdays = calendar.holidays.filter(({ date }) => weekday(date) <= 5).length;
    const legalWeekdays = legal.length - onWeekend;
    expect(freedWeekdays - calendar.makeUpWorkdays.length).toBe(legalWeekdays + onWeekend);
  });

  const springEve = (year: number) => statutoryDays(year).find(({ name }) => name === '春节')!.date;

  test.each([
    ['a day of another year', { holidays: [{ date: '2025-05-01', name: '劳动节' }] }],
    ['a day that is both off and worked', { holidays: [{ date: '2026-05-09', name: '劳动节' }] }],
    ['a make-up workday on a weekday', { makeUpWorkdays: [{ date: '2026-05-08', name: '劳动节' }] }],
    ['a day that does not exist', { holidays: [{ date: '2026-02-30', name: '春节' }] }],
  ])('%s is refused', (_, part) => {
    const calendar = {
      year: 2026,
      status: 'PUBLISHED',
      holidays: [],
      makeUpWorkdays: [{ date: '2026-05-09', name: '劳动节' }],
      ...part,
    } as const;
    expect(failure(() => parseWorkCalendar(calendar)).code).toBe('VALIDATION_FAILED');
  });
});

describe('statutory days', () => {
  const named = (year: number, name: string) =>
    statutoryDays(year)
      .filter((it) => it.name === name)
      .map((it) => it.date.slice(5));

  test.each([
    [2020, '01-24', '04-04', '06-25', '10-01'],
    [2024, '02-09', '04-04', '06-10', '09-17'],
    [2025, '01-28', '04-04', '05-31', '10-06'],
    [2026, '02-16', '04-05', '06-19', '09-25'],
    [2027, '02-05', '04-05', '06-09', '09-15'],
    [2028, '01-25', '04-04', '05-28', '10-03'],
    [2030, '02-02', '04-05', '06-05', '09-12'],
    [2033, '01-30', '04-04', '06-01', '09-08'],
  ])('%d: eve %s, Qingming %s, Dragon Boat %s, Mid-Autumn %s', (year, eve, qingming, dragonBoat, midAutumn) => {
    expect(named(year, '春节')[0]).toBe(eve);
    expect(named(year, '清明节')).toEqual([qingming]);
    expect(named(year, '端午节')).toEqual([dragonBoat]);
    expect(named(year, '中秋节')).toEqual([midAutumn]);
  });

  test('are thirteen a year, four of them the Spring Festival, from 2000 to 2050', () => {
    for (let year = 2000; year <= 2050; year++) {
      expect(statutoryDays(year)).toHaveLength(13);
      expect(named(year, '春节')).toHaveLength(4);
      expect(named(year, '劳动节')).toEqual(['05-01', '05-02']);
      expect(named(year, '国庆节')).toEqual(['10-01', '10-02', '10-03']);
    }
    expect(failure(() => statutoryDays(2051)).code).toBe('VALIDATION_FAILED');
  });

  test('agree with the runtime’s Chinese calendar but for the two years whose new moon falls beside midnight', () => {
    const format = new Intl.DateTimeFormat('en-u-ca-chinese', { timeZone: 'UTC', month: 'numeric', day: 'numeric' });
    const lunar = (date: string) =>
      format
        .formatToParts(new Date(`${date}T12:00:00Z`))
        .filter(({ type }) => type === 'month' || type === 'day')
        .map(({ value }) => value)
        .join('-');
    const differing: number[] = [];
    for (let year = 2000; year <= 2050; year++) {
      const days = [named(year, '春节')[1], named(year, '端午节')[0], named(year, '中秋节')[0]].map((it) => lunar(`${year}-${it}`));
      if (days.join() !== '1-1,5-5,8-15') differing.push(year);
    }
    expect(differing.filter((year) => year !== 2027 && year !== 2030)).toEqual([]);
  });
});
