import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { batched } from '../../../shared/src/loader.ts';
import { type Ref, ref } from '../area/area.read.ts';
import { type PolicyRow, policyById, workCalendars } from '../category/category.read.ts';
import { type ClockSpec, FOLLOW_UP_AFTER } from '../category/category.rules.ts';
import { type ClockColour, colourOf, type KeptClock, stateOf, usedMinutes, worst } from './case.rules.ts';

export interface ClockRow extends KeptClock {
  caseId: string;
  kind: 'ACCEPT' | 'RESPOND' | 'RESOLVE' | 'FOLLOW_UP';
  policyId: string;
  startedAt: string;
  provisional: boolean;
}
export interface PauseRow {
  caseId: string;
  reason: string;
  from: string;
  to: string | null;
  approvedBy: Ref | null;
}

const clocksByCase = batched<string, ClockRow[]>(async (ctx, caseIds) => {
  const rows = await ctx.rows<ClockRow>(
    `select case_id as "caseId", kind, policy_id as "policyId", started_at as "startedAt", due_at as "dueAt", warn_at as "warnAt", provisional,
       stopped_at as "stoppedAt", cancelled_at as "cancelledAt", paused_since as "pausedSince"
     from sla_clock where case_id = any($1) order by started_at, kind, round`,
    [caseIds],
  );
  return Map.groupBy(rows, (row) => row.caseId);
});
/** The clocks of a case by their start. */
export const clocksOf = async (ctx: Context, caseId: string): Promise<ClockRow[]> => (await clocksByCase(ctx, caseId)) ?? [];

/** Worst of the running clocks of a case. */
export async function colourOfCase(ctx: Context, caseId: string): Promise<ClockColour> {
  const at = now();
  return worst((await clocksOf(ctx, caseId)).map((clock) => colourOf(clock, at)));
}

const pausesByCase = batched<string, PauseRow[]>(async (ctx, caseIds) => {
  const rows = await ctx.rows<PauseRow>(
    `select case_id as "caseId", reason, from_at as "from", to_at as "to",
       ${ref('approved_by_id')} as "approvedBy"
     from clock_pause where case_id = any($1) order by from_at`,
    [caseIds],
  );
  return Map.groupBy(rows, (row) => row.caseId);
});

/** Pauses that began while the clock ran; only RESOLVE pauses. */
export async function pausesOf(ctx: Context, clock: ClockRow): Promise<PauseRow[]> {
  if (clock.kind !== 'RESOLVE') return [];
  const start = Date.parse(clock.startedAt);
  const end = Date.parse(clock.stoppedAt ?? clock.cancelledAt ?? '9999-12-31');
  const pauses = (await pausesByCase(ctx, clock.caseId)) ?? [];
  return pauses.filter(({ from }) => start <= Date.parse(from) && Date.parse(from) < end);
}

const specOf = ({ kind }: ClockRow, policy: PolicyRow): ClockSpec => {
  if (kind === 'FOLLOW_UP') return FOLLOW_UP_AFTER;
  return { ACCEPT: policy.accept, RESPOND: policy.respond, RESOLVE: policy.resolve }[kind];
};

/** Minutes used on the clock's own time base until now or its end, pauses taken out. */
export async function usedMinutesOf(ctx: Context, clock: ClockRow): Promise<number> {
  const [policy, pauses, calendars] = await Promise.all([policyById(ctx, clock.policyId), pausesOf(ctx, clock), workCalendars(ctx)]);
  if (!policy) throw new Error('a clock names a policy that does not exist');
  const until = new Date(clock.stoppedAt ?? clock.cancelledAt ?? now());
  return usedMinutes({ startedAt: clock.startedAt, spec: specOf(clock, policy), pauses }, until, calendars);
}

export const stateOfClock = (clock: ClockRow) => stateOf(clock, now());
export const colourOfClock = (clock: ClockRow): ClockColour => colourOf(clock, now());
