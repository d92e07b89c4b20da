import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorkCalendar } from '../../subgraphs/shared/src/domain/calendar.ts';
import { dueAfter, type HourClock, isOfficeTime, minutesBetween } from '../../subgraphs/shared/src/domain/hour-clock.ts';
import { failure } from './failure.ts';

const calendars: WorkCalendar[] = [2025, 2026].map((year) =>
  JSON.parse(readFileSync(new URL(`../../data/calendars/${year}.json`, import.meta.url), 'utf8')),
);
const office = { calendars };
const at = (local: string) => new Date(`${local}:00+08:00`);
const due = (start: string, minutes: number, clock: HourClock = 'OFFICE') => dueAfter(at(start), minutes, clock, office).dueAt.slice(0, 16);

const instant = fc.integer({ min: 0, max: 500 * 24 * 60 }).map((minutes) => new Date(at('2025-01-01T00:00').getTime() + minutes * 60_000));
const clock = fc.constantFrom<HourClock>('ELAPSED', 'OFFICE');

describe('an elapsed clock', () => {
  test('runs through the night and the holiday', () => {
    expect(due('2025-09-30T17:30', 24 * 60, 'ELAPSED')).toBe('2025-10-01T17:30');
  });
});

describe('an office clock', () => {
  test.each([
    ['2025-09-29T09:00', 60, '2025-09-29T10:00', 'within the morning'],
    ['2025-09-29T11:30', 60, '2025-09-29T15:00', 'over the noon break'],
    ['2025-09-29T11:30', 30, '2025-09-29T12:00', 'to closing time, not to the next opening'],
    ['2025-09-29T17:30', 60, '2025-09-30T09:00', 'over the night'],
    ['2025-09-29T22:00', 30, '2025-09-30T09:00', 'from the night'],
    ['2025-09-30T17:30', 60, '2025-10-09T09:00', 'over the National Day holiday'],
    ['2025-10-10T17:30', 60, '2025-10-11T09:00', 'into a make-up Saturday'],
    ['2025-09-29T08:30', 7 * 60, '2025-09-29T18:00', 'through a whole working day'],
  ])('from %s, %d minutes, is due %s: %s', (start, minutes, expected) => {
    expect(due(start, minutes)).toBe(expected);
  });

  test('knows when offices are open: from opening to before closing', () => {
    const open = ['08:30', '11:59', '14:30', '17:59'].map((time) => isOfficeTime(at(`2025-09-29T${time}`), office));
    const shut = ['08:29', '12:00', '14:29', '18:00'].map((time) => isOfficeTime(at(`2025-09-29T${time}`), office));
    expect([open, shut]).toEqual([Array(4).fill(true), Array(4).fill(false)]);
    expect(isOfficeTime(at('2025-10-03T09:00'), office)).toBe(false);
    expect(isOfficeTime(at('2025-10-11T09:00'), office)).toBe(true);
  });

  test('into an unpublished year is provisional', () => {
    expect(dueAfter(at('2026-12-31T17:30'), 60, 'OFFICE', office)).toEqual({ dueAt: '2027-01-04T09:00:00.000+08:00', provisional: true });
    expect(dueAfter(at('2026-12-31T17:30'), 30, 'OFFICE', office).provisional).toBe(false);
  });

  test('refuses negative time and offices that never open', () => {
    expect(failure(() => dueAfter(at('2025-09-29T09:00'), -1, 'OFFICE', office)).code).toBe('VALIDATION_FAILED');
    expect(failure(() => dueAfter(at('2025-09-29T09:00'), 1, 'OFFICE', { calendars, hours: [] })).code).toBe('VALIDATION_FAILED');
  });
});

describe('any hour clock', () => {
  test('has run exactly its minutes when it is due', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 6000 }), clock, (start, minutes, of) => {
        expect(minutesBetween(start, new Date(dueAfter(start, minutes, of, office).dueAt), of, office)).toBe(minutes);
      }),
    );
  });

  test('paused by p is due exactly p later on its own time base', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }), clock, (start, minutes, pause, of) => {
        const first = new Date(dueAfter(start, minutes, of, office).dueAt);
        const paused = new Date(dueAfter(start, minutes + pause, of, office).dueAt);
        expect(minutesBetween(first, paused, of, office)).toBe(pause);
        expect(dueAfter(first, pause, of, office).dueAt).toBe(dueAfter(start, minutes + pause, of, office).dueAt);
      }),
    );
  });

  test('started later is not due earlier', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3000 }), clock, (start, later, minutes, of) => {
        const second = new Date(start.getTime() + later * 60_000);
        expect(dueAfter(second, minutes, of, office).dueAt >= dueAfter(start, minutes, of, office).dueAt).toBe(true);
      }),
    );
  });
});
