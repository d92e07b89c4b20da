import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { nthWorkingDayAfter } from '../../../shared/src/domain/calendar.ts';
import { addDays, dateIn, startOf } from '../../../shared/src/domain/period.ts';
import { isOwn } from '../../../shared/src/scope.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { isOfficeholder } from '../area/authority.read.ts';
import { refuse } from '../errors.ts';
import { beginPause, calendarsFor, endPause, openPauseOf } from './clock.commands.ts';
import { requireEvidence } from './evidence.read.ts';
import { addEvidence, type LockedCase, lockCase, moveCase, writeMessage } from './life.commands.ts';
import { type OrderRow, orderById } from './order.read.ts';
import { deidentified } from './triage.rules.ts';
import { isBlank, LONGEST_WAIT, progressFaults, TEXT_LIMIT } from './work.rules.ts';
import type { AcceptOrderInput, RecordProgressInput, StartWorkInput } from './work.type.ts';

type Answer = Promise<{ order: OrderRow | null }>;

/** An order of the caller's organization that nobody else changes until the end of the transaction. */
interface LockedOrder {
  id: string;
  caseId: string;
  role: 'LEAD' | 'ASSIST';
  status: string;
  version: number;
  acceptBy: string;
  startedAt: string | null;
  dispatcherId: string;
}

/** Is there such an office-holder? Asked before the transaction. @throws HubError NOT_FOUND, SOURCE_UNAVAILABLE */
export async function handlerIsKnown(ctx: Context, { handlerId }: AcceptOrderInput | StartWorkInput): Promise<void> {
  if (handlerId && !(await isOfficeholder(ctx, handlerId))) throw refuse('NOT_FOUND', { field: ['handlerId'] });
}

/**
 * Locks the case of an order, then the order. The case is null when it cannot be changed by this order any more.
 * @throws HubError NOT_FOUND; NOT_ORDER_HOLDER when the order is another organization's
 */
async function lockOwn(ctx: CommandContext, orderId: string): Promise<{ order: LockedOrder; row: LockedCase | null }> {
  const [seen] = await ctx.rows<{ caseId: string; toId: string }>(
    'select case_id as "caseId", to_id as "toId" from dispatch_order where id = $1',
    [orderId],
  );
  if (!seen) throw refuse('NOT_FOUND', { field: ['orderId'] });
  if (!isOwn(ctx, seen.toId)) throw refuse('NOT_ORDER_HOLDER', { field: ['orderId'] });
  const row = await lockCase(ctx, seen.caseId);
  const [order] = await ctx.rows<LockedOrder>(
    `select id, case_id as "caseId", role, status, version, accept_by as "acceptBy", started_at as "startedAt", dispatcher_id as "dispatcherId"
     from dispatch_order where id = $1 for update`,
    [orderId],
  );
  if (!order) throw refuse('NOT_FOUND', { field: ['orderId'] });
  return { order, row };
}

const invalid = (order: LockedOrder, row: LockedCase | null) =>
  refuse('INVALID_TRANSITION', { details: { status: order.status, ...(row && { state: row.state }) } });

/** `acceptOrder` (§7.2): until `acceptBy`, that instant included. */
export async function acceptOrder(ctx: CommandContext, input: AcceptOrderInput): Answer {
  const { order, row } = await lockOwn(ctx, input.orderId);
  expectVersion(order.version, input.expectedVersion);
  const isLate = order.status === 'SENT' && ctx.at > new Date(order.acceptBy);
  if (isLate || order.status === 'ESCALATED') throw refuse('ACCEPT_WINDOW', { details: { acceptBy: order.acceptBy } });
  if (order.status !== 'SENT' || !row) throw invalid(order, row);
  const own = ctx.claims.organization ?? row.ownerId;
  if (order.role === 'LEAD') await moveCase(ctx, row, 'accept', { owner_id: own });
  await ctx.rows(
    `update dispatch_order o set status = 'ACCEPTED', accepted_at = $2, handler_id = coalesce($3, handler_id), version = version + 1,
       due_at = coalesce((select k.due_at from sla_clock k where k.case_id = o.case_id and k.kind = 'RESOLVE' and k.stopped_at is null
         and k.cancelled_at is null), due_at)
     where id = $1`,
    [order.id, ctx.at, input.handlerId ?? null],
  );
  ctx.record({ name: 'order.accepted', objectType: 'DispatchOrder', objectId: order.id, otherType: 'Case', otherId: order.caseId });
  return { order: await orderById(ctx, order.id) };
}

