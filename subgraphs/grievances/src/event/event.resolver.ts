import { Arg, Authorized, Ctx, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../../shared/src/context.ts';
import { events } from '../../../shared/src/event.read.ts';
import { GrievanceEvent, GrievanceEventConnection } from './event.type.ts';

@Resolver(() => GrievanceEvent)
export class GrievanceEventResolver {
  @Authorized('SERVICE')
  @Query(() => GrievanceEventConnection, { nullable: true, description: 'In commit order; service use.' })
  grievanceEvents(
    @Ctx() ctx: Context,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
  ) {
    return events(ctx, 'grievanceEvents', { first, after });
  }
}
