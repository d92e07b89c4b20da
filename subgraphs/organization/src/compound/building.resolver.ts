import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { BuildingCode, CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { organizationById } from '../organization/organization.read.ts';
import { Organization } from '../organization/organization.type.ts';
import { appointmentById } from '../organization/post.read.ts';
import { upsertBuilding } from './building.commands.ts';
import { type BuildingRow, buildingStateOn, communityOf, compoundById, findBuilding, groupOn } from './compound.read.ts';
import { Building, BuildingConnection, BuildingFilter } from './compound.type.ts';
import { BuildingPayload, UpsertBuildingInput } from './compound-command.type.ts';
import { listBuildings } from './compound-list.read.ts';

type At = string | null | undefined;

const placeOfBuilding = ({ compoundId }: BuildingRow, ctx: Context) => communityOf({ id: compoundId }, ctx);

@Resolver(() => Building)
export class BuildingResolver {
  @FieldResolver()
  compound(@Root() building: BuildingRow, @Ctx() ctx: Context) {
    return compoundById(ctx, building.compoundId);
  }

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @OfOwnPlace(placeOfBuilding)
  @FieldResolver(() => Int, { nullable: true, description: '户数.' })
  async households(@Root() building: BuildingRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await buildingStateOn(ctx, building.id, at))?.households ?? null;
  }

  @FieldResolver(() => Organization, { nullable: true, description: '楼栋党小组; several buildings may share one.' })
  async partyGroup(@Root() building: BuildingRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    const id = (await groupOn(ctx, building.id, at))?.groupId;
    return id && organizationById(ctx, id);
  }

  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @OfOwnPlace(placeOfBuilding)
  @FieldResolver()
  async steward(@Root() building: BuildingRow, @Ctx() ctx: Context) {
    return building.stewardId && appointmentById(ctx, building.stewardId);
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => Building, { nullable: true })
  building(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('code', () => BuildingCode, { nullable: true }) code: string | null | undefined,
  ) {
    return findBuilding(ctx, id, code);
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => BuildingConnection, { nullable: true })
  buildings(
    @Ctx() ctx: Context,
    @Arg('filter', () => BuildingFilter) filter: BuildingFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listBuildings(ctx, filter, { first, after });
  }

  @Command(() => BuildingPayload, ['STREET_STAFF', 'COMMUNITY_STAFF', 'REGISTRAR'])
  @Tag('department')
  upsertBuilding(@Arg('input', () => UpsertBuildingInput) input: UpsertBuildingInput, @Ctx() ctx: CommandContext) {
    return upsertBuilding(ctx, input);
  }
}
