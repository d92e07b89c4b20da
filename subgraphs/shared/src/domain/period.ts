import { ValueError } from './value-error.ts';

export type Grain = 'MONTH' | 'QUARTER' | 'YEAR' | 'CUSTOM';

/**
 * A span of civil days in Asia/Shanghai, half-open: `start` belongs to it, `end` does not (§3.7). Both are `YYYY-MM-DD`.
 * MONTH, QUARTER and YEAR begin on their boundary and last exactly that long.
 */
export interface Period {
  readonly grain: Grain;
  readonly start: string;
  readonly end: string;
}

/** Civil time is UTC+8 all year: the Hub knows no daylight saving (§3.1). */
export const CIVIL_OFFSET = '+08:00';

/** The longest span one question may ask about (`PERIOD_TOO_LONG`). */
export const LONGEST_YEARS = 20;
export const MOST_PERIODS = 240;

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTHS: Readonly<Record<Exclude<Grain, 'CUSTOM'>, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };
const NAMES_ZH: Readonly<Record<Grain, string>> = { MONTH: '月度', QUARTER: '季度', YEAR: '年度', CUSTOM: '自定义' };

/**
 * A checked period.
 *
 * @throws ValueError `VALIDATION_FAILED` for a day that is not in the calendar, an end that is not after its start, an unknown grain or a
 *   boundary that is not the grain's; `PERIOD_TOO_LONG` above 20 years.
 */
export function parsePeriod(input: { grain: string; start: string; end: string }): Period {
  const grain = parseGrain(input.grain);
  const start = parseDate(input.start);
  const end = parseDate(input.end);
  if (start >= end) {
    throw new ValueError('VALIDATION_FAILED', '时段的结束日须晚于开始日', 'A period must end after it starts', { start, end });
  }
  refuseTooLong(start, end);
  if (grain === 'CUSTOM') return { grain, start, end };
  requireBoundary(start, grain);
  if (addMonths(start, MONTHS[grain]) !== end) {
    throw new ValueError(
      'VALIDATION_FAILED',
      `${NAMES_ZH[grain]}时段须恰为一个完整的${NAMES_ZH[grain]}`,
      `A period of grain ${grain} must last exactly one ${grain.toLowerCase()}`,
      { grain, start, end },
    );
  }
  return { grain, start, end };
}

/** The last day that belongs to the period. */
export function lastDay(period: Period): string {
  return addDays(period.end, -1);
}

/** Whether a civil day belongs to the period. */
export function isWithin(date: string, period: Period): boolean {
  return period.start <= date && date < period.end;
}

/** How many civil days the period has. */
export function dayCount(period: Period): number {
  return daysBetween(period.start, period.end);
}

/**
 * The periods of one grain from `from` (inclusive) to `to` (exclusive), in order; CUSTOM gives the whole span as one.
 *
 * @throws ValueError `VALIDATION_FAILED` when an end is no boundary of the grain or `to` is not after `from`;
 *   `PERIOD_TOO_LONG` above 20 years or 240 periods.
 */
export function periodsBetween(from: string, to: string, grain: Grain): Period[] {
  if (grain === 'CUSTOM') return [parsePeriod({ grain, start: from, end: to })];
  const end = parsePeriod({ grain: 'CUSTOM', start: from, end: to }).end;
  requireBoundary(from, grain);
  requireBoundary(end, grain);
  const periods: Period[] = [];
  for (let start = from; start < end; ) {
    const next = addMonths(start, MONTHS[grain]);
    periods.push({ grain, start, end: next });
    start = next;
  }
  if (periods.length > MOST_PERIODS) throw tooLong(from, to);
  return periods;
}

/** The period of a grain that a civil day falls into. */
export function periodOf(date: string, grain: Exclude<Grain, 'CUSTOM'>): Period {
  const { year, month } = parts(parseDate(date));
  const first = month - ((month - 1) % MONTHS[grain]);
  const start = dateOf(year, first, 1);
  return { grain, start, end: addMonths(start, MONTHS[grain]) };
}

