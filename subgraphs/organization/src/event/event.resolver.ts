import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../shared/src/context.ts';
import { type EventRow, events } from '../../../shared/src/event.read.ts';
import { OrganizationEvent, OrganizationEventConnection } from './event.type.ts';

@Resolver(() => OrganizationEvent)
export class EventResolver {
  @FieldResolver()
  effectiveOn(@Root() event: EventRow) {
    return event.on;
  }

  @Authorized('SERVICE')
  @Query(() => OrganizationEventConnection, { nullable: true, description: 'Service use: what changed, in commit order.' })
  organizationEvents(
    @Ctx() ctx: Context,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
  ) {
    return events(ctx, 'organizationEvents', { first, after });
  }
}
