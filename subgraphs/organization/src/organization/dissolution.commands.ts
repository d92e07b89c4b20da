import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { requireText } from '../../../shared/src/text.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { inTurn } from '../area/turn.commands.ts';
import { changeState } from '../compound/state.commands.ts';
import { refuse } from '../errors.ts';
import { type PublicOrganizationRow, presentOrganization } from './organization.read.ts';
import type { DissolveOrganizationInput } from './organization-command.type.ts';
import { requireArea } from './scope.commands.ts';

const MOST_REASON = 500;

/** What is open elsewhere, told before the transaction. */
export interface OpenElsewhere {
  /** Dispatch orders SENT or ACCEPTED. */
  orders: number;
}

export const ORDERS = `query OpenOrders($id: ID!) { orders(filter: { organizationId: $id, statuses: [SENT, ACCEPTED] }, first: 200) { nodes { id } } }`;

/** Asks the other departments what the organization still has to do. @throws HubError SOURCE_UNAVAILABLE when one does not answer */
export async function openElsewhere({ graph }: Context, { id }: DissolveOrganizationInput): Promise<OpenElsewhere> {
  const { orders } = await graph.ask<{ orders: { nodes: unknown[] } | null }>(ORDERS, { id });
  if (!orders) throw new HubError('SOURCE_UNAVAILABLE');
  return { orders: orders.nodes.length };
}

/** Appointments to its posts that hold on the day or later. */
const APPOINTMENTS = `select count(*)::int as n from appointment a join post p on p.id = a.post_id
  where p.organization_id = $1 and (a.valid_to is null or $2::date < a.valid_to)`;
const STATUS = `select s.status from organization_state s where s.organization_id = $1 and ${holdsOn('s', '$2::date')}`;
/** What it is of: compounds and buildings, free again from the day on. */
const LINKS = [
  ['organization_compound', 'organization_id'],
  ['building_group', 'group_id'],
] as const;

/** `dissolveOrganization` (§4.3): for good, when nothing is open here or elsewhere. */
export async function dissolveOrganization(
  ctx: CommandContext,
  input: DissolveOrganizationInput,
  elsewhere: OpenElsewhere,
): Promise<{ organization: PublicOrganizationRow | null }> {
  const { id, effectiveOn } = input;
  const reason = requireText(input.reason, MOST_REASON, 'reason');
  await inTurn(ctx, id);
  const organization = await presentOrganization(ctx, id);
  if (!organization) throw refuse('NOT_FOUND', { field: ['id'] });
  requireArea(ctx, organization.areaId);
  if (organization.dissolvedOn) throw refuse('INVALID_TRANSITION', { details: { from: 'DISSOLVED', to: 'DISSOLVED' } });
  expectVersion(organization.version, input.expectedVersion);
  await requireNothingOpen(ctx, input, elsewhere);

  const [before] = await ctx.rows<{ status: string }>(STATUS, [id, effectiveOn]);
  await changeState(ctx, {
    table: 'organization_state',
    key: { organization_id: id },
    from: effectiveOn,
    changes: { status: 'DISSOLVED' },
  });
  for (const [table, column] of LINKS) await release(ctx, table, column, input);
  await ctx.rows('update organization set dissolved_on = $2, version = version + 1 where id = $1', [id, effectiveOn]);
  ctx.record({
    name: 'organization.dissolved',
    objectType: 'Organization',
    objectId: id,
    areaId: organization.areaId,
    on: effectiveOn,
    from: before?.status,
    to: 'DISSOLVED',
    reason,
  });
  return { organization: await presentOrganization(ctx, id) };
}

/** Agreements, commitments and resolutions come with co-building, coins with the bank. @throws HubError ORG_HAS_OPEN_ITEMS */
async function requireNothingOpen(
  ctx: CommandContext,
  { id, effectiveOn }: DissolveOrganizationInput,
  { orders }: OpenElsewhere,
): Promise<void> {
  const [open] = await ctx.rows<{ n: number }>(APPOINTMENTS, [id, effectiveOn]);
  const appointments = open?.n ?? 0;
  if (appointments + orders > 0) throw refuse('ORG_HAS_OPEN_ITEMS', { details: { appointments, orders } });
}

/** @throws HubError EFFECTIVE_DATE_INVALID when it is of something from a later day on */
async function release(ctx: CommandContext, table: string, column: string, { id, effectiveOn }: DissolveOrganizationInput): Promise<void> {
  const late = `select max(valid_from) as day from ${table} where ${column} = $1 and valid_from > $2::date`;
  const [later] = await ctx.rows<{ day: string | null }>(late, [id, effectiveOn]);
  if (later?.day) throw refuse('EFFECTIVE_DATE_INVALID', { field: ['effectiveOn'], details: { earliest: later.day } });
  const end = `update ${table} set valid_to = $2::date where ${column} = $1 and (valid_to is null or $2::date < valid_to)`;
  await ctx.rows(end, [id, effectiveOn]);
}
