import { addDays, instantText, parseDate, startOf, weekday } from './period.ts';
import { type CalendarDay, isStatutoryDay } from './statutory-day.ts';
import { ValueError } from './value-error.ts';

export type { CalendarDay } from './statutory-day.ts';
export type CalendarStatus = 'PUBLISHED' | 'PROVISIONAL';

/**
 * The working days of one year (§3.3), as the State Council's notice has them. A notice may also name days of the December before.
 * A PROVISIONAL calendar counts as none: its days are not believed.
 */
export interface WorkCalendar {
  readonly year: number;
  readonly status: CalendarStatus;
  readonly holidays: readonly CalendarDay[];
  readonly makeUpWorkdays: readonly CalendarDay[];
  /** Number of the notice, e.g. 国办发明电〔2024〕12号. */
  readonly source?: string;
  readonly publishedOn?: string;
}

/** A deadline in working days. */
export interface WorkingDayDeadline {
  /** The last civil day on which it is still met. */
  readonly dueOn: string;
  /** The next midnight, exclusive, ISO 8601 with +08:00. */
  readonly dueAt: string;
  /** Some day of the computation lies in a year whose calendar is not published: compute again when it is. */
  readonly provisional: boolean;
}

/** More working days than any rule of the domain asks for (about eight years). */
const MOST_WORKING_DAYS = 2000;

type DayMark = 'OFF' | 'WORK';
interface Marks {
  readonly days: ReadonlyMap<string, DayMark>;
  readonly published: ReadonlySet<number>;
}

const marksOf = new WeakMap<readonly WorkCalendar[], Marks>();

/**
 * Whether people work on a civil day: a weekday that is no holiday, or a make-up workday. Without a published calendar of its year,
 * the statutory days and weekends are off.
 */
export function isWorkingDay(date: string, calendars: readonly WorkCalendar[]): boolean {
  const mark = marks(calendars).days.get(parseDate(date));
  if (mark) return mark === 'WORK';
  if (weekday(date) > 5) return false;
  return isPublished(yearOf(date), calendars) || !isStatutoryDay(date);
}

/** Whether the year's calendar is published. */
export function isPublished(year: number, calendars: readonly WorkCalendar[]): boolean {
  return marks(calendars).published.has(year);
}

/**
 * The n-th working day after a day, which itself is not counted. The deadline is the end of that day.
 *
 * @param received civil day of receipt in Asia/Shanghai
 * @param n working days, 1 to 2000
 * @throws ValueError `VALIDATION_FAILED`
 */
export function nthWorkingDayAfter(received: string, n: number, calendars: readonly WorkCalendar[]): WorkingDayDeadline {
  if (!Number.isInteger(n) || n < 1 || n > MOST_WORKING_DAYS) {
    throw new ValueError(
      'VALIDATION_FAILED',
      `工作日数须在 1 到 ${MOST_WORKING_DAYS} 之间`,
      `The number of working days must be between 1 and ${MOST_WORKING_DAYS}`,
      { n },
    );
  }
  let date = parseDate(received);
  let provisional = false;
  for (let counted = 0; counted < n; ) {
    date = addDays(date, 1);
    if (!isPublished(yearOf(date), calendars)) provisional = true;
    if (isWorkingDay(date, calendars)) counted++;
  }
  return { dueOn: date, dueAt: instantText(startOf(addDays(date, 1))), provisional };
}

/** Working days from `from` (exclusive) to `to` (inclusive): how many days of a deadline have been used. Zero when `to` is not later. */
export function workingDaysBetween(from: string, to: string, calendars: readonly WorkCalendar[]): number {
  let count = 0;
  for (let date = addDays(from, 1); date <= to; date = addDays(date, 1)) {
    if (isWorkingDay(date, calendars)) count++;
  }
  return count;
}

/**
 * A checked calendar.
 *
 * @throws ValueError `VALIDATION_FAILED` for a day of another year (the December before excepted), a day twice, or a make-up workday that
 *   falls on a weekday
 */
export function parseWorkCalendar(input: WorkCalendar): WorkCalendar {
  const seen = new Set<string>();
  for (const { date } of [...input.holidays, ...input.makeUpWorkdays]) {
    if (yearOf(parseDate(date)) !== input.year && !date.startsWith(`${input.year - 1}-12-`)) {
      throw invalidDay(date, `不属于 ${input.year} 年`, `does not belong to ${input.year}`);
    }
    if (seen.has(date)) throw invalidDay(date, '重复', 'stands twice');
    seen.add(date);
  }
  for (const { date } of input.makeUpWorkdays) {
    if (weekday(date) <= 5) throw invalidDay(date, '不是周末，不能作为调休上班日', 'is no weekend day, so it cannot be a make-up workday');
  }
  return input;
}

function invalidDay(date: string, zh: string, en: string): ValueError {
  return new ValueError('VALIDATION_FAILED', `工作日历中的 ${date} ${zh}`, `${date} in the working-day calendar ${en}`, { date });
}

function yearOf(date: string): number {
  return Number(date.slice(0, 4));
}

/** Looked up per list of calendars; a later year's notice speaks last about the December before. */
function marks(calendars: readonly WorkCalendar[]): Marks {
  const known = marksOf.get(calendars);
  if (known) return known;
  const published = calendars.filter((calendar) => calendar.status === 'PUBLISHED').sort((a, b) => a.year - b.year);
  const days = new Map<string, DayMark>();
  for (const { holidays, makeUpWorkdays } of published) {
    for (const { date } of holidays) days.set(date, 'OFF');
    for (const { date } of makeUpWorkdays) days.set(date, 'WORK');
  }
  const result = { days, published: new Set(published.map(({ year }) => year)) };
  marksOf.set(calendars, result);
  return result;
}
