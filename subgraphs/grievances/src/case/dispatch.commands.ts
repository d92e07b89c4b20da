import { holdsRole } from '../../../shared/src/access.ts';
import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { redact } from '../../../shared/src/domain/redact.ts';
import { requireCommunity } from '../../../shared/src/scope.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { isOfficeholder, managementOf, organizationsAbove, type Surroundings, surroundingsOf } from '../area/authority.read.ts';
import { type PolicyRow, policyFor } from '../category/category.read.ts';
import { refuse } from '../errors.ts';
import { type CaseRow, caseById } from './case.read.ts';
import { timesOf } from './case.rules.ts';
import { calendarsFor, type Step } from './clock.commands.ts';
import type { DispatchCaseInput, OrderInput } from './dispatch.type.ts';
import { type LockedCase, lockedCase, moveCase } from './life.commands.ts';
import { activeRules } from './routing.read.ts';
import { type Rule, ruleFor } from './routing.rules.ts';
import { inConflict, leadsIn, organizationsIn, RETURNS_UNTIL_JOINT, stateAfter } from './state.rules.ts';

/** What organization was asked before a dispatch. */
export interface DispatchPlan {
  surroundings: Surroundings;
  management: string | null;
  rules: readonly Rule[];
  above: ReadonlyMap<string, readonly string[]>;
}

interface Place {
  communityId: string;
  compoundId: string | null;
}

/**
 * Asks, before the transaction, where the case lies, how its compound is managed, and what stands above every organization that may get an order.
 * @throws HubError NOT_FOUND for the case, an organization or an office-holder; SOURCE_UNAVAILABLE
 */
export async function planDispatch(ctx: Context, input: DispatchCaseInput): Promise<DispatchPlan> {
  const [place] = await ctx.rows<Place>(
    'select community_id as "communityId", compound_id as "compoundId" from grievance_case where id = $1',
    [input.caseId],
  );
  if (!place) throw refuse('NOT_FOUND', { field: ['caseId'] });
  const [surroundings, rules] = await Promise.all([surroundingsOf(ctx, place.communityId), input.orders ? [] : activeRules(ctx)]);
  const named = input.orders ? organizationsIn(input.orders) : rules.flatMap((rule) => [rule.leadId, ...rule.assistIds, rule.superiorId]);
  const ids = [...named, surroundings.streetOfficeId].filter((id) => id !== null);
  const [above, management] = await Promise.all([
    organizationsAbove(ctx, ids),
    place.compoundId === null || input.orders ? null : managementOf(ctx, place.compoundId),
  ]);
  for (const [index, order] of (input.orders ?? []).entries()) await requireKnown(ctx, order, above, ['orders', String(index)]);
  return { surroundings, management, rules, above };
}

async function requireKnown(ctx: Context, order: OrderInput, above: DispatchPlan['above'], field: string[]): Promise<void> {
  if (!above.has(order.organizationId)) throw refuse('NOT_FOUND', { field: [...field, 'organizationId'] });
  if (order.superiorId && !above.has(order.superiorId)) throw refuse('NOT_FOUND', { field: [...field, 'superiorId'] });
  if (order.handlerId && !(await isOfficeholder(ctx, order.handlerId))) throw refuse('NOT_FOUND', { field: [...field, 'handlerId'] });
}

/** An order that is about to be sent. */
export interface Sending {
  organizationId: string;
  role: 'LEAD' | 'ASSIST';
  contactNeeded: boolean;
  superiorId: string | null;
  handlerId: string | null;
  ruleId: string | null;
  returnForbidden: boolean;
  dispatcherId: string;
  /** The order that nobody accepted and this one takes the place of. */
  escalatesId: string | null;
}

/** `dispatchCase` (§7.2): by the orders given, else by the routing rules, else to the street office. */
export async function dispatchCase(ctx: CommandContext, input: DispatchCaseInput, plan: DispatchPlan): Promise<{ case: CaseRow | null }> {
  const row = await lockedCase(ctx, input.caseId);
  requireCommunity(ctx, row.communityId);
  expectVersion(row.version, input.expectedVersion);
  if (stateAfter(row.state, 'dispatch') === null) throw refuse('INVALID_TRANSITION', { details: { state: row.state } });
  const returnForbidden = await jointlyDecided(ctx, row, input.jointDecision);
  const calendars = await calendarsFor(ctx);
  const { orders, ruleId } = input.orders ? { orders: input.orders, ruleId: null } : await routed(ctx, row, plan, calendars);
  requireOrders(orders, row, plan);
  const policy = await policyFor(ctx, row.categoryId, row.urgency, dateIn(new Date(row.receivedAt)));
  const dispatcherId = ctx.claims.organization ?? row.ownerId;
  for (const order of orders.toSorted((a, b) => (a.role === b.role ? 0 : a.role === 'LEAD' ? -1 : 1))) {
    const superiorId = order.superiorId ?? superiorFor(order.organizationId, row, plan);
    const { organizationId, role, contactNeeded } = order;
    const sending = { organizationId, role, contactNeeded, superiorId, handlerId: order.handlerId ?? null, dispatcherId };
    await sendOrder(ctx, row, { ...sending, ruleId, returnForbidden, escalatesId: null }, policy, calendars);
  }
  await moveCase(
    ctx,
    row,
    'dispatch',
    {},
    { reason: input.note ? redact(input.note).strict : null, by: ruleId === null ? null : { type: 'RoutingRule', id: ruleId } },
  );
  return { case: await caseById(ctx, row.id) };
}

