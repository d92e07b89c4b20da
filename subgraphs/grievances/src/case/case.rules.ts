import { isWorkingDay, nthWorkingDayAfter, type WorkCalendar, workingDaysBetween } from '../../../shared/src/domain/calendar.ts';
import { dueAfter, minutesBetween } from '../../../shared/src/domain/hour-clock.ts';
import { addDays, dateIn, instantText, startOf } from '../../../shared/src/domain/period.ts';
import type { ClockSpec, ClockUnit } from '../category/category.rules.ts';

// Clocks (§7.3). Everything here is a pure function of events (start, pauses, extensions, stop), policy version and calendar.

export type ClockState = 'RUNNING' | 'PAUSED' | 'MET' | 'BREACHED' | 'CANCELLED';
export type ClockColour = 'GREEN' | 'YELLOW' | 'RED' | 'GREY';

/** Time that does not count; `to: null` still holds. */
export interface Pause {
  readonly from: string;
  readonly to: string | null;
}

/** What moves a clock; instants ISO 8601. Pauses in any order. */
export interface ClockEvents {
  readonly startedAt: string;
  readonly spec: ClockSpec;
  readonly pauses?: readonly Pause[];
  /** Granted ones, on the clock's own base. */
  readonly extensions?: readonly ClockSpec[];
}

export interface ClockTimes {
  /** ISO 8601 with +08:00. While a pause holds: as it was when the pause began. */
  readonly dueAt: string;
  /** When 80 % of the time are used. */
  readonly warnAt: string;
  /** Depends on a year without a published calendar. */
  readonly provisional: boolean;
  /** Since when the clock stands still; null while it runs. */
  readonly pausedSince: string | null;
}

type Base = 'ELAPSED' | 'OFFICE' | 'WORKING_DAYS';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** Share of the time after which a clock turns YELLOW. */
const WARN_PERCENT = 80;

const BASES: Record<ClockUnit, { base: Base; minutes: number }> = {
  ELAPSED_MINUTES: { base: 'ELAPSED', minutes: 1 },
  ELAPSED_HOURS: { base: 'ELAPSED', minutes: 60 },
  OFFICE_HOURS: { base: 'OFFICE', minutes: 60 },
  // A working day counts whole, from midnight to midnight; the day on which the clock starts does not count.
  WORKING_DAYS: { base: 'WORKING_DAYS', minutes: DAY_MINUTES },
};

/** When a clock is due, and when it warns. A pause of p moves both by exactly p on the clock's own base. */
export function timesOf({ startedAt, spec, pauses = [], extensions = [] }: ClockEvents, calendars: readonly WorkCalendar[]): ClockTimes {
  const { base } = BASES[spec.unit];
  const total = [spec, ...extensions].reduce((sum, { amount, unit }) => sum + amount * BASES[unit].minutes, 0);
  const start = new Date(startedAt);
  const merged = mergedPauses(pauses, start);
  const due = advance(start, total, base, merged, calendars);
  const warn = advance(start, (total * WARN_PERCENT) / 100, base, merged, calendars);
  const open = merged.find(({ from, to }) => to === null && from.getTime() < due.at.getTime());
  return {
    dueAt: instantText(due.at),
    warnAt: instantText(warn.at),
    provisional: due.provisional,
    pausedSince: open ? instantText(open.from) : null,
  };
}

/** Minutes that a clock has used until an instant, pauses taken out; whole minutes, rounded down. */
export function usedMinutes({ startedAt, spec, pauses = [] }: ClockEvents, until: Date, calendars: readonly WorkCalendar[]): number {
  const { base } = BASES[spec.unit];
  const start = new Date(startedAt);
  const paused = mergedPauses(pauses, start)
    .filter(({ from }) => from < until)
    .map(({ from, to }) => between(start, from, to === null || to > until ? until : to, base, calendars));
  return Math.floor(paused.reduce((left, minutes) => left - minutes, between(start, start, until, base, calendars)));
}

/** A clock as it is kept. */
export interface KeptClock {
  dueAt: string;
  warnAt: string;
  stoppedAt: string | null;
  cancelledAt: string | null;
  pausedSince: string | null;
}

/** MET until the due time inclusive; a clock that nobody stopped in time is BREACHED, also while it runs on. */
export function stateOf(clock: KeptClock, at: Date): ClockState {
  if (clock.cancelledAt !== null) return 'CANCELLED';
  if (clock.stoppedAt !== null) return new Date(clock.stoppedAt) <= new Date(clock.dueAt) ? 'MET' : 'BREACHED';
  if (clock.pausedSince !== null) return 'PAUSED';
  return at > new Date(clock.dueAt) ? 'BREACHED' : 'RUNNING';
}

/** GREEN below 80 % used, YELLOW from there, RED past due, GREY when it is paused or no longer runs. */
export function colourOf(clock: KeptClock, at: Date): ClockColour {
  if (clock.cancelledAt !== null || clock.stoppedAt !== null || clock.pausedSince !== null) return 'GREY';
  if (at > new Date(clock.dueAt)) return 'RED';
  return at >= new Date(clock.warnAt) ? 'YELLOW' : 'GREEN';
}

const RANK: readonly ClockColour[] = ['GREY', 'GREEN', 'YELLOW', 'RED'];

/** The worst of several colours; GREY when there is none. */
export const worst = (colours: readonly ClockColour[]): ClockColour =>
  colours.reduce((worse, colour) => (RANK.indexOf(colour) > RANK.indexOf(worse) ? colour : worse), 'GREY');

