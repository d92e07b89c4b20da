import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  dateIn,
  dayCount,
  daysBetween,
  type Grain,
  instantText,
  isWithin,
  lastDay,
  parseDate,
  parsePeriod,
  periodOf,
  periodsBetween,
  startOf,
  weekday,
} from '../../subgraphs/shared/src/domain/period.ts';
import { failure } from './failure.ts';

const day = fc.integer({ min: 0, max: 36_500 }).map((n) => addDays('2000-01-01', n));
const grain = fc.constantFrom<Exclude<Grain, 'CUSTOM'>>('MONTH', 'QUARTER', 'YEAR');

describe('a period', () => {
  test('is half-open: February 2024 ends before 1 March and its last day is the 29th', () => {
    const period = parsePeriod({ grain: 'MONTH', start: '2024-02-01', end: '2024-03-01' });
    expect(lastDay(period)).toBe('2024-02-29');
    expect(dayCount(period)).toBe(29);
    expect(isWithin('2024-02-29', period)).toBe(true);
    expect(isWithin('2024-03-01', period)).toBe(false);
  });

  test.each([
    ['MONTH', '2024-02-02', '2024-03-02', 'that begins on the second'],
    ['MONTH', '2024-02-01', '2024-04-01', 'of two months'],
    ['QUARTER', '2024-02-01', '2024-05-01', 'that is no calendar quarter'],
    ['QUARTER', '2024-01-01', '2024-03-31', 'that lacks its last day'],
    ['YEAR', '2024-04-01', '2025-04-01', 'from April'],
    ['CUSTOM', '2024-02-01', '2024-02-01', 'without a day'],
    ['CUSTOM', '2024-02-02', '2024-02-01', 'that runs backwards'],
    ['WEEK', '2024-02-05', '2024-02-12', 'of an unknown grain'],
    ['CUSTOM', '2023-02-29', '2023-03-01', 'from a day that does not exist'],
    ['CUSTOM', '2023-2-01', '2023-03-01', 'with a day written short'],
  ])('%s %s–%s is refused: one %s', (grainText, start, end) => {
    const error = failure(() => parsePeriod({ grain: grainText, start, end }));
    expect(error.code).toBe('VALIDATION_FAILED');
    expect(error.messageZh).toMatch(/[\u4e00-\u9fff]/);
    expect(error.messageEn).toMatch(/^[\x20-\x7e]+$/);
  });

  test('of more than twenty years is too long, of exactly twenty is not', () => {
    expect(failure(() => parsePeriod({ grain: 'CUSTOM', start: '2000-01-01', end: '2020-01-02' })).code).toBe('PERIOD_TOO_LONG');
    expect(parsePeriod({ grain: 'CUSTOM', start: '2000-01-01', end: '2020-01-01' }).grain).toBe('CUSTOM');
    expect(periodsBetween('2000-01-01', '2020-01-01', 'MONTH')).toHaveLength(240);
    expect(failure(() => periodsBetween('2000-01-01', '2020-02-01', 'MONTH')).code).toBe('PERIOD_TOO_LONG');
  });

  test('a year has four quarters, and a custom span is one period', () => {
    expect(periodsBetween('2025-01-01', '2026-01-01', 'QUARTER').map((period) => period.start)).toEqual([
      '2025-01-01',
      '2025-04-01',
      '2025-07-01',
      '2025-10-01',
    ]);
    expect(periodsBetween('2025-01-05', '2025-02-07', 'CUSTOM')).toEqual([{ grain: 'CUSTOM', start: '2025-01-05', end: '2025-02-07' }]);
  });

  test('a span off the boundaries of its grain is refused at either end', () => {
    expect(failure(() => periodsBetween('2025-01-02', '2026-01-01', 'MONTH')).code).toBe('VALIDATION_FAILED');
    expect(failure(() => periodsBetween('2025-01-01', '2025-12-31', 'MONTH')).code).toBe('VALIDATION_FAILED');
  });

  test('the period of any day holds that day, is valid, and its neighbours touch it', () => {
    fc.assert(
      fc.property(day, grain, (date, of) => {
        const period = periodOf(date, of);
        expect(isWithin(date, period)).toBe(true);
        expect(parsePeriod(period)).toEqual(period);
        expect(periodOf(period.end, of).start).toBe(period.end);
        expect(periodOf(addDays(period.start, -1), of).end).toBe(period.start);
      }),
    );
  });

  test('the months of any span of quarters cover each of its days once', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 40 }), (date, quarters) => {
        const start = periodOf(date, 'QUARTER').start;
        const end = addMonths(start, 3 * quarters);
        const months = periodsBetween(start, end, 'MONTH');
        expect(months.map(dayCount).reduce((a, b) => a + b)).toBe(daysBetween(start, end));
        expect(months).toHaveLength(3 * quarters);
      }),
    );
  });
});

describe('civil days in Asia/Shanghai', () => {
  test('begin at 16:00 UTC of the day before', () => {
    expect(startOf('2025-10-11').toISOString()).toBe('2025-10-10T16:00:00.000Z');
    expect(dateIn(new Date('2025-10-10T15:59:59.999Z'))).toBe('2025-10-10');
    expect(dateIn(new Date('2025-10-10T16:00:00Z'))).toBe('2025-10-11');
    expect(instantText(new Date('2025-10-10T16:00:00Z'))).toBe('2025-10-11T00:00:00.000+08:00');
  });

  test('know no daylight saving, not even in the summers that had it', () => {
    expect(startOf('1988-07-01').toISOString()).toBe('1988-06-30T16:00:00.000Z');
  });

  test('31 January plus a month is the last of February', () => {
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2023-01-31', 1)).toBe('2023-02-28');
    expect(addMonths('2024-03-31', -13)).toBe('2023-02-28');
  });

  test('a week begins on Monday, 1', () => {
    expect(weekday('2025-09-28')).toBe(7);
    expect(weekday('2025-09-29')).toBe(1);
  });

  test.each(['2025-13-01', '2025-00-10', '0099-01-01', '2025-01-01T00:00', '', '20250101'])('"%s" is no day', (text) => {
    expect(failure(() => parseDate(text)).code).toBe('VALIDATION_FAILED');
  });

  test('adding days can be undone, and each day begins in itself', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -5000, max: 5000 }), (date, n) => {
        expect(addDays(addDays(date, n), -n)).toBe(date);
        expect(daysBetween(date, addDays(date, n))).toBe(n);
        expect(dateIn(startOf(date))).toBe(date);
      }),
    );
  });
});
