import type { CommandContext } from '../../../shared/src/command.ts';
import { type CalendarDay, parseWorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { optionalText, requireText } from '../../../shared/src/text.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';
import { type CalendarRow, calendarOfYear } from './calendar.read.ts';
import type { SetWorkCalendarInput } from './calendar-command.type.ts';

/** All calendars are set one after the other: a deadline is counted over several years. */
const LOCK = 'select pg_advisory_xact_lock(4103052001)';

/** There was no such notice before, and nobody plans for the time after. */
const YEARS = { least: 1950, most: 2100 };
const MOST = { noticeRef: 100, name: 50 };

const SAVE = `insert into work_calendar (year, status, published_on, notice_ref) values ($1, $2, $3, $4)
  on conflict (year) do update set status = excluded.status, published_on = excluded.published_on, notice_ref = excluded.notice_ref,
    version = work_calendar.version + 1`;
const SAVE_DAYS = `insert into calendar_day (year, date, mark, name)
  select $1, d.date, d.mark, d.name from jsonb_to_recordset($2::jsonb) d(date date, mark text, name text)`;

/** `setWorkCalendar` (§3.3, §4.3): the days of a year whole, as a notice or a forecast has them. */
export async function setWorkCalendar(ctx: CommandContext, input: SetWorkCalendarInput): Promise<{ calendar: CalendarRow | null }> {
  const { year, status } = input;
  const noticeRef = optionalText(input.noticeRef, MOST.noticeRef, 'noticeRef');
  if (status === 'PUBLISHED' && !noticeRef) throw refuse('NOTICE_REQUIRED', { field: ['noticeRef'] });
  if (year < YEARS.least || year > YEARS.most) throw refuse('VALIDATION_FAILED', { field: ['year'], details: YEARS });
  const holidays = named(input, 'holidays');
  const makeUpWorkdays = named(input, 'makeUpWorkdays');
  parseWorkCalendar({ year, status, holidays, makeUpWorkdays });

  await ctx.rows(LOCK);
  const before = await calendarOfYear(ctx, year);
  expectVersion(before?.version ?? 0, input.expectedVersion ?? 0);
  if (before) requireUnlocked(before, { status, noticeRef });

  await ctx.rows(SAVE, [year, status, input.publishedOn ?? null, noticeRef]);
  await ctx.rows('delete from calendar_day where year = $1', [year]);
  const days = [...holidays.map((day) => ({ ...day, mark: 'HOLIDAY' })), ...makeUpWorkdays.map((day) => ({ ...day, mark: 'MAKE_UP' }))];
  await ctx.rows(SAVE_DAYS, [year, JSON.stringify(days)]);
  ctx.record({
    name: status === 'PUBLISHED' ? 'work-calendar.published' : 'work-calendar.changed',
    objectType: 'WorkCalendar',
    objectId: String(year),
    on: `${year}-01-01`,
    from: before?.status,
    to: status,
  });
  return { calendar: await calendarOfYear(ctx, year) };
}

/** A published year changes by another notice alone, and stays published. */
function requireUnlocked(before: CalendarRow, now: Pick<CalendarRow, 'status' | 'noticeRef'>): void {
  if (before.status !== 'PUBLISHED') return;
  if (now.status === 'PUBLISHED' && now.noticeRef !== before.noticeRef) return;
  throw refuse('CALENDAR_LOCKED', {
    field: [now.status === 'PUBLISHED' ? 'noticeRef' : 'status'],
    details: { noticeRef: before.noticeRef },
  });
}

/** Days of an input with their names. @throws HubError VALIDATION_FAILED for a day without one */
const named = (input: SetWorkCalendarInput, field: 'holidays' | 'makeUpWorkdays'): CalendarDay[] =>
  input[field].map(({ date, name }, i) => ({ date, name: requireText(name, MOST.name, field, String(i), 'name') }));
