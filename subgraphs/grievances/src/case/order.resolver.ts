import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { PeriodInput } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Organization } from '../area/area.type.ts';
import { placeOfOrganization } from '../area/authority.read.ts';
import { caseloadOf } from './case.figures.ts';
import { CASE_ROLES, caseById } from './case.read.ts';
import { Case } from './case.type.ts';
import { ClockColour, SlaClock } from './clock.type.ts';
import { acceptClockOf, colourOfOrder, type OrderRow, orderById, orders } from './order.read.ts';
import { Caseload, DispatchOrder, DispatchOrderConnection, OrderFilter, OrderOrder } from './order.type.ts';
import { ruleById } from './routing.read.ts';
import { RoutingRule } from './routing.type.ts';

@Resolver(() => DispatchOrder)
export class DispatchOrderResolver {
  @Authorized(...CASE_ROLES)
  @Tag('department')
  @Query(() => DispatchOrder, { nullable: true })
  order(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return orderById(ctx, id);
  }

  // SERVICE: organization asks for what is open before it dissolves one (organization §4.3).
  @Authorized(...CASE_ROLES, 'SERVICE')
  @Tag('department')
  @Query(() => DispatchOrderConnection, { nullable: true, description: 'Staff worklist (待办).' })
  orders(
    @Ctx() ctx: Context,
    @Arg('filter', () => OrderFilter) filter: OrderFilter,
    @Arg('orderBy', () => OrderOrder, { nullable: true, defaultValue: OrderOrder.DUE_AT }) orderBy: OrderOrder | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return orders(ctx, filter, orderBy, { first, after });
  }

  @FieldResolver(() => Case)
  case(@Root() { caseId }: OrderRow, @Ctx() ctx: Context) {
    return caseById(ctx, caseId);
  }

  @FieldResolver(() => RoutingRule, { nullable: true })
  rule(@Root() { ruleId }: OrderRow, @Ctx() ctx: Context) {
    return ruleId === null ? null : ruleById(ctx, ruleId);
  }

  @FieldResolver(() => SlaClock)
  acceptClock(@Root() order: OrderRow) {
    return acceptClockOf(order);
  }

  @FieldResolver(() => ClockColour)
  colour(@Root() order: OrderRow, @Ctx() ctx: Context) {
    return colourOfOrder(ctx, order);
  }
}

@Resolver(() => Organization)
export class OrganizationCaseloadResolver {
  @Authorized(...STAFF, ...INTERNAL)
  @Tag('department')
  @OfOwnPlace<Organization>(({ id }, ctx) => (id === ctx.claims.organization ? null : placeOfOrganization(ctx, id)))
  @FieldResolver(() => Caseload, { nullable: true, description: 'Orders received as handler (承办量).' })
  caseload(@Root() { id }: Organization, @Ctx() ctx: Context, @Arg('period', () => PeriodInput) period: PeriodInput) {
    return caseloadOf(ctx, id, period);
  }
}
