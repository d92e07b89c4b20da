import { Arg, Authorized, Ctx, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../../shared/src/context.ts';
import { volunteerEvents } from './event.read.ts';
import { VolunteerEventConnection } from './event.type.ts';

@Resolver()
export class EventResolver {
  @Authorized('SERVICE')
  @Query(() => VolunteerEventConnection, {
    nullable: true,
    description: 'In commit order; after = id of the last event seen; internal.',
  })
  volunteerEvents(
    @Ctx() ctx: Context,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
  ) {
    return volunteerEvents(ctx, { first, after });
  }
}
