import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { addDays, CIVIL_OFFSET, dateIn, instantText, startOf, weekday } from '../../../shared/src/domain/period.ts';
import { Ratio } from '../../../shared/src/domain/ratio.ts';
import { isStatutoryDay } from '../../../shared/src/domain/statutory-day.ts';

export const HOLIDAY_POLICIES = ['CLOSED', 'AS_SUNDAY', 'AS_WEEKDAY', 'SPECIAL'] as const;
export type HolidayPolicy = (typeof HOLIDAY_POLICIES)[number];
export type OpenState = 'OPEN' | 'CLOSED' | 'UNKNOWN';

/** Weekdays 1 (Monday) to 7; `to` may be 24:00, and `to` ≤ `from` ends on the next day. */
export interface OpeningRuleRow {
  weekdays: number[];
  from: string;
  to: string;
}

/** A single day that wins over everything else; open without hours: those of its weekday. */
export interface OpeningExceptionRow {
  date: string;
  open: boolean;
  from: string | null;
  to: string | null;
  reason: string | null;
}

/** Opening hours (开放时间) as they are kept, §6.1. */
export interface Opening {
  rules: readonly OpeningRuleRow[];
  onStatutoryHoliday: HolidayPolicy;
  onMakeUpWorkday: HolidayPolicy;
  exceptions: readonly OpeningExceptionRow[];
}

/** Minutes `[start, end)` from a midnight. */
type Interval = readonly [start: number, end: number];

const DAY = 1440;
const WEEK = 7 * DAY;
const MINUTE_MS = 60_000;
/** How far `nextChange` looks ahead. */
const LOOK_AHEAD_DAYS = 366;
const SOON_DAYS = 10;
const [MONDAY, SATURDAY, SUNDAY] = [1, 6, 7];

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

function intervalOf({ from, to }: { from: string; to: string }): Interval {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return [start, end > start ? end : end + DAY];
}

const onWeekday = (rules: readonly OpeningRuleRow[], day: number): Interval[] =>
  rules.filter(({ weekdays }) => weekdays.includes(day)).map(intervalOf);

type DayKind = 'HOLIDAY' | 'MAKE_UP_WORKDAY' | 'ORDINARY';

/** What the published calendars say of a day; in a year without one the statutory days are holidays and nothing is made up (§3.3). */
export function dayKind(date: string, calendars: readonly WorkCalendar[]): DayKind {
  const published = calendars.filter(({ status }) => status === 'PUBLISHED');
  const holds = (days: WorkCalendar['holidays']): boolean => days.some((day) => day.date === date);
  if (published.some(({ makeUpWorkdays }) => holds(makeUpWorkdays))) return 'MAKE_UP_WORKDAY';
  if (published.some(({ holidays }) => holds(holidays))) return 'HOLIDAY';
  const isPublished = published.some(({ year }) => year === Number(date.slice(0, 4)));
  return !isPublished && isStatutoryDay(date) ? 'HOLIDAY' : 'ORDINARY';
}

/** When it is open on a day: exception, then holiday, then make-up workday, then the rules of the weekday (§6.1). */
function intervalsOn(opening: Opening, date: string, calendars: readonly WorkCalendar[]): Interval[] {
  const own = weekday(date);
  const exceptions = opening.exceptions.filter((exception) => exception.date === date);
  if (exceptions.length > 0) {
    return exceptions
      .filter(({ open }) => open)
      .flatMap(({ from, to }) => (from && to ? [intervalOf({ from, to })] : onWeekday(opening.rules, own)));
  }
  const kind = dayKind(date, calendars);
  if (kind === 'ORDINARY') return onWeekday(opening.rules, own);
  switch (kind === 'HOLIDAY' ? opening.onStatutoryHoliday : opening.onMakeUpWorkday) {
    case 'AS_SUNDAY':
      return onWeekday(opening.rules, SUNDAY);
    case 'AS_WEEKDAY':
      return onWeekday(opening.rules, own >= SATURDAY ? MONDAY : own);
    default:
      return [];
  }
}

