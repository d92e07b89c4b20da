/** Due times are a pure function of events, policy and calendar (§7.3, property 7). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colourOf,
  type KeptClock,
  type Pause,
  stateOf,
  timesOf,
  usedMinutes,
  worst,
} from '../../subgraphs/grievances/src/case/case.rules.ts';
import { type ClockSpec, DEFAULT_TERMS } from '../../subgraphs/grievances/src/category/category.rules.ts';
import { instantText } from '../../subgraphs/shared/src/domain/period.ts';
import { calendars } from './calendars.ts';

const MINUTE = 60_000;
const workingDays = (amount: number): ClockSpec => ({ amount, unit: 'WORKING_DAYS' });
const officeHours = (amount: number): ClockSpec => ({ amount, unit: 'OFFICE_HOURS' });
const due = (startedAt: string, spec: ClockSpec, pauses: Pause[] = [], extensions: ClockSpec[] = []) =>
  timesOf({ startedAt, spec, pauses, extensions }, calendars);

describe('a deadline', () => {
  it.each([
    ['2025-09-26T10:00:00+08:00', 5, '2025-10-11T00:00:00.000+08:00'],
    ['2025-09-30T23:59:00+08:00', 1, '2025-10-10T00:00:00.000+08:00'],
    ['2025-09-30T00:00:00+08:00', 5, '2025-10-15T00:00:00.000+08:00'],
    ['2025-01-24T09:00:00+08:00', 5, '2025-02-08T00:00:00.000+08:00'],
    ['2025-04-30T09:00:00+08:00', 3, '2025-05-09T00:00:00.000+08:00'],
  ])('from %s in %i working days ends with the last of them', (startedAt, days, dueAt) => {
    expect(due(startedAt, workingDays(days))).toMatchObject({ dueAt, provisional: false, pausedSince: null });
  });

  it('that reaches into a year without calendar is provisional', () => {
    expect(due('2026-12-30T09:00:00+08:00', workingDays(5))).toMatchObject({ dueAt: '2027-01-08T00:00:00.000+08:00', provisional: true });
    expect(due('2026-12-31T17:00:00+08:00', officeHours(4)).provisional).toBe(true);
  });

  it('in office hours stands still at night, on days off and at noon', () => {
    expect(due('2025-09-30T16:00:00+08:00', officeHours(4)).dueAt).toBe('2025-10-09T10:30:00.000+08:00');
    expect(due('2025-06-10T11:00:00+08:00', officeHours(4)).dueAt).toBe('2025-06-10T17:30:00.000+08:00');
  });

  it('in elapsed time runs through the night', () => {
    expect(due('2025-09-30T16:00:00+08:00', { amount: 30, unit: 'ELAPSED_MINUTES' }).dueAt).toBe('2025-09-30T16:30:00.000+08:00');
    expect(due('2025-09-30T16:00:00+08:00', { amount: 24, unit: 'ELAPSED_HOURS' }).dueAt).toBe('2025-10-01T16:00:00.000+08:00');
  });

  it('moves by a granted extension', () => {
    expect(due('2025-09-26T10:00:00+08:00', workingDays(3), [], [workingDays(2)]).dueAt).toBe('2025-10-11T00:00:00.000+08:00');
  });

  it('moves by a pause, but not by the days off in it', () => {
    const pause = { from: '2025-09-30T12:00:00+08:00', to: '2025-10-09T06:00:00+08:00' };
    expect(due('2025-09-26T10:00:00+08:00', workingDays(5), [pause]).dueAt).toBe('2025-10-11T18:00:00.000+08:00');
  });

  it('stays as it was while a pause holds', () => {
    const pause = { from: '2025-09-30T12:00:00+08:00', to: null };
    const times = due('2025-09-26T10:00:00+08:00', workingDays(5), [pause]);
    expect(times).toMatchObject({ dueAt: '2025-10-11T00:00:00.000+08:00', pausedSince: '2025-09-30T12:00:00.000+08:00' });
  });
});

const START = Date.parse('2024-01-02T00:00:00+08:00');
const minute = fc.integer({ min: 0, max: 2 * 365 * 1440 });
const instant = (at: number): string => instantText(new Date(START + at * MINUTE));
const spec = fc.oneof(
  fc.integer({ min: 1, max: 600 }).map((amount): ClockSpec => ({ amount, unit: 'ELAPSED_MINUTES' })),
  fc.integer({ min: 1, max: 72 }).map((amount): ClockSpec => ({ amount, unit: 'ELAPSED_HOURS' })),
  fc.integer({ min: 1, max: 30 }).map(officeHours),
  fc.integer({ min: 1, max: 20 }).map(workingDays),
);
const pausesAfter = (start: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 30 * 1440 }), fc.integer({ min: 1, max: 6 * 1440 })), { maxLength: 4 })
    .map((list) => list.map(([from, length]): Pause => ({ from: instant(start + from), to: instant(start + from + length) })));
const story = fc
  .tuple(minute, spec)
  .chain(([start, length]) => fc.tuple(fc.constant(instant(start)), fc.constant(length), pausesAfter(start)));
const total = ({ amount, unit }: ClockSpec): number =>
  amount * { ELAPSED_MINUTES: 1, ELAPSED_HOURS: 60, OFFICE_HOURS: 60, WORKING_DAYS: 1440 }[unit];

describe('whatever happens,', () => {
  it('a clock has used exactly its time when it is due, and four fifths of it when it warns', () => {
    fc.assert(
      fc.property(story, ([startedAt, length, pauses]) => {
        const times = due(startedAt, length, pauses);
        expect(usedMinutes({ startedAt, spec: length, pauses }, new Date(times.dueAt), calendars)).toBe(total(length));
        const used = usedMinutes({ startedAt, spec: length, pauses }, new Date(times.warnAt), calendars);
        expect(Math.abs(used - total(length) * 0.8)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('one pause moves the due time by exactly its length on the base of the clock', () => {
    const onePause = story.filter(([, , pauses]) => pauses.length === 1);
    fc.assert(
      fc.property(onePause, ([startedAt, length, pauses]) => {
        const before = new Date(due(startedAt, length).dueAt);
        const [{ from, to }] = pauses as [{ from: string; to: string }];
        const used = (until: string | Date) => usedMinutes({ startedAt, spec: length }, new Date(until), calendars);
        const paused = new Date(from) < before ? used(to) - used(from) : 0;
        expect(used(due(startedAt, length, pauses).dueAt) - used(before)).toBe(paused);
      }),
    );
  });

  it('the order in which pauses are told, and telling one twice, changes nothing', () => {
    fc.assert(
      fc.property(story, ([startedAt, length, pauses]) => {
        const told = due(startedAt, length, pauses);
        expect(due(startedAt, length, pauses.toReversed())).toEqual(told);
        expect(due(startedAt, length, [...pauses, ...pauses])).toEqual(told);
      }),
    );
  });

  it('who starts later or has more time is not due sooner', () => {
    fc.assert(
      fc.property(minute, minute, spec, fc.integer({ min: 0, max: 9 }), (a, b, length, more) => {
        const at = (start: number, extra: number) => Date.parse(due(instant(start), { ...length, amount: length.amount + extra }).dueAt);
        expect(at(Math.min(a, b), 0)).toBeLessThanOrEqual(at(Math.max(a, b), 0));
        expect(at(a, 0)).toBeLessThanOrEqual(at(a, more));
      }),
    );
  });
});

describe('a clock', () => {
  const clock: KeptClock = {
    dueAt: '2025-06-10T12:00:00+08:00',
    warnAt: '2025-06-10T11:00:00+08:00',
    stoppedAt: null,
    cancelledAt: null,
    pausedSince: null,
  };
  const at = (time: string) => new Date(`2025-06-10T${time}:00+08:00`);

  it('is green below 80 %, yellow from there, red past due', () => {
    expect(['10:59', '11:00', '12:00', '12:01'].map((time) => colourOf(clock, at(time)))).toEqual(['GREEN', 'YELLOW', 'YELLOW', 'RED']);
    expect(stateOf(clock, at('12:00'))).toBe('RUNNING');
    expect(stateOf(clock, at('12:01'))).toBe('BREACHED');
  });

  it('is grey when it is paused, stopped or cancelled, however late it is', () => {
    const ends: Partial<KeptClock>[] = [{ pausedSince: clock.warnAt }, { stoppedAt: clock.warnAt }, { cancelledAt: clock.warnAt }];
    expect(ends.map((end) => colourOf({ ...clock, ...end }, at('23:00')))).toEqual(['GREY', 'GREY', 'GREY']);
    expect(ends.map((end) => stateOf({ ...clock, ...end }, at('23:00')))).toEqual(['PAUSED', 'MET', 'CANCELLED']);
  });

  it('is met at the due time itself and breached after it', () => {
    expect(stateOf({ ...clock, stoppedAt: clock.dueAt }, at('23:00'))).toBe('MET');
    expect(stateOf({ ...clock, stoppedAt: '2025-06-10T12:00:00.001+08:00' }, at('23:00'))).toBe('BREACHED');
  });

  it('lends its colour to the case if it is the worst', () => {
    expect(worst(['GREEN', 'RED', 'YELLOW'])).toBe('RED');
    expect(worst(['GREY', 'GREEN'])).toBe('GREEN');
    expect(worst([])).toBe('GREY');
  });
});

it('the default policies are those of the table', () => {
  const short = ({ amount, unit }: ClockSpec) => `${amount} ${unit}`;
  expect(
    DEFAULT_TERMS.map((p) => [p.urgency, short(p.accept), short(p.respond), short(p.resolve), p.maxExtensions, p.extension?.amount]),
  ).toEqual([
    ['EMERGENCY', '30 ELAPSED_MINUTES', '2 ELAPSED_HOURS', '24 ELAPSED_HOURS', 0, undefined],
    ['URGENT', '2 ELAPSED_HOURS', '24 ELAPSED_HOURS', '3 WORKING_DAYS', 1, 2],
    ['GENERAL', '1 WORKING_DAYS', '24 ELAPSED_HOURS', '5 WORKING_DAYS', 1, 5],
    ['COMPLEX', '1 WORKING_DAYS', '24 ELAPSED_HOURS', '15 WORKING_DAYS', 2, 15],
    ['CONSULT', '4 OFFICE_HOURS', '1 WORKING_DAYS', '3 WORKING_DAYS', 0, undefined],
  ]);
});
