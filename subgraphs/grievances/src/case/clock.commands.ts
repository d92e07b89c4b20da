import type { CommandContext } from '../../../shared/src/command.ts';
import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { keptCalendars, type PolicyRow, policiesByIds } from '../category/category.read.ts';
import { type ClockSpec, FOLLOW_UP_AFTER } from '../category/category.rules.ts';
import { type ClockTimes, type Pause, timesOf } from './case.rules.ts';

/** What a step in the life of a case has at hand: the context of a command, or the transaction of a job. */
export type Step = Pick<CommandContext, 'rows' | 'at' | 'record' | 'asService'>;

export type ClockKind = 'RESPOND' | 'RESOLVE' | 'FOLLOW_UP';

/** Held shared by whoever computes a due time, alone by who publishes a year: no due time is computed by a calendar that is just replaced. */
export const CALENDAR_LOCK = 4_103_051;

/** The calendars that hold until the end of the transaction. */
export async function calendarsFor(step: Step): Promise<WorkCalendar[]> {
  await step.rows('select pg_advisory_xact_lock_shared($1)', [CALENDAR_LOCK]);
  return keptCalendars(step);
}

export const specOf = (kind: ClockKind, policy: PolicyRow): ClockSpec =>
  kind === 'FOLLOW_UP' ? FOLLOW_UP_AFTER : kind === 'RESPOND' ? policy.respond : policy.resolve;

interface NewClock {
  caseId: string;
  communityId: string;
  kind: ClockKind;
  round: number;
  policy: PolicyRow;
  startedAt: Date | string;
}

