import { now } from '../../../shared/src/clock.ts';
import { type EventRecord, recordEvents } from '../../../shared/src/command.ts';
import { type FollowedEvent, follow } from '../../../shared/src/consumer.ts';
import type { Writing } from '../../../shared/src/database.ts';
import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import type { Graph } from '../../../shared/src/graph.ts';
import type { Services } from '../../../shared/src/subgraph.ts';
import { keptCalendars, policiesByIds } from '../category/category.read.ts';
import { timesOf } from './case.rules.ts';
import { CALENDAR_LOCK, retimeAll, type Step } from './clock.commands.ts';

// Organization publishes the working days of a year; due times that were provisional are computed again (§3.3, §7.3).

/** The working days of a year, as organization tells them. */
export type ToldCalendar = Pick<WorkCalendar, 'year' | 'status' | 'holidays' | 'makeUpWorkdays'>;

const CALENDAR = `query CalendarOfYear($year: Int!) {
  workCalendar(year: $year) { year status holidays { date name } makeUpWorkdays { date name } }
}`;

async function calendarsTold(graph: Graph, events: readonly FollowedEvent[]): Promise<ToldCalendar[]> {
  const years = [...new Set(events.map(({ objectId }) => Number(objectId)))].sort();
  const told = await Promise.all(
    years.map((year) => graph.ask<{ workCalendar: ToldCalendar | null }>(CALENDAR, { year }).then(({ workCalendar }) => workCalendar)),
  );
  return told.filter((calendar) => calendar !== null);
}

/** Follows the calendars that organization publishes. @returns what ends it */
export const followCalendars = (services: Services): (() => Promise<void>) =>
  follow(services, {
    name: 'calendars',
    events: 'organizationEvents',
    names: ['work-calendar.published'],
    prepare: (events) => calendarsTold(services.graph, events),
    handle: (transaction, _events, calendars) => takeCalendars(transaction, calendars),
  });

/**
 * Takes published years and computes again what they change, an event each: what was provisional, and what is due in a year that was published
 * otherwise before. While it runs nobody computes a due time.
 */
export async function takeCalendars({ rows, asService }: Writing, told: readonly ToldCalendar[]): Promise<void> {
  const at = now();
  const events: EventRecord[] = [];
  const step: Step = { rows, asService, at, record: (event) => void events.push(event) };
  await rows('select pg_advisory_xact_lock($1)', [CALENDAR_LOCK]);
  const before = await keptCalendars(step);
  for (const calendar of told) await keepCalendar(step, calendar);
  const since = told
    .filter((calendar) =>
      differs(
        before.find(({ year, status }) => year === calendar.year && status === 'PUBLISHED'),
        calendar,
      ),
    )
    // A notice may speak of the December before.
    .map(({ year }) => `${year - 1}-12-01`)
    .sort()[0];
  const calendars = await keptCalendars(step);
  for (const { caseId, kind } of await retimeAll(step, since ?? null, calendars)) tell(step, 'Case', caseId, kind);
  await retimeReports(step, since ?? null, calendars);
  await retimeOrders(step, since ?? null, calendars);
  await recordEvents(rows, at, events);
}

const tell = (step: Step, objectType: string, objectId: string, kind: string): void =>
  step.record({ name: 'clock.recomputed', objectType, objectId, reason: kind });

const days = (list: ToldCalendar['holidays']): string[] => list.map(({ date }) => date).sort();

const keepCalendar = ({ rows }: Step, { year, status, holidays, makeUpWorkdays }: ToldCalendar): Promise<unknown> =>
  rows(
    `insert into work_calendar (year, status, holidays, make_up_workdays) values ($1, $2, $3, $4)
     on conflict (year) do update set status = excluded.status, holidays = excluded.holidays, make_up_workdays = excluded.make_up_workdays`,
    [year, status, days(holidays), days(makeUpWorkdays)],
  );

/** Was this year published with other days? */
function differs(before: WorkCalendar | undefined, told: ToldCalendar): boolean {
  const text = ({ holidays, makeUpWorkdays }: ToldCalendar) => [days(holidays), days(makeUpWorkdays)].join(' ');
  return before !== undefined && text(before) !== text(told);
}

interface Waiting {
  id: string;
  policyId: string;
  startedAt: string;
  dueAt: string;
  provisional: boolean;
}

/** Rows with a due time of their own, computed again; `keep` writes one that changed. */
async function retimeRows(
  step: Step,
  waiting: readonly Waiting[],
  clock: 'respond' | 'accept',
  calendars: readonly WorkCalendar[],
  keep: (id: string, times: ReturnType<typeof timesOf>) => Promise<unknown>,
): Promise<void> {
  const policies = await policiesByIds(step, [...new Set(waiting.map(({ policyId }) => policyId))]);
  for (const { id, policyId, startedAt, dueAt, provisional } of waiting) {
    const policy = policies.get(policyId);
    if (!policy) throw new Error('a due time names a policy that does not exist');
    const times = timesOf({ startedAt, spec: policy[clock] }, calendars);
    if (times.provisional === provisional && new Date(times.dueAt).getTime() === new Date(dueAt).getTime()) continue;
    await keep(id, times);
    tell(step, clock === 'respond' ? 'Report' : 'DispatchOrder', id, clock.toUpperCase());
  }
}

/** A report's response is due by the policy of the case that it opened. */
async function retimeReports(step: Step, since: string | null, calendars: readonly WorkCalendar[]): Promise<void> {
  const waiting = await step.rows<Waiting>(
    `select r.id, k.policy_id as "policyId", r.received_at as "startedAt", r.respond_by as "dueAt", r.respond_provisional as provisional
     from report r join sla_clock k on k.case_id = r.origin_case_id and k.kind = 'RESPOND' and k.round = 1
     where r.respond_provisional or r.respond_by >= $1::timestamptz order by r.id for update of r`,
    [since && `${since}T00:00:00+08:00`],
  );
  await retimeRows(step, waiting, 'respond', calendars, (id, { dueAt, provisional }) =>
    step.rows('update report set respond_by = $2, respond_provisional = $3 where id = $1', [id, dueAt, provisional]),
  );
}

/** Of the orders that were escalated the time is over, whatever the calendar says afterwards. */
async function retimeOrders(step: Step, since: string | null, calendars: readonly WorkCalendar[]): Promise<void> {
  const waiting = await step.rows<Waiting>(
    `select o.id, o.policy_id as "policyId", o.dispatched_at as "startedAt", o.accept_by as "dueAt", o.accept_provisional as provisional
     from dispatch_order o where o.status <> 'ESCALATED' and (o.accept_provisional or o.accept_by >= $1::timestamptz) order by o.id for update`,
    [since && `${since}T00:00:00+08:00`],
  );
  await retimeRows(step, waiting, 'accept', calendars, (id, { dueAt, warnAt, provisional }) =>
    step.rows(
      `update dispatch_order set accept_by = $2, accept_warn_at = $3, accept_provisional = $4, due_at = case when status = 'SENT' then $2 else due_at end
       where id = $1`,
      [id, dueAt, warnAt, provisional],
    ),
  );
}