/** The civil day `n` days later (earlier when negative). */
export function addDays(date: string, n: number): string {
  return isoDate(utc(date) + n * DAY_MS);
}

/** The civil day `n` months later; a day the month does not have becomes its last (01-31 + 1 month = 02-28). */
export function addMonths(date: string, n: number): string {
  const { year, month, day } = parts(date);
  const first = new Date(Date.UTC(year, month - 1 + n, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return isoDate(first.getTime() + (Math.min(day, length) - 1) * DAY_MS);
}

/** Whole days from one civil day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to) - utc(from)) / DAY_MS);
}

/** Day of the week, 1 Monday … 7 Sunday. */
export function weekday(date: string): number {
  return new Date(utc(date)).getUTCDay() || 7;
}

/** The civil day in Asia/Shanghai of an instant. */
export function dateIn(instant: Date): string {
  return isoDate(instant.getTime() + OFFSET_MS);
}

/** The instant a civil day begins in Asia/Shanghai. */
export function startOf(date: string): Date {
  return new Date(utc(date) - OFFSET_MS);
}

/** An instant as ISO 8601 with +08:00, to the millisecond, e.g. `2025-10-11T00:00:00.000+08:00`. */
export function instantText(instant: Date): string {
  return new Date(instant.getTime() + OFFSET_MS).toISOString().replace('Z', CIVIL_OFFSET);
}

/**
 * A civil day that exists, in the form `YYYY-MM-DD`.
 *
 * @throws ValueError `VALIDATION_FAILED`
 */
export function parseDate(text: string): string {
  utc(text);
  return text;
}

function parseGrain(text: string): Grain {
  if (text === 'MONTH' || text === 'QUARTER' || text === 'YEAR' || text === 'CUSTOM') return text;
  throw new ValueError('VALIDATION_FAILED', `未知的时段粒度：${text}`, `Unknown grain of a period: ${text}`, { grain: text });
}

function requireBoundary(date: string, grain: Exclude<Grain, 'CUSTOM'>): void {
  if (periodOf(date, grain).start === date) return;
  throw new ValueError(
    'VALIDATION_FAILED',
    `${date} 不是${NAMES_ZH[grain]}的起始日`,
    `${date} is not the first day of a ${grain.toLowerCase()}`,
    { grain, date },
  );
}

function refuseTooLong(start: string, end: string): void {
  if (end > addMonths(start, LONGEST_YEARS * 12)) throw tooLong(start, end);
}

function tooLong(start: string, end: string): ValueError {
  return new ValueError(
    'PERIOD_TOO_LONG',
    `时段过长：最多 ${LONGEST_YEARS} 年或 ${MOST_PERIODS} 个时段`,
    `The period is too long: at most ${LONGEST_YEARS} years or ${MOST_PERIODS} periods`,
    { start, end, years: LONGEST_YEARS, periods: MOST_PERIODS },
  );
}

function utc(date: string): number {
  const { year, month, day } = parts(date);
  const instant = Date.UTC(year, month - 1, day);
  if (isoDate(instant) !== date) throw noSuchDay(date);
  return instant;
}

function parts(date: string): { year: number; month: number; day: number } {
  const match = DATE.exec(date);
  // Date.UTC reads the years 0–99 as 1900–1999.
  if (!match || Number(match[1]) < 1000) throw noSuchDay(date);
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

function dateOf(year: number, month: number, day: number): string {
  return isoDate(Date.UTC(year, month - 1, day));
}

/** Days of this process' figures by their beginning: a view asks for the same few days thousands of times. */
const known = new Map<number, string>();
const MOST_KNOWN = 10_000;

function isoDate(instant: number): string {
  const day = Math.floor(instant / DAY_MS);
  const text = known.get(day);
  if (text !== undefined) return text;
  const written = new Date(instant).toISOString().slice(0, 10);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(day, written);
  return written;
}

function noSuchDay(date: string): ValueError {
  return new ValueError('VALIDATION_FAILED', `日期无效：${date}`, `No such day: ${date}`, { date });
}
