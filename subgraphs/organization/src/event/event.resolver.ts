import { Arg, Authorized, Ctx, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../../shared/src/context.ts';
import { events } from './event.read.ts';
import { OrganizationEventConnection } from './event.type.ts';

@Resolver()
export class EventResolver {
  @Authorized('SERVICE')
  @Query(() => OrganizationEventConnection, { nullable: true, description: 'Service use: what changed, in commit order.' })
  organizationEvents(
    @Ctx() ctx: Context,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
  ) {
    return events(ctx, { first, after });
  }
}
