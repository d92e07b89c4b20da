import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { Crs, GeoPoint } from '../../../shared/src/geo.type.ts';
import { AreaCode, CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE, EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { pointIn } from '../compound/compound.read.ts';
import { CompoundConnection, CompoundFilter } from '../compound/compound.type.ts';
import { compoundsOfArea } from '../compound/compound-list.read.ts';
import { OrganizationConnection, OrganizationFilter } from '../organization/organization.type.ts';
import { organizationsOfArea } from '../organization/organization-list.read.ts';
import {
  type AreaRow,
  ancestorsOf,
  areaById,
  childrenOf,
  findArea,
  isLarge,
  latestStat,
  listAreas,
  membershipOf,
  shownStats,
  versionsOf,
} from './area.read.ts';
import { Area, AreaConnection, AreaFilter, AreaKind, AreaStat } from './area.type.ts';
import { AreaStatPayload, RecordAreaStatInput } from './area-command.type.ts';
import { lineageOf } from './division.read.ts';
import { recordAreaStat } from './stat.commands.ts';

@Resolver(() => Area)
export class AreaResolver {
  @FieldResolver()
  async parent(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return area.parentId && areaById(ctx, area.parentId);
  }

  @FieldResolver()
  async ancestors(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return (await ancestorsOf(ctx, area.id)) ?? [];
  }

  @FieldResolver(() => [Area], { description: "Today's, by code." })
  async children(
    @Root() area: AreaRow,
    @Ctx() ctx: Context,
    @Arg('kinds', () => [AreaKind], { nullable: true }) kinds: AreaKind[] | null | undefined,
  ) {
    return ((await childrenOf(ctx, area.id)) ?? []).filter(({ kind }) => !kinds || kinds.includes(kind));
  }

  @FieldResolver()
  membership(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return membershipOf(ctx, area.id);
  }

  @FieldResolver()
  async versions(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return (await versionsOf(ctx, area.id)) ?? [];
  }

  @FieldResolver()
  async lineage(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return (await lineageOf(ctx, area.id)) ?? [];
  }

  @FieldResolver(() => GeoPoint, { nullable: true })
  async location(
    @Root() area: AreaRow,
    @Arg('crs', () => Crs, { nullable: true, defaultValue: Crs.WGS84 }) crs: Crs | null,
  ): Promise<GeoPoint | null> {
    return pointIn(area, crs, 'COMMUNITY');
  }

  @FieldResolver()
  async households(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return (await latestStat(ctx, area))?.households ?? null;
  }

  @FieldResolver()
  async population(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return (await latestStat(ctx, area))?.population ?? null;
  }

  @FieldResolver()
  async residents60Plus(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return (await latestStat(ctx, area))?.residents60Plus ?? null;
  }

  @FieldResolver()
  isLarge(@Root() area: AreaRow, @Ctx() ctx: Context) {
    return isLarge(ctx, area);
  }

  @FieldResolver(() => [AreaStat], {
    description: 'The latest with `asOf ≤` the argument (default today), or the whole series ascending; above communities, sums.',
  })
  stats(
    @Root() area: AreaRow,
    @Ctx() ctx: Context,
    @Arg('asOf', () => CivilDate, { nullable: true }) asOf: string | null | undefined,
    @Arg('series', () => Boolean, { nullable: true, defaultValue: false }) series: boolean | null,
  ) {
    return shownStats(ctx, area, asOf, series);
  }

  @Tag(...EVERYONE_BUT_BI)
  @FieldResolver(() => CompoundConnection)
  compounds(
    @Root() area: AreaRow,
    @Ctx() ctx: Context,
    @Arg('filter', () => CompoundFilter, { nullable: true }) filter: CompoundFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return compoundsOfArea(ctx, area.id, filter, { first, after });
  }

  @Tag(...EVERYONE_BUT_BI)
  @FieldResolver(() => OrganizationConnection)
  organizations(
    @Root() area: AreaRow,
    @Ctx() ctx: Context,
    @Arg('filter', () => OrganizationFilter, { nullable: true }) filter: OrganizationFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return organizationsOfArea(ctx, area.id, filter, { first, after });
  }

  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => Area, {
    nullable: true,
    description: 'By exactly one of `id` and `code`; any code that was ever valid answers; `at` decides between holders of a reused code.',
  })
  area(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('code', () => AreaCode, { nullable: true }) code: string | null | undefined,
    @Arg('at', () => CivilDate, { nullable: true }) at: string | null | undefined,
  ) {
    return findArea(ctx, id, code, at);
  }

  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => AreaConnection, { nullable: true })
  areas(
    @Ctx() ctx: Context,
    @Arg('filter', () => AreaFilter, { nullable: true }) filter: AreaFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listAreas(ctx, filter, { first, after });
  }

  @Command(() => AreaStatPayload, ['STREET_STAFF', 'COMMUNITY_STAFF', 'REGISTRAR'])
  @Tag('department')
  recordAreaStat(@Arg('input', () => RecordAreaStatInput) input: RecordAreaStatInput, @Ctx() ctx: CommandContext) {
    return recordAreaStat(ctx, input);
  }
}
