import { isPublished, isWorkingDay, type WorkCalendar } from './calendar.ts';
import { addDays, dateIn, instantText, startOf } from './period.ts';
import { ValueError } from './value-error.ts';

/** What an hour of a deadline is (§3.3): ELAPSED runs day and night, OFFICE only while offices are open. */
export type HourClock = 'ELAPSED' | 'OFFICE';

/** Opening times of a working day, in order and apart; minutes after midnight in Asia/Shanghai. */
export type OfficeHours = readonly { readonly from: number; readonly to: number }[];

/** 08:30–12:00 and 14:30–18:00: seven hours a working day. */
export const OFFICE_HOURS: OfficeHours = [
  { from: 8 * 60 + 30, to: 12 * 60 },
  { from: 14 * 60 + 30, to: 18 * 60 },
];

/** A deadline in hours. */
export interface HourDeadline {
  /** ISO 8601 with +08:00. */
  readonly dueAt: string;
  /** Some office day of the computation lies in a year whose calendar is not published. */
  readonly provisional: boolean;
}

export interface OfficeTime {
  readonly calendars: readonly WorkCalendar[];
  readonly hours?: OfficeHours;
}

const MINUTE_MS = 60_000;
/** Offices are never shut for longer; a search that goes further has no opening times to find. */
const LONGEST_CLOSURE_DAYS = 60;

/**
 * The instant at which a clock started at `start` has run for `minutes`. An OFFICE clock stands still outside office hours, so that a
 * deadline of one hour from 17:30 ends at 09:00 of the next working day; a clock that has run out at closing time is due then.
 *
 * @throws ValueError `VALIDATION_FAILED` for negative minutes
 */
export function dueAfter(start: Date, minutes: number, clock: HourClock, office: OfficeTime): HourDeadline {
  if (!(minutes >= 0) || !Number.isFinite(minutes)) {
    throw new ValueError('VALIDATION_FAILED', '时限分钟数不能为负', 'The minutes of a deadline cannot be negative', { minutes });
  }
  if (clock === 'ELAPSED') return { dueAt: instantText(new Date(start.getTime() + minutes * MINUTE_MS)), provisional: false };
  return officeDue(start.getTime(), minutes * MINUTE_MS, office);
}

/** How many minutes of a clock lie between two instants; zero when `to` is not later. Fractions of a minute count. */
export function minutesBetween(from: Date, to: Date, clock: HourClock, office: OfficeTime): number {
  if (to <= from) return 0;
  if (clock === 'ELAPSED') return (to.getTime() - from.getTime()) / MINUTE_MS;
  let total = 0;
  for (let date = dateIn(from); date <= dateIn(to); date = addDays(date, 1)) {
    for (const span of openings(date, office)) total += Math.max(0, Math.min(span.to, to.getTime()) - Math.max(span.from, from.getTime()));
  }
  return total / MINUTE_MS;
}

/** Whether offices are open at an instant: opening time included, closing time not. */
export function isOfficeTime(instant: Date, office: OfficeTime): boolean {
  const at = instant.getTime();
  return openings(dateIn(instant), office).some(({ from, to }) => from <= at && at < to);
}

function officeDue(start: number, milliseconds: number, office: OfficeTime): HourDeadline {
  let rest = milliseconds;
  let provisional = false;
  let closedDays = 0;
  for (let date = dateIn(new Date(start)); closedDays <= LONGEST_CLOSURE_DAYS; date = addDays(date, 1)) {
    if (!isPublished(Number(date.slice(0, 4)), office.calendars)) provisional = true;
    const spans = openings(date, office).filter(({ to }) => to > start);
    closedDays = spans.length === 0 ? closedDays + 1 : 0;
    for (const { from, to } of spans) {
      const begin = Math.max(from, start);
      if (rest <= to - begin) return { dueAt: instantText(new Date(begin + rest)), provisional };
      rest -= to - begin;
    }
  }
  throw new ValueError('VALIDATION_FAILED', '办公时间为空', 'There are no office hours');
}

function openings(date: string, { calendars, hours = OFFICE_HOURS }: OfficeTime): { from: number; to: number }[] {
  if (!isWorkingDay(date, calendars)) return [];
  const midnight = startOf(date).getTime();
  return hours.map(({ from, to }) => ({ from: midnight + from * MINUTE_MS, to: midnight + to * MINUTE_MS }));
}
