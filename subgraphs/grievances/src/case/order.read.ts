import type { Context } from '../../../shared/src/context.ts';
import { conditions } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { connection, type OrderTerm, type PageArgs } from '../../../shared/src/page.ts';
import { type Ref, ref } from '../area/area.read.ts';
import { URGENCY_RANK } from '../category/category.entity.ts';
import { type ClockColour, colourRankSql, rankOfColour } from './case.rules.ts';
import { type ClockRow, clocksOf, colourOfClock } from './clock.read.ts';

/** A dispatch order as row level security lets the caller read it. */
export interface OrderRow {
  id: string;
  caseId: string;
  to: Ref;
  role: 'LEAD' | 'ASSIST';
  status: string;
  policyId: string;
  ruleId: string | null;
  dispatchedAt: string;
  acceptBy: string;
  acceptWarnAt: string;
  acceptProvisional: boolean;
  acceptedAt: string | null;
  returnedAt: string | null;
  endedAt: string | null;
  [field: string]: unknown;
}

export interface OrderFilterInput {
  organizationId?: string | null;
  areaCode?: string | null;
  statuses?: string[] | null;
  role?: string | null;
  urgencies?: string[] | null;
  colours?: ClockColour[] | null;
  dispatchedFrom?: string | null;
  dispatchedTo?: string | null;
}

const COLUMNS = `o.id, o.case_id as "caseId", ${ref('o.to_id')} as "to", o.role, o.status, o.policy_id as "policyId", o.dispatched_at as "dispatchedAt",
  o.accept_by as "acceptBy", o.accept_warn_at as "acceptWarnAt", o.accept_provisional as "acceptProvisional", o.accepted_at as "acceptedAt",
  o.started_at as "startedAt", o.returned_at as "returnedAt", o.return_reason as "returnReason", o.return_note as "returnNote",
  ${ref('o.proposed_id')} as proposed, ${ref('o.superior_id')} as superior, ${ref('o.handler_id')} as handler,
  o.contact_needed as "contactNeeded", o.return_forbidden as "returnForbidden", o.rule_id as "ruleId", o.due_at as "dueAt", o.ended_at as "endedAt", o.result, o.version`;

/** SQL: rank of the clock that an order's holder works against: to accept, then the case's RESOLVE. */
const COLOUR_RANK = `case o.status
  when 'SENT' then ${colourRankSql('o.accept_by', 'o.accept_warn_at', 'null::timestamptz')}
  when 'ACCEPTED' then coalesce((select max(${colourRankSql('k.due_at', 'k.warn_at', 'k.paused_since')}) from sla_clock k
    where k.case_id = o.case_id and k.kind = 'RESOLVE' and k.stopped_at is null and k.cancelled_at is null), 0)
  else 0 end`;

const BY_ID: OrderTerm = { sql: 'o.id', type: 'text' };
const BY_DUE: OrderTerm = { sql: 'o.due_at', type: 'timestamptz' };
const ORDERS: Record<string, OrderTerm[]> = {
  DUE_AT: [BY_DUE, BY_ID],
  DISPATCHED_AT: [
    { sql: 'o.dispatched_at', type: 'timestamptz', descending: true },
    { ...BY_ID, descending: true },
  ],
  URGENCY: [{ sql: URGENCY_RANK('o.urgency'), type: 'int' }, BY_DUE, BY_ID],
};

export const orderById = batched<string, OrderRow>(async (ctx, ids) => {
  const rows = await ctx.rows<OrderRow>(`select ${COLUMNS} from dispatch_order o where o.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** Orders within the caller's row scope: the first due first, the latest dispatched first, or the most urgent first. */
export async function orders(ctx: Context, filter: OrderFilterInput, orderBy: string | null, page: PageArgs) {
  const where = conditions();
  where.add('o.to_id = ?', filter.organizationId);
  where.add('o.community_id = any(?)', filter.areaCode && (await ctx.graph.communities(filter.areaCode)));
  where.add('o.status = any(?)', filter.statuses);
  where.add('o.role = ?', filter.role);
  where.add('o.urgency = any(?)', filter.urgencies);
  where.add(`${COLOUR_RANK} = any(?)`, filter.colours?.map(rankOfColour));
  where.add('o.dispatched_at >= ?::timestamptz', filter.dispatchedFrom);
  where.add('o.dispatched_at < ?::timestamptz', filter.dispatchedTo);
  return connection<OrderRow>(ctx, {
    name: 'orders',
    select: COLUMNS,
    from: 'dispatch_order o',
    where: where.where(),
    params: where.params,
    order: ORDERS[orderBy ?? 'DUE_AT'] as OrderTerm[],
    ...page,
  });
}

const ordersByCase = batched<string, OrderRow[]>(async (ctx, caseIds) => {
  const rows = await ctx.rows<OrderRow>(
    `select ${COLUMNS} from dispatch_order o where o.case_id = any($1) order by o.dispatched_at, o.role desc, o.id`,
    [caseIds],
  );
  return Map.groupBy(rows, (row) => row.caseId);
});
/** The orders of a case as they were dispatched, the LEAD before who assists. */
export const ordersOf = async (ctx: Context, caseId: string): Promise<OrderRow[]> => (await ordersByCase(ctx, caseId)) ?? [];

/** Is the caller's organization LEAD of the case? */
export async function isLead(ctx: Context, caseId: string): Promise<boolean> {
  const own = ctx.claims.organization;
  return own !== null && (await ordersOf(ctx, caseId)).some(({ role, to }) => role === 'LEAD' && to.id === own);
}

/** The order's ACCEPT clock: it stops at acceptance, and is cancelled when the order ends otherwise. */
export const acceptClockOf = (order: OrderRow): ClockRow => ({
  caseId: order.caseId,
  kind: 'ACCEPT',
  policyId: order.policyId,
  startedAt: order.dispatchedAt,
  dueAt: order.acceptBy,
  warnAt: order.acceptWarnAt,
  provisional: order.acceptProvisional,
  stoppedAt: order.acceptedAt,
  cancelledAt: order.acceptedAt === null ? (order.returnedAt ?? order.endedAt) : null,
  pausedSince: null,
});

/** Colour of the clock that the holder works against; GREY when the order has ended. */
export async function colourOfOrder(ctx: Context, order: OrderRow): Promise<ClockColour> {
  if (order.status === 'SENT') return colourOfClock(acceptClockOf(order));
  if (order.status !== 'ACCEPTED') return 'GREY';
  const resolve = (await clocksOf(ctx, order.caseId)).findLast(({ kind }) => kind === 'RESOLVE');
  return resolve ? colourOfClock(resolve) : 'GREY';
}
