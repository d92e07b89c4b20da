import type { Context } from '../../../shared/src/context.ts';
import { type CalendarStatus, nthWorkingDayAfter, type WorkCalendar } from '../../../shared/src/domain/calendar.ts';

export interface CalendarRow extends WorkCalendar {
  publishedOn?: string;
  noticeRef: string | null;
  version: number;
}

interface Row {
  year: number;
  status: CalendarStatus;
  publishedOn: string | null;
  noticeRef: string | null;
  version: number;
  holidays: CalendarRow['holidays'] | null;
  makeUpWorkdays: CalendarRow['makeUpWorkdays'] | null;
}

const days = (mark: string): string => `(select jsonb_agg(jsonb_build_object('date', d.date, 'name', d.name) order by d.date)
  from calendar_day d where d.year = c.year and d.mark = '${mark}')`;
const CALENDARS = `select c.year, c.status, c.published_on as "publishedOn", c.notice_ref as "noticeRef", c.version,
  ${days('HOLIDAY')} as holidays, ${days('MAKE_UP')} as "makeUpWorkdays" from work_calendar c`;

const calendarOf = ({ holidays, makeUpWorkdays, publishedOn, ...row }: Row): CalendarRow => ({
  ...row,
  publishedOn: publishedOn ?? undefined,
  holidays: holidays ?? [],
  makeUpWorkdays: makeUpWorkdays ?? [],
});

/** `workCalendar(year)`; null for a year that was never set. */
export async function calendarOfYear(ctx: Context, year: number): Promise<CalendarRow | null> {
  const [row] = await ctx.rows<Row>(`${CALENDARS} where c.year = $1`, [year]);
  return row ? calendarOf(row) : null;
}

/**
 * `workingDayDeadline(from, days)` (§3.3): provisional, with a warning, when a day of the computation lies in a year without a published
 * calendar.
 * @throws ValueError VALIDATION_FAILED for days below 1 or above 2000.
 */
export async function deadline(ctx: Context, from: string, days: number) {
  const rows = await ctx.rows<Row>(`${CALENDARS} where c.year >= $1 order by c.year`, [Number(from.slice(0, 4))]);
  const { dueAt, provisional } = nthWorkingDayAfter(from, days, rows.map(calendarOf));
  if (provisional) {
    ctx.warn({
      code: 'CALENDAR_PROVISIONAL',
      message: '所涉年份的放假安排尚未公布，期限为暂定，公布后重新计算。',
      messageEn: 'The calendar of a year concerned is not published: the deadline is provisional and will be computed again.',
      details: { from, days },
    });
  }
  return { dueAt, provisional };
}