/** Intervals in order, those that touch or overlap as one. */
function merged(intervals: readonly Interval[]): Interval[] {
  const result: [number, number][] = [];
  for (const [start, end] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** Open time from the day before (its night may reach into the day) over so many days, in minutes from the day's midnight. */
function openTime(opening: Opening, date: string, days: number, calendars: readonly WorkCalendar[]): Interval[] {
  const all = Array.from({ length: days + 2 }, (_, i) => i - 1).flatMap((offset) =>
    intervalsOn(opening, addDays(date, offset), calendars).map(([start, end]): Interval => [start + offset * DAY, end + offset * DAY]),
  );
  return merged(all);
}

const minuteOf = (at: Date, date: string): number => (at.getTime() - startOf(date).getTime()) / MINUTE_MS;

/** Whether it is open at an instant by its hours; UNKNOWN without hours. */
export function openStateAt(opening: Opening | null, at: Date, calendars: readonly WorkCalendar[]): OpenState {
  if (!opening) return 'UNKNOWN';
  const date = dateIn(at);
  const minute = minuteOf(at, date);
  return openTime(opening, date, 0, calendars).some(([start, end]) => start <= minute && minute < end) ? 'OPEN' : 'CLOSED';
}

/** The next instant after `at` at which it opens or closes, ISO 8601 with +08:00; null if there is none within 366 days. */
export function nextChangeAfter(opening: Opening | null, at: Date, calendars: readonly WorkCalendar[]): string | null {
  if (!opening) return null;
  const date = dateIn(at);
  const minute = minuteOf(at, date);
  // Nearly always it is within days; a year of them is worth looking at only then.
  for (const days of [SOON_DAYS, LOOK_AHEAD_DAYS]) {
    const next = openTime(opening, date, days, calendars)
      .flat()
      .find((bound) => bound > minute);
    // The last bound may only be the end of what was looked at.
    if (next !== undefined && next <= days * DAY) return instantText(new Date(startOf(date).getTime() + next * MINUTE_MS));
  }
  return null;
}

/** The years whose calendars an answer at an instant may need. */
export const yearsAround = (at: Date): number[] => {
  const year = Number(dateIn(at).slice(0, 4));
  return [year - 1, year, year + 1, year + 2];
};

/** Minutes open in an ordinary week without holidays; overlapping rules count once. */
export function weeklyMinutes(rules: readonly OpeningRuleRow[]): number {
  const inWeek = [1, 2, 3, 4, 5, 6, 7].flatMap((day) =>
    onWeekday(rules, day).flatMap(([start, end]): Interval[] => {
      const [from, to] = [start + (day - 1) * DAY, end + (day - 1) * DAY];
      return to <= WEEK
        ? [[from, to]]
        : [
            [from, WEEK],
            [0, to - WEEK],
          ];
    }),
  );
  return merged(inWeek).reduce((sum, [start, end]) => sum + end - start, 0);
}

/** Hours open in an ordinary week, exact to two decimals; null without hours. */
export const weeklyHours = (rules: readonly OpeningRuleRow[] | null): string | null =>
  rules && Ratio.of(weeklyMinutes(rules), 60).toDecimal(2);

const NAMES = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

/** `1,2,3,5` → `Mo-We,Fr`. */
function daysText(days: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last && day === last[1] + 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs.map(([from, to]) => (from === to ? NAMES[from - 1] : `${NAMES[from - 1]}-${NAMES[to - 1]}`)).join(',');
}

/**
 * The rules as OpenStreetMap `opening_hours`. Make-up workdays and exceptions have no words there and stay out; holidays on which it keeps the
 * hours of the weekday cannot be told apart, so there is no text for those that fall on a weekend day with other hours: null.
 */
export function osmText({ rules, onStatutoryHoliday }: Pick<Opening, 'rules' | 'onStatutoryHoliday'>): string | null {
  const hoursOn = (day: number): string =>
    [...new Set(rules.filter(({ weekdays }) => weekdays.includes(day)).map(({ from, to }) => `${from}-${to}`))].sort().join(',');
  const days = [1, 2, 3, 4, 5, 6, 7];
  if (onStatutoryHoliday === 'AS_WEEKDAY' && [SATURDAY, SUNDAY].some((day) => hoursOn(day) !== hoursOn(MONDAY))) return null;
  const groups = Map.groupBy(days, hoursOn);
  groups.delete('');
  if (groups.size === 0) return 'off';
  const parts = [...groups].map(([hours, same]) => (same.length === 7 && hours === '00:00-24:00' ? '24/7' : `${daysText(same)} ${hours}`));
  if (onStatutoryHoliday !== 'AS_WEEKDAY') parts.push(`PH ${(onStatutoryHoliday === 'AS_SUNDAY' && hoursOn(SUNDAY)) || 'off'}`);
  return parts.join('; ');
}

/** An instant as the graph takes it: ISO 8601 with an offset, civil time of Asia/Shanghai if it has none. */
export const instantOf = (text: string): Date => new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}${CIVIL_OFFSET}`);
