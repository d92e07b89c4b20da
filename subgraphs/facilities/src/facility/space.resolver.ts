import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { facilityById } from './facility.read.ts';
import { Facility } from './facility.type.ts';
import { KEEPERS } from './keeper.commands.ts';
import { upsertSpace } from './space.commands.ts';
import { combinedBy, conflictsOf, type SpaceRow, spaceById, spaces } from './space.read.ts';
import { Space, SpaceConnection, SpaceFilter } from './space.type.ts';
import { SpacePayload, UpsertSpaceInput } from './space-command.type.ts';

@Resolver(() => Space)
export class SpaceResolver {
  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => Space, { nullable: true })
  space(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return spaceById(ctx, id);
  }

  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => SpaceConnection, { nullable: true })
  spaces(
    @Ctx() ctx: Context,
    @Arg('filter', () => SpaceFilter, { nullable: true }) filter: SpaceFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return spaces(ctx, filter ?? {}, { first, after });
  }

  @Command(() => SpacePayload, KEEPERS)
  @Tag('department')
  upsertSpace(@Arg('input', () => UpsertSpaceInput) input: UpsertSpaceInput, @Ctx() ctx: CommandContext) {
    return upsertSpace(ctx, input);
  }

  @FieldResolver(() => Facility)
  facility(@Root() { facilityId }: SpaceRow, @Ctx() ctx: Context) {
    return facilityById(ctx, facilityId);
  }

  @FieldResolver(() => [Space], { description: 'Rooms that this one joins (合并使用); booking it books them.' })
  combines(@Root() space: SpaceRow, @Ctx() ctx: Context) {
    return combinedBy(ctx, space);
  }

  @FieldResolver(() => [Space], { description: 'Spaces that cannot be booked at the same time, derived from combines.' })
  conflictsWith(@Root() space: SpaceRow, @Ctx() ctx: Context) {
    return conflictsOf(ctx, space);
  }
}