/** `startWork` (§7.2): the LEAD's start is the case's; who assists notes his own. */
export async function startWork(ctx: CommandContext, input: StartWorkInput): Answer {
  const { order, row } = await lockOwn(ctx, input.orderId);
  expectVersion(order.version, input.expectedVersion);
  if (order.status !== 'ACCEPTED' || order.startedAt !== null || !row) throw invalid(order, row);
  if (order.role === 'LEAD') await moveCase(ctx, row, 'start');
  await ctx.rows('update dispatch_order set started_at = $2, handler_id = coalesce($3, handler_id), version = version + 1 where id = $1', [
    order.id,
    ctx.at,
    input.handlerId ?? null,
  ]);
  return { order: await orderById(ctx, order.id) };
}

/** `recordProgress` (§7.3): a text, perhaps to the reporters, with proof; pauses of RESOLVE; an ASSIST's own part done. */
export async function recordProgress(ctx: CommandContext, input: RecordProgressInput): Answer {
  const { order, row } = await lockOwn(ctx, input.orderId);
  if (order.status !== 'ACCEPTED' || !row) throw invalid(order, row);
  if (isBlank(input.text) || input.text.length > TEXT_LIMIT)
    throw refuse('VALIDATION_FAILED', { field: ['text'], details: { limit: TEXT_LIMIT } });
  const [fault] = progressFaults(input, order.role);
  if (fault) throw refuse('VALIDATION_FAILED', { field: [fault], details: { role: order.role } });
  const evidence = input.evidence ?? [];
  await requireEvidence(ctx, evidence);
  await writeMessage(ctx, {
    caseId: row.id,
    orderId: order.id,
    organizationId: ctx.claims.organization,
    text: deidentified(input.text),
    isReply: input.toReporters,
  });
  await addEvidence(ctx, row.id, order.id, evidence);
  if (input.pauseClocks) await pause(ctx, input, order, row);
  if (input.resumeClocks) await resume(ctx, row);
  await ctx.rows(
    `update dispatch_order set suspension_wanted = coalesce($2, suspension_wanted), version = version + 1,
       status = case when $3 then 'DONE' else status end, ended_at = case when $3 then $4::timestamptz end,
       result = case when $3 then $5 else result end
     where id = $1`,
    [order.id, input.suspensionWanted ?? null, input.done, ctx.at, deidentified(input.text)],
  );
  if (input.done) ctx.record({ name: 'order.done', objectType: 'DispatchOrder', objectId: order.id, otherType: 'Case', otherId: row.id });
  return { order: await orderById(ctx, order.id) };
}

const PAUSABLE = ['ACCEPTED', 'IN_PROGRESS'];

/**
 * RESOLVE stands still while the reporter is waited for, once and for at most 5 working days, or by force majeure that the dispatcher approved: who
 * dispatched to himself (§7.3).
 * @throws HubError PAUSE_LIMIT with the limit that was passed
 */
async function pause(ctx: CommandContext, { pauseClocks: reason, pauseUntil }: RecordProgressInput, order: LockedOrder, row: LockedCase) {
  const limit = (of: string) => refuse('PAUSE_LIMIT', { field: ['pauseClocks'], details: { limit: of } });
  if (reason !== 'WAITING_REPORTER' && reason !== 'FORCE_MAJEURE') throw limit('suspendCase');
  if (!PAUSABLE.includes(row.state)) throw refuse('INVALID_TRANSITION', { details: { state: row.state } });
  const [clock] = await ctx.rows<{ dueAt: string }>(
    `select due_at as "dueAt" from sla_clock where case_id = $1 and kind = 'RESOLVE' and stopped_at is null and cancelled_at is null`,
    [row.id],
  );
  if (!clock || ctx.at >= new Date(clock.dueAt)) throw limit('due');
  if (await openPauseOf(ctx, row.id)) throw limit('one at a time');
  if (reason === 'FORCE_MAJEURE' && !isOwn(ctx, order.dispatcherId)) throw limit('dispatcher');
  if (reason === 'WAITING_REPORTER') {
    const [before] = await ctx.rows(`select 1 from clock_pause where case_id = $1 and reason = 'WAITING_REPORTER'`, [row.id]);
    if (before) throw limit('once');
    const { dueOn } = nthWorkingDayAfter(dateIn(ctx.at), LONGEST_WAIT, await calendarsFor(ctx));
    if (!pauseUntil || pauseUntil > dueOn) throw limit(`pauseUntil ${dueOn}`);
  }
  if (pauseUntil && pauseUntil < dateIn(ctx.at)) throw refuse('VALIDATION_FAILED', { field: ['pauseUntil'] });
  const untilAt = pauseUntil ? startOf(addDays(pauseUntil, 1)) : null;
  await beginPause(ctx, { caseId: row.id, reason, untilAt, approvedById: reason === 'FORCE_MAJEURE' ? ctx.claims.organization : null });
}

async function resume(ctx: CommandContext, row: LockedCase): Promise<void> {
  const open = await openPauseOf(ctx, row.id);
  if (!open || open.reason === 'SUSPENDED') throw refuse('INVALID_TRANSITION', { field: ['resumeClocks'], details: { state: row.state } });
  await endPause(ctx, row.id, ctx.at);
}
