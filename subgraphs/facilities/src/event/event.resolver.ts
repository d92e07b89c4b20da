import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { Event } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { events, historyOf } from '../../../shared/src/event.read.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { isOwn } from '../../../shared/src/scope.ts';
import { Tag } from '../../../shared/src/tag.ts';
import type { FacilityRow } from '../facility/facility.read.ts';
import { Facility } from '../facility/facility.type.ts';
import { FacilityEventConnection } from './event.type.ts';

@Resolver()
export class EventResolver {
  @Authorized('SERVICE')
  @Query(() => FacilityEventConnection, { nullable: true, description: 'Service use, in commit order.' })
  facilityEvents(
    @Ctx() ctx: Context,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
  ) {
    return events(ctx, 'facilityEvents', { first, after });
  }
}

@Resolver(() => Facility)
export class FacilityHistoryResolver {
  @Authorized(...STAFF, ...INTERNAL)
  @Tag('department')
  @OfOwnPlace<FacilityRow>(
    ({ area, operator, owner }, ctx) => ([operator, owner].some((by) => by && isOwn(ctx, by.id)) ? null : area.id),
    [],
  )
  @FieldResolver(() => [Event])
  async events(@Root() { id }: FacilityRow, @Ctx() ctx: Context) {
    return (await historyOf(ctx, id)) ?? [];
  }
}
