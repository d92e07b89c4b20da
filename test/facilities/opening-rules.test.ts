import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextChangeAfter, type Opening, openStateAt, osmText, weeklyHours } from '../../subgraphs/facilities/src/facility/opening.rules.ts';
import type { WorkCalendar } from '../../subgraphs/shared/src/domain/calendar.ts';

const weekdays = { weekdays: [1, 2, 3, 4, 5], from: '08:30', to: '18:00' };
const opening = (change: Partial<Opening> = {}): Opening => ({
  rules: [weekdays, { weekdays: [7], from: '10:00', to: '12:00' }],
  onStatutoryHoliday: 'CLOSED',
  onMakeUpWorkday: 'AS_WEEKDAY',
  exceptions: [],
  ...change,
});
const day = (date: string) => ({ date, name: '国庆节' });
/** 2025: 1 to 8 October off, Saturday 11 October worked. */
const y2025: WorkCalendar = {
  year: 2025,
  status: 'PUBLISHED',
  holidays: ['01', '02', '03', '04', '05', '06', '07', '08'].map((d) => day(`2025-10-${d}`)),
  makeUpWorkdays: [day('2025-10-11')],
};
const at = (text: string) => new Date(`${text}+08:00`);
const state = (hours: Opening | null, text: string, calendars = [y2025]) => openStateAt(hours, at(text), calendars);

describe('opening hours', () => {
  it('hold from the minute they begin up to the minute they end', () => {
    expect(state(opening(), '2025-10-13T08:29:59')).toBe('CLOSED');
    expect(state(opening(), '2025-10-13T08:30')).toBe('OPEN');
    expect(state(opening(), '2025-10-13T17:59:59')).toBe('OPEN');
    expect(state(opening(), '2025-10-13T18:00')).toBe('CLOSED');
    expect(state(null, '2025-10-13T10:00')).toBe('UNKNOWN');
  });

  it('close on a statutory holiday, keep its weekday or Sunday, as the policy says', () => {
    expect(state(opening(), '2025-10-02T11:00')).toBe('CLOSED');
    expect(state(opening({ onStatutoryHoliday: 'AS_WEEKDAY' }), '2025-10-02T15:00')).toBe('OPEN');
    expect(state(opening({ onStatutoryHoliday: 'AS_SUNDAY' }), '2025-10-02T11:00')).toBe('OPEN');
    expect(state(opening({ onStatutoryHoliday: 'AS_SUNDAY' }), '2025-10-02T15:00')).toBe('CLOSED');
    expect(state(opening({ onStatutoryHoliday: 'SPECIAL' }), '2025-10-02T11:00')).toBe('CLOSED');
  });

  it("on a make-up workday are Monday's", () => {
    expect(state(opening(), '2025-10-11T09:00')).toBe('OPEN');
    expect(state(opening({ onMakeUpWorkday: 'CLOSED' }), '2025-10-11T09:00')).toBe('CLOSED');
    expect(state(opening(), '2025-10-18T09:00')).toBe('CLOSED');
  });

  it('in a year that is not published close on the statutory days alone', () => {
    expect(state(opening(), '2027-10-01T10:00', [])).toBe('CLOSED');
    expect(state(opening(), '2027-10-08T10:00', [])).toBe('OPEN');
  });

  it('give way to an exception, a holiday included', () => {
    const exceptions = [
      { date: '2025-10-01', open: true, from: '09:00', to: '10:00', reason: '国庆活动' },
      { date: '2025-10-13', open: false, from: null, to: null, reason: '盘点' },
    ];
    expect(state(opening({ exceptions }), '2025-10-01T09:30')).toBe('OPEN');
    expect(state(opening({ exceptions }), '2025-10-13T10:00')).toBe('CLOSED');
  });

  it('may end on the next day', () => {
    const night = opening({ rules: [{ weekdays: [5], from: '20:00', to: '02:00' }] });
    expect(state(night, '2025-10-18T01:59')).toBe('OPEN');
    expect(state(night, '2025-10-18T02:00')).toBe('CLOSED');
    expect(weeklyHours(night.rules)).toBe('6.00');
  });

  it('count an overlap once in the week', () => {
    expect(weeklyHours([weekdays, { weekdays: [1], from: '09:00', to: '19:00' }])).toBe('48.50');
    expect(weeklyHours([{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }])).toBe('168.00');
    expect(weeklyHours(null)).toBeNull();
  });

  it('are written as OpenStreetMap writes them', () => {
    const split = [
      { weekdays: [1, 2, 3, 4, 5], from: '08:30', to: '12:00' },
      { weekdays: [1, 2, 3, 4, 5], from: '14:30', to: '18:00' },
      { weekdays: [6], from: '09:00', to: '17:00' },
    ];
    expect(osmText(opening({ rules: split }))).toBe('Mo-Fr 08:30-12:00,14:30-18:00; Sa 09:00-17:00; PH off');
    expect(osmText(opening({ onStatutoryHoliday: 'AS_SUNDAY' }))).toBe('Mo-Fr 08:30-18:00; Su 10:00-12:00; PH 10:00-12:00');
    expect(osmText(opening({ onStatutoryHoliday: 'AS_WEEKDAY' }))).toBeNull();
    expect(osmText(opening({ rules: [] }))).toBe('off');
  });
});

describe('the next change', () => {
  it('is the end when open, the next beginning when closed, over a holiday week too', () => {
    expect(nextChangeAfter(opening(), at('2025-10-13T10:00'), [y2025])).toBe('2025-10-13T18:00:00.000+08:00');
    expect(nextChangeAfter(opening(), at('2025-09-30T18:00'), [y2025])).toBe('2025-10-09T08:30:00.000+08:00');
  });

  it('is none for what never closes or never opens', () => {
    const always = opening({ rules: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }], onStatutoryHoliday: 'AS_WEEKDAY' });
    expect(nextChangeAfter(always, at('2025-10-13T10:00'), [y2025])).toBeNull();
    expect(nextChangeAfter(opening({ rules: [] }), at('2025-10-13T10:00'), [y2025])).toBeNull();
  });

  it('is where the state changes: the same until then, another from then on', () => {
    const rule = fc.record({
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: fc.integer({ min: 0, max: 23 }).map((h) => `${String(h).padStart(2, '0')}:00`),
      to: fc.integer({ min: 1, max: 24 }).map((h) => `${String(h).padStart(2, '0')}:00`),
    });
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 30 });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), minutes, (rules, minute) => {
        const hours = opening({ rules });
        const begun = new Date(at('2025-09-20T00:00').getTime() + minute * 60_000);
        const next = nextChangeAfter(hours, begun, [y2025]);
        if (next === null) return;
        const before = openStateAt(hours, begun, [y2025]);
        expect(openStateAt(hours, new Date(new Date(next).getTime() - 1), [y2025])).toBe(before);
        expect(openStateAt(hours, new Date(next), [y2025])).not.toBe(before);
      }),
      { numRuns: 60 },
    );
  });
});