/** SQL of `colourOf` over the columns of a running clock, as a rank 0 GREY … 3 RED: lists and boards filter by it in the database. */
export const colourRankSql = (dueAt: string, warnAt: string, pausedSince: string): string =>
  `case when ${pausedSince} is not null then 0 when (select hub.now()) > ${dueAt} then 3 when (select hub.now()) >= ${warnAt} then 2 else 1 end`;

/** The colour of a rank of `colourRankSql`. */
export const colourOfRank = (rank: number): ClockColour => RANK[rank] ?? 'GREY';
export const rankOfColour = (colour: ClockColour): number => RANK.indexOf(colour);

interface MergedPause {
  readonly from: Date;
  readonly to: Date | null;
}

/** Pauses in order, joined where they overlap, cut at the start of the clock. */
function mergedPauses(pauses: readonly Pause[], start: Date): MergedPause[] {
  const sorted = pauses
    .map(({ from, to }) => ({ from: new Date(from) < start ? start : new Date(from), to: to === null ? null : new Date(to) }))
    .filter(({ from, to }) => to === null || to > from)
    .sort((a, b) => a.from.getTime() - b.from.getTime());
  const merged: MergedPause[] = [];
  for (const pause of sorted) {
    const last = merged.at(-1);
    if (!last || (last.to !== null && pause.from > last.to)) merged.push(pause);
    else if (last.to !== null && (pause.to === null || pause.to > last.to)) merged[merged.length - 1] = { from: last.from, to: pause.to };
  }
  return merged;
}

interface Reached {
  at: Date;
  provisional: boolean;
}

/** The instant at which the clock has run for `minutes`; a pause that begins before then adds its own length. */
function advance(start: Date, minutes: number, base: Base, pauses: MergedPause[], calendars: readonly WorkCalendar[]): Reached {
  let needed = minutes;
  let reached = reach(start, needed, base, calendars);
  for (const { from, to } of pauses) {
    if (to === null || from >= reached.at) break;
    needed += between(start, from, to, base, calendars);
    reached = reach(start, needed, base, calendars);
  }
  return reached;
}

function reach(start: Date, minutes: number, base: Base, calendars: readonly WorkCalendar[]): Reached {
  if (base === 'ELAPSED') return { at: new Date(start.getTime() + minutes * MINUTE_MS), provisional: false };
  if (base === 'WORKING_DAYS') return reachWorking(start, minutes, calendars);
  const { dueAt, provisional } = dueAfter(start, minutes, base, { calendars });
  return { at: new Date(dueAt), provisional };
}

/** `minutes` of working days after the day of the start; a whole number of days ends at midnight. */
function reachWorking(start: Date, minutes: number, calendars: readonly WorkCalendar[]): Reached {
  const days = Math.ceil(minutes / DAY_MINUTES);
  if (days === 0) return { at: start, provisional: false };
  const last = nthDay(start, days, calendars);
  const missing = days * DAY_MINUTES - minutes;
  return { at: new Date(last.end - missing * MINUTE_MS), provisional: last.provisional };
}

/** Minutes between two instants on the base of a clock that began at `start`. */
function between(start: Date, from: Date, to: Date, base: Base, calendars: readonly WorkCalendar[]): number {
  if (base !== 'WORKING_DAYS') return minutesBetween(from, to, base, { calendars });
  return workedMinutes(start, to, calendars) - workedMinutes(start, from, calendars);
}

/** Minutes of working days after the day of the start, until an instant. */
function workedMinutes(start: Date, until: Date, calendars: readonly WorkCalendar[]): number {
  const first = dateIn(start);
  const day = dateIn(until);
  if (day <= first) return 0;
  const today = isWorkingDay(day, calendars) ? (until.getTime() - startOf(day).getTime()) / MINUTE_MS : 0;
  return workingDaysBetween(first, addDays(day, -1), calendars) * DAY_MINUTES + today;
}

interface WorkingDay {
  /** Midnight after it, epoch ms. */
  end: number;
  provisional: boolean;
}

const known = new WeakMap<readonly WorkCalendar[], Map<number, WorkingDay>>();
/** Civil days are counted from 1970 in Asia/Shanghai for the key of `known`. */
const CIVIL_OFFSET_MS = 8 * 60 * MINUTE_MS;
const MOST_DAYS = 4096;

/** The n-th working day after the day of an instant, remembered: a load asks the same few thousand days again and again. */
function nthDay(start: Date, n: number, calendars: readonly WorkCalendar[]): WorkingDay {
  const days = known.get(calendars) ?? new Map<number, WorkingDay>();
  known.set(calendars, days);
  const key = Math.floor((start.getTime() + CIVIL_OFFSET_MS) / (DAY_MINUTES * MINUTE_MS)) * MOST_DAYS + n;
  const found = days.get(key);
  if (found) return found;
  const before = n === 1 ? null : nthDay(start, n - 1, calendars);
  const { dueAt, provisional } = nthWorkingDayAfter(dateIn(before ? new Date(before.end - 1) : start), 1, calendars);
  const day = { end: new Date(dueAt).getTime(), provisional: provisional || before?.provisional === true };
  days.set(key, day);
  return day;
}

/** Working days from receipt to handling, the day of receipt not counted (办理时长); provisional years count as their statutory days. */
export const workingDaysTaken = (receivedAt: string, handledAt: string, calendars: readonly WorkCalendar[]): number =>
  workingDaysBetween(dateIn(new Date(receivedAt)), dateIn(new Date(handledAt)), calendars);
