import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { Crs, GeoPoint } from '../../../shared/src/geo.type.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { AreaCode, CivilDate, CompoundCode } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { areaById } from '../area/area.read.ts';
import { Area } from '../area/area.type.ts';
import { committeeOn, dualPostOn } from '../committee/committee.read.ts';
import { DualPost, OwnersCommittee } from '../committee/committee.type.ts';
import { organizationById, selfGovernanceGroupsOf } from '../organization/organization.read.ts';
import { Organization } from '../organization/organization.type.ts';
import { transferCompound, upsertCompound } from './compound.commands.ts';
import { buildingsOf, type CompoundRow, communityOf, findCompound, knownStateOn, partyOn, pointIn, stateOn } from './compound.read.ts';
import {
  Compound,
  CompoundConnection,
  CompoundFilter,
  CompoundType,
  CoverageStatus,
  ManagementMode,
  WalkOriginConnection,
} from './compound.type.ts';
import { CompoundPayload, TransferCompoundInput, UpsertCompoundInput } from './compound-command.type.ts';
import { listCompounds, walkOrigins } from './compound-list.read.ts';

type At = string | null | undefined;

@Resolver(() => Compound)
export class CompoundResolver {
  @FieldResolver(() => Area)
  async community(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return areaById(ctx, (await knownStateOn(ctx, compound.id, at)).communityId);
  }

  @FieldResolver(() => [CompoundType])
  async types(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await knownStateOn(ctx, compound.id, at)).types;
  }

  @FieldResolver(() => ManagementMode)
  async management(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await knownStateOn(ctx, compound.id, at)).management;
  }

  @FieldResolver(() => Int, { nullable: true, description: '户数.' })
  async households(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await stateOn(ctx, compound.id, at))?.households ?? null;
  }

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @OfOwnPlace(communityOf)
  @FieldResolver(() => Int, { nullable: true, description: '常住人口, persons.' })
  async population(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await stateOn(ctx, compound.id, at))?.population ?? null;
  }

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @OfOwnPlace(communityOf)
  @FieldResolver(() => Int, { nullable: true })
  async residents60Plus(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await stateOn(ctx, compound.id, at))?.residents60Plus ?? null;
  }

  @FieldResolver(() => GeoPoint, { nullable: true })
  async location(
    @Root() compound: CompoundRow,
    @Arg('crs', () => Crs, { nullable: true, defaultValue: Crs.WGS84 }) crs: Crs | null,
  ): Promise<GeoPoint | null> {
    return pointIn(compound, crs, 'COMPOUND');
  }

  @FieldResolver(() => [GeoPoint], { description: 'Where people begin to walk (出入口).' })
  async entrances(@Root() compound: CompoundRow, @Arg('crs', () => Crs, { nullable: true, defaultValue: Crs.WGS84 }) crs: Crs | null) {
    return compound.entrances.map((entrance) => pointIn(entrance, crs, 'ENTRANCE'));
  }

  @FieldResolver()
  async buildings(@Root() compound: CompoundRow, @Ctx() ctx: Context) {
    return (await buildingsOf(ctx, compound.id)) ?? [];
  }

  @FieldResolver(() => Organization, { nullable: true, description: '小区党支部, own or joint.' })
  async partyBranch(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    const branchId = (await partyOn(ctx, compound.id, at))?.branchId;
    return branchId && organizationById(ctx, branchId);
  }

  @FieldResolver(() => OwnersCommittee, {
    nullable: true,
    description: '业委会: the term ACTIVE or EXPIRING, else FILED, else the latest.',
  })
  ownersCommittee(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return committeeOn(ctx, compound.id, at);
  }

  @FieldResolver(() => Organization, { nullable: true, description: '物业公司; null unless `management` is PROPERTY_COMPANY.' })
  async propertyCompany(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    const id = (await stateOn(ctx, compound.id, at))?.companyId;
    return id && organizationById(ctx, id);
  }

  @FieldResolver(() => Organization, { nullable: true, description: '代管单位; null unless COMMUNITY_HOSTED or UNIT_HOSTED.' })
  async host(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    const id = (await stateOn(ctx, compound.id, at))?.hostId;
    return id && organizationById(ctx, id);
  }

  @FieldResolver()
  async selfGovernanceGroups(@Root() compound: CompoundRow, @Ctx() ctx: Context) {
    return selfGovernanceGroupsOf(ctx, compound.id);
  }

  @FieldResolver(() => CoverageStatus)
  async coverage(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await partyOn(ctx, compound.id, at))?.coverage ?? 'NONE';
  }

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @OfOwnPlace(communityOf)
  @FieldResolver(() => DualPost, { nullable: true })
  dualPost(@Root() compound: CompoundRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return dualPostOn(ctx, compound.id, at);
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => Compound, { nullable: true })
  compound(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('code', () => CompoundCode, { nullable: true }) code: string | null | undefined,
  ) {
    return findCompound(ctx, id, code);
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => CompoundConnection, { nullable: true })
  compounds(
    @Ctx() ctx: Context,
    @Arg('filter', () => CompoundFilter) filter: CompoundFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listCompounds(ctx, filter, { first, after });
  }

  @Authorized('SERVICE')
  @Query(() => WalkOriginConnection, { nullable: true, description: "Service use: where people of the area's compounds begin to walk." })
  walkOrigins(
    @Ctx() ctx: Context,
    @Arg('areaCode', () => AreaCode) areaCode: string,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return walkOrigins(ctx, areaCode, { first, after });
  }

  @Command(() => CompoundPayload, ['STREET_STAFF', 'COMMUNITY_STAFF', 'REGISTRAR'])
  @Tag('department')
  upsertCompound(@Arg('input', () => UpsertCompoundInput) input: UpsertCompoundInput, @Ctx() ctx: CommandContext) {
    return upsertCompound(ctx, input);
  }

  @Command(() => CompoundPayload, ['REGISTRAR'])
  transferCompound(@Arg('input', () => TransferCompoundInput) input: TransferCompoundInput, @Ctx() ctx: CommandContext) {
    return transferCompound(ctx, input);
  }
}