/** After a second return only the street dispatches, by a joint decision, and its order is not returned any more. */
async function jointlyDecided(ctx: CommandContext, row: LockedCase, jointDecision: boolean): Promise<boolean> {
  const [returned] = await ctx.rows<{ times: number }>(
    `select count(*)::int as times from dispatch_order where case_id = $1 and role = 'LEAD' and status = 'RETURNED'`,
    [row.id],
  );
  if ((returned?.times ?? 0) < RETURNS_UNTIL_JOINT) return false;
  if (!jointDecision || !holdsRole(ctx.claims, ['STREET_STAFF'])) {
    throw refuse('JOINT_DECISION_REQUIRED', { field: ['jointDecision'], details: { returns: returned?.times } });
  }
  return true;
}

/** Who leads and assists by the rules; without one the street office leads (属地兜底). */
async function routed(
  ctx: CommandContext,
  row: LockedCase,
  { surroundings, management, rules, above }: DispatchPlan,
  calendars: readonly WorkCalendar[],
): Promise<{ orders: OrderInput[]; ruleId: string | null }> {
  const categories = await ctx.rows<{ id: string }>(
    `with recursive line as (select id, parent_id from case_category where id = $1
       union select k.id, k.parent_id from case_category k join line on k.id = line.parent_id) select id from line`,
    [row.categoryId],
  );
  const matter = { categories: categories.map(({ id }) => id), areas: surroundings.areas, management, at: ctx.at, subject: row.subjectId };
  const rule = ruleFor(rules, matter, above, calendars);
  const order = (organizationId: string, role: 'LEAD' | 'ASSIST'): OrderInput => ({
    organizationId,
    role,
    contactNeeded: false,
    superiorId: rule?.superiorId ?? null,
  });
  const leadId = rule?.leadId ?? surroundings.streetOfficeId;
  const assistants = (rule?.assistIds ?? []).filter((id) => id !== leadId && !inConflict([id], row.subjectId, above));
  return {
    orders: [...(leadId === null ? [] : [order(leadId, 'LEAD')]), ...assistants.map((id) => order(id, 'ASSIST'))],
    ruleId: rule?.id ?? null,
  };
}

/** @throws HubError LEAD_REQUIRED, VALIDATION_FAILED, CONFLICT_OF_INTEREST */
function requireOrders(orders: readonly OrderInput[], row: LockedCase, { above }: DispatchPlan): void {
  if (leadsIn(orders) !== 1) throw refuse('LEAD_REQUIRED', { field: ['orders'], details: { leads: leadsIn(orders) } });
  if (new Set(orders.map(({ organizationId }) => organizationId)).size < orders.length) {
    throw refuse('VALIDATION_FAILED', { field: ['orders'], details: { once: 'organizationId' } });
  }
  const at = orders.findIndex((order) => inConflict(organizationsIn([order]), row.subjectId, above));
  if (at >= 0) throw refuse('CONFLICT_OF_INTEREST', { field: ['orders', String(at)] });
}

/** Who gets an order that is not accepted in time, where neither input nor rule says: the street office, if it is another and not complained about. */
function superiorFor(organizationId: string, row: LockedCase, { surroundings, above }: DispatchPlan): string | null {
  const office = surroundings.streetOfficeId;
  return office === null || office === organizationId || inConflict([office], row.subjectId, above) ? null : office;
}

/** Sends an order; its ACCEPT clock starts now (§7.3). */
export async function sendOrder(
  step: Step,
  row: Pick<LockedCase, 'id' | 'communityId' | 'urgency'>,
  sending: Sending,
  policy: PolicyRow,
  calendars: readonly WorkCalendar[],
): Promise<void> {
  const id = newId('do', step.at);
  const accept = timesOf({ startedAt: step.at.toISOString(), spec: policy.accept }, calendars);
  await step.rows(
    `insert into dispatch_order (id, case_id, community_id, urgency, to_id, dispatcher_id, role, status, policy_id, dispatched_at, accept_by,
       accept_warn_at, accept_provisional, superior_id, handler_id, contact_needed, return_forbidden, rule_id, escalates_id, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'SENT', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $10)`,
    [
      ...[id, row.id, row.communityId, row.urgency, sending.organizationId, sending.dispatcherId, sending.role, policy.id, step.at],
      ...[accept.dueAt, accept.warnAt, accept.provisional, sending.superiorId, sending.handlerId, sending.contactNeeded],
      ...[sending.returnForbidden, sending.ruleId, sending.escalatesId],
    ],
  );
  step.record({
    name: 'order.sent',
    objectType: 'DispatchOrder',
    objectId: id,
    otherType: 'Case',
    otherId: row.id,
    areaId: row.communityId,
  });
}
