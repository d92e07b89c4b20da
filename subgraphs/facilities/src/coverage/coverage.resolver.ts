import { Arg, Authorized, Ctx, Directive, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import { NEEDS_COMMUNITIES } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { CivilDate, Decimal } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area, Compound } from '../area/area.type.ts';
import { facilityById } from '../facility/facility.read.ts';
import { Facility, FacilityKind } from '../facility/facility.type.ts';
import { hasOrigins, runCoverage } from './coverage.commands.ts';
import {
  type AreaCoverageRow,
  coverageOf,
  coverageRuns,
  type DistanceRow,
  distancesIn,
  distancesOfRun,
  minutesAway,
  nearestFacilities,
  type RunRow,
  runById,
} from './coverage.read.ts';
import { rateOf } from './coverage.rules.ts';
import {
  AreaCoverage,
  CompoundDistance,
  CompoundDistanceConnection,
  CoverageRun,
  CoverageRunConnection,
  CoverageRunFilter,
  DistanceMethod,
  WalkProfile,
} from './coverage.type.ts';
import { CoverageRunPayload, RunCoverageInput } from './coverage-command.type.ts';

@Resolver(() => CoverageRun)
export class CoverageRunResolver {
  @Authorized(...ANYBODY)
  @Tag('public', 'resident', 'partner', 'department', 'bi')
  @Query(() => CoverageRun, { nullable: true })
  coverageRun(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return runById(ctx, id);
  }

  @Authorized(...ANYBODY)
  @Tag('public', 'resident', 'partner', 'department', 'bi')
  @Query(() => CoverageRunConnection, { nullable: true })
  coverageRuns(
    @Ctx() ctx: Context,
    @Arg('filter', () => CoverageRunFilter, { nullable: true }) filter: CoverageRunFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return coverageRuns(ctx, filter ?? {}, { first, after });
  }

  @Command(
    () => CoverageRunPayload,
    ['STREET_STAFF', 'DEPARTMENT_STAFF', 'DISTRICT_LEAD'],
    'Answers QUEUED at once; read coverageRun.',
    hasOrigins,
  )
  @Tag('department')
  runCoverage(@Arg('input', () => RunCoverageInput) input: RunCoverageInput, @Ctx() ctx: CommandContext, isAnythingThere = true) {
    return runCoverage(ctx, input, isAnythingThere);
  }

  @FieldResolver(() => Decimal, { nullable: true, description: 'Percent; null if total is 0.' })
  rate(@Root() run: RunRow) {
    return rateOf(run);
  }

  @Authorized(...STAFF, ...INTERNAL)
  @Tag('department')
  @FieldResolver(() => String, { nullable: true, description: 'Why it failed: code.' })
  failure(@Root() { failure }: RunRow) {
    return failure;
  }

  @Tag(...PEOPLE)
  @FieldResolver(() => CompoundDistanceConnection)
  distances(
    @Root() { id }: RunRow,
    @Ctx() ctx: Context,
    @Arg('uncoveredOnly', () => Boolean, { nullable: true, defaultValue: false }) uncoveredOnly: boolean | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return distancesOfRun(ctx, id, { uncoveredOnly, first, after });
  }
}

@Resolver(() => AreaCoverage)
export class AreaCoverageResolver {
  @Tag(...PEOPLE)
  @FieldResolver(() => CompoundDistanceConnection, { description: 'Compounds of the place, farthest first.' })
  distances(
    @Root() coverage: AreaCoverageRow,
    @Ctx() ctx: Context,
    @Arg('uncoveredOnly', () => Boolean, { nullable: true, defaultValue: false }) uncoveredOnly: boolean | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return distancesIn(ctx, coverage, { uncoveredOnly, first, after });
  }
}

@Resolver(() => CompoundDistance)
export class CompoundDistanceResolver {
  @FieldResolver(() => CoverageRun)
  run(@Root() { runId }: DistanceRow, @Ctx() ctx: Context) {
    return runById(ctx, runId);
  }

  @FieldResolver(() => Facility, { nullable: true })
  facility(@Root() { facilityId }: DistanceRow, @Ctx() ctx: Context) {
    return facilityId === null ? null : facilityById(ctx, facilityId);
  }

  @FieldResolver(() => Decimal, { nullable: true })
  minutes(@Root() distance: DistanceRow, @Ctx() ctx: Context) {
    return minutesAway(ctx, distance);
  }
}

@Resolver(() => Area)
export class AreaCoverageFieldResolver {
  @Directive(NEEDS_COMMUNITIES)
  @Tag('public', 'resident', 'partner', 'department', 'bi')
  @FieldResolver(() => AreaCoverage, {
    nullable: true,
    description:
      'From the last run with these kinds (null: the two of FAC_4), profile and method, begun on or before asOf (步行覆盖); null if there is none.',
  })
  coverage(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('kinds', () => [FacilityKind], { nullable: true }) kinds: FacilityKind[] | null | undefined,
    @Arg('profile', () => WalkProfile, { nullable: true, defaultValue: WalkProfile.ADULT }) profile: WalkProfile | null,
    @Arg('method', () => DistanceMethod, { nullable: true, defaultValue: DistanceMethod.DETOUR }) method: DistanceMethod | null,
    @Arg('asOf', () => CivilDate, { nullable: true }) asOf: string | null | undefined,
  ) {
    return coverageOf(ctx, place, { kinds, profile: profile ?? 'ADULT', method: method ?? 'DETOUR', asOf });
  }
}

@Resolver(() => Compound)
export class CompoundCoverageResolver {
  @Tag(...PEOPLE)
  @FieldResolver(() => [CompoundDistance], {
    nullable: true,
    description: 'Nearest facility of each set of kinds in the last runs of this profile (最近设施).',
  })
  nearestFacilities(
    @Root() { id }: Compound,
    @Ctx() ctx: Context,
    @Arg('profile', () => WalkProfile, { nullable: true, defaultValue: WalkProfile.ADULT }) profile: WalkProfile | null,
  ) {
    return nearestFacilities(ctx, id, profile ?? 'ADULT');
  }
}