/** Starts a clock of a case; gives its times. */
export async function startClock(step: Step, clock: NewClock, calendars: readonly WorkCalendar[]): Promise<ClockTimes> {
  const startedAt = new Date(clock.startedAt).toISOString();
  const times = timesOf({ startedAt, spec: specOf(clock.kind, clock.policy) }, calendars);
  await step.rows(
    `insert into sla_clock (case_id, kind, round, community_id, policy_id, started_at, due_at, warn_at, provisional)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [clock.caseId, clock.kind, clock.round, clock.communityId, clock.policy.id, startedAt, times.dueAt, times.warnAt, times.provisional],
  );
  return times;
}

/** Stops the running clock of a kind; a pause ends with it. Nothing happens if none runs. */
export async function stopClock(step: Step, caseId: string, kind: ClockKind): Promise<void> {
  if (kind === 'RESOLVE') await endPause(step, caseId, step.at);
  await step.rows(`update sla_clock set stopped_at = $3 where case_id = $1 and kind = $2 and stopped_at is null and cancelled_at is null`, [
    caseId,
    kind,
    step.at,
  ]);
}

/** The case ended without what its clocks waited for. */
export async function cancelClocks(step: Step, caseId: string): Promise<void> {
  await endPause(step, caseId, step.at);
  await step.rows(
    `update sla_clock set cancelled_at = $2, paused_since = null where case_id = $1 and stopped_at is null and cancelled_at is null`,
    [caseId, step.at],
  );
}

interface KeptClock {
  caseId: string;
  kind: ClockKind;
  round: number;
  policyId: string;
  startedAt: string;
  dueAt: string;
  provisional: boolean;
  stoppedAt: string | null;
  cancelledAt: string | null;
  pauses: Pause[] | null;
  extensions: number;
}

/** Clocks with everything that moves them: pauses from their start on, granted extensions of the first round. */
const CLOCKS = `select k.case_id as "caseId", k.kind, k.round, k.policy_id as "policyId", k.started_at as "startedAt", k.due_at as "dueAt",
    k.provisional, k.stopped_at as "stoppedAt", k.cancelled_at as "cancelledAt",
    case when k.kind = 'RESOLVE' then (select jsonb_agg(jsonb_build_object('from', p.from_at, 'to', p.to_at) order by p.from_at) from clock_pause p
      where p.case_id = k.case_id and p.from_at >= k.started_at and p.from_at < coalesce(k.stopped_at, k.cancelled_at, 'infinity')) end as pauses,
    case when k.kind = 'RESOLVE' and k.round = 1 then (select count(*)::int from deadline_extension x where x.case_id = k.case_id and x.granted) else 0 end
      as extensions
  from sla_clock k`;

/** A clock's due time as facts, policy and calendar give it now. */
function timesNow(clock: KeptClock, policy: PolicyRow, calendars: readonly WorkCalendar[]): ClockTimes {
  const extensions = policy.extension === null ? [] : Array<ClockSpec>(clock.extensions).fill(policy.extension);
  return timesOf({ startedAt: clock.startedAt, spec: specOf(clock.kind, policy), pauses: clock.pauses ?? [], extensions }, calendars);
}

const isSame = (a: string, b: string): boolean => new Date(a).getTime() === new Date(b).getTime();

/** Writes what a clock's times are now; orders that wait for RESOLVE are due with it. Says whether anything changed. */
async function keep(step: Step, clock: KeptClock, policy: PolicyRow, calendars: readonly WorkCalendar[]): Promise<boolean> {
  const times = timesNow(clock, policy, calendars);
  const runs = clock.stoppedAt === null && clock.cancelledAt === null;
  await step.rows(
    `update sla_clock set policy_id = $4, due_at = $5, warn_at = $6, provisional = $7, paused_since = $8 where case_id = $1 and kind = $2 and round = $3`,
    [clock.caseId, clock.kind, clock.round, policy.id, times.dueAt, times.warnAt, times.provisional, runs ? times.pausedSince : null],
  );
  if (clock.kind === 'RESOLVE' && runs) {
    // Also the orders of others, which who moves the clock may not write.
    await step.asService(() =>
      step.rows(`update dispatch_order set due_at = $2 where case_id = $1 and status = 'ACCEPTED' and due_at <> $2`, [
        clock.caseId,
        times.dueAt,
      ]),
    );
  }
  return times.provisional !== clock.provisional || !isSame(times.dueAt, clock.dueAt);
}

/** Computes the running clocks of a case again, under another policy if one is given. */
export async function retime(step: Step, caseId: string, calendars: readonly WorkCalendar[], policy?: PolicyRow): Promise<void> {
  const clocks = await step.rows<KeptClock>(`${CLOCKS} where k.case_id = $1 and k.stopped_at is null and k.cancelled_at is null`, [caseId]);
  const known = policy ? null : await policiesByIds(step, [...new Set(clocks.map(({ policyId }) => policyId))]);
  for (const clock of clocks) await keep(step, clock, policy ?? (known?.get(clock.policyId) as PolicyRow), calendars);
}

/**
 * Clocks whose due time was provisional, and those due from a day on if one is given, computed again; gives the cases and kinds of those that changed.
 * @param since the first day that another calendar tells otherwise than the one before.
 */
export async function retimeAll(
  step: Step,
  since: string | null,
  calendars: readonly WorkCalendar[],
): Promise<{ caseId: string; kind: ClockKind }[]> {
  const clocks = await step.rows<KeptClock>(
    `${CLOCKS} where k.provisional or k.due_at >= $1::timestamptz order by k.case_id, k.kind, k.round for update of k`,
    [since && `${since}T00:00:00+08:00`],
  );
  const known = await policiesByIds(step, [...new Set(clocks.map(({ policyId }) => policyId))]);
  const changed: KeptClock[] = [];
  for (const clock of clocks) if (await keep(step, clock, known.get(clock.policyId) as PolicyRow, calendars)) changed.push(clock);
  return changed;
}

/** An open pause of a case. */
export interface OpenPause {
  fromAt: string;
  reason: string;
  untilAt: string | null;
}

export async function openPauseOf(step: Step, caseId: string): Promise<OpenPause | null> {
  const [pause] = await step.rows<OpenPause>(
    `select from_at as "fromAt", reason, until_at as "untilAt" from clock_pause where case_id = $1 and to_at is null`,
    [caseId],
  );
  return pause ?? null;
}

interface NewPause {
  caseId: string;
  reason: 'WAITING_REPORTER' | 'FORCE_MAJEURE';
  untilAt: Date | null;
  approvedById: string | null;
}

/** From now on the RESOLVE clock stands still. */
export async function beginPause(step: Step, { caseId, reason, untilAt, approvedById }: NewPause): Promise<void> {
  await step.rows('insert into clock_pause (case_id, from_at, reason, until_at, approved_by_id) values ($1, $2, $3, $4, $5)', [
    caseId,
    step.at,
    reason,
    untilAt,
    approvedById,
  ]);
  await retime(step, caseId, await calendarsFor(step));
  step.record({ name: 'clock.paused', objectType: 'Case', objectId: caseId, to: step.at.toISOString(), reason });
}

/**
 * The pause of a case, if there is one, ends at an instant, which may lie in the past of a job: the event tells it. A pause of no length is one of a
 * millisecond, since a row has a beginning and an end.
 */
export async function endPause(step: Step, caseId: string, end: Date): Promise<void> {
  const [closed] = await step.rows<{ reason: string; toAt: string }>(
    `update clock_pause set to_at = greatest($2::timestamptz, from_at + interval '1 millisecond') where case_id = $1 and to_at is null
     returning reason, to_at as "toAt"`,
    [caseId, end],
  );
  if (!closed) return;
  await retime(step, caseId, await calendarsFor(step));
  step.record({
    name: 'clock.resumed',
    objectType: 'Case',
    objectId: caseId,
    to: new Date(closed.toAt).toISOString(),
    reason: closed.reason,
  });
}
