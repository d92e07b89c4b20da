import { Arg, Authorized, Ctx, Directive, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import { NEEDS_COMMUNITIES } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { Crs, GeoPoint, NearInput } from '../../../shared/src/geo.type.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { CivilDate, Decimal, Instant } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area, Organization } from '../area/area.type.ts';
import { type FacilityRow, facilityById, lastAssurance, locationOf, sharesOn, stateOn } from './facility.read.ts';
import {
  AccessibilityNeed,
  AreaMeasure,
  AreaShare,
  Facility,
  FacilityConnection,
  FacilityDistance,
  FacilityFilter,
  FacilityKind,
  FacilityStatus,
  Tenure,
} from './facility.type.ts';
import { facilities, facilitiesNear, facilitiesOf, facilitiesOperatedBy } from './facility-list.read.ts';
import { isOpen, nextChange, openingOf } from './opening.read.ts';
import { OpeningHours, OpenState } from './opening.type.ts';
import { spacesOf } from './space.read.ts';
import { Space } from './space.type.ts';

type Day = string | null | undefined;

@Resolver(() => Facility)
export class FacilityResolver {
  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => Facility, { nullable: true })
  facility(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return facilityById(ctx, id);
  }

  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => FacilityConnection, { nullable: true, description: 'Sorted by distance with near, else by name.' })
  facilities(
    @Ctx() ctx: Context,
    @Arg('filter', () => FacilityFilter, { nullable: true }) filter: FacilityFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return facilities(ctx, filter ?? {}, { first, after });
  }

  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => [FacilityDistance], {
    nullable: true,
    description: 'Nearest first, OPEN ones; great circle × 1.3, walking time of an adult.',
  })
  facilitiesNear(
    @Ctx() ctx: Context,
    @Arg('near', () => NearInput) near: NearInput,
    @Arg('kinds', () => [FacilityKind], { nullable: true }) kinds: FacilityKind[] | null | undefined,
    @Arg('openAt', () => Instant, { nullable: true }) openAt: string | null | undefined,
    @Arg('accessibility', () => [AccessibilityNeed], { nullable: true }) accessibility: AccessibilityNeed[] | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
  ) {
    return facilitiesNear(ctx, near, { kinds, openAt, accessibility, first });
  }

  @FieldResolver(() => FacilityStatus, { description: 'PLANNED before its first dated state.' })
  async status(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('asOf', () => CivilDate, { nullable: true }) asOf: Day) {
    return (await stateOn(ctx, id, asOf)).status;
  }

  @FieldResolver(() => Tenure)
  async tenure(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('asOf', () => CivilDate, { nullable: true }) asOf: Day) {
    return (await stateOn(ctx, id, asOf)).tenure;
  }

  @FieldResolver(() => Decimal, { nullable: true, description: '建筑面积, m².' })
  async grossFloorArea(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('asOf', () => CivilDate, { nullable: true }) asOf: Day) {
    return (await stateOn(ctx, id, asOf)).grossArea;
  }

  @FieldResolver(() => Decimal, { nullable: true, description: '使用面积, m²; the standard counts this.' })
  async usableFloorArea(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('asOf', () => CivilDate, { nullable: true }) asOf: Day) {
    return (await stateOn(ctx, id, asOf)).usableArea;
  }

  @FieldResolver(() => Decimal, {
    nullable: true,
    description: "Area for residents' activities (居民活动面积), m², measured as activityAreaBasis says.",
  })
  async activityArea(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('asOf', () => CivilDate, { nullable: true }) asOf: Day) {
    return (await stateOn(ctx, id, asOf)).activityArea;
  }

  @FieldResolver(() => AreaMeasure, { nullable: true })
  async activityAreaBasis(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('asOf', () => CivilDate, { nullable: true }) asOf: Day) {
    return (await stateOn(ctx, id, asOf)).activityBasis;
  }

  @FieldResolver(() => [AreaShare], { description: 'How its area is shared among communities; sum ≤ 1.' })
  serves(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('asOf', () => CivilDate, { nullable: true }) asOf: Day) {
    return sharesOn(ctx, id, asOf);
  }

  @FieldResolver(() => GeoPoint, { nullable: true })
  location(
    @Root() { id }: FacilityRow,
    @Ctx() ctx: Context,
    @Arg('crs', () => Crs, { nullable: true, defaultValue: Crs.WGS84 }) crs: Crs | null,
  ) {
    return locationOf(ctx, id, crs ?? 'WGS84');
  }

  @FieldResolver(() => OpeningHours)
  opening(@Root() { id }: FacilityRow, @Ctx() ctx: Context) {
    return openingOf(ctx, id);
  }

  @FieldResolver(() => OpenState, { description: 'UNKNOWN if no opening hours are recorded; default now.' })
  isOpen(@Root() { id }: FacilityRow, @Ctx() ctx: Context, @Arg('at', () => Instant, { nullable: true }) at: string | null | undefined) {
    return isOpen(ctx, id, at);
  }

  @FieldResolver(() => Instant, { nullable: true, description: 'Next change between open and closed within 366 days.' })
  nextChange(
    @Root() { id }: FacilityRow,
    @Ctx() ctx: Context,
    @Arg('at', () => Instant, { nullable: true }) at: string | null | undefined,
  ) {
    return nextChange(ctx, id, at);
  }

  @FieldResolver(() => [Space])
  spaces(@Root() { id }: FacilityRow, @Ctx() ctx: Context) {
    return spacesOf(ctx, id);
  }

  @FieldResolver(() => CivilDate, {
    nullable: true,
    description: 'Last day on which an organization confirmed the entry (台账核实); stale after 180 days.',
  })
  async lastAssuredOn(@Root() { id }: FacilityRow, @Ctx() ctx: Context) {
    return (await lastAssurance(ctx, id))?.on ?? null;
  }

  @FieldResolver(() => Organization, { nullable: true })
  async assuredBy(@Root() { id }: FacilityRow, @Ctx() ctx: Context) {
    return (await lastAssurance(ctx, id))?.by ?? null;
  }
}

@Resolver(() => Area)
export class AreaFacilityResolver {
  @Directive(NEEDS_COMMUNITIES)
  @Tag(...PEOPLE)
  @FieldResolver(() => FacilityConnection, { nullable: true, description: 'Facilities that stand here today (设施).' })
  facilities(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('filter', () => FacilityFilter, { nullable: true }) filter: FacilityFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return facilitiesOf(ctx, place, filter ?? {}, { first, after });
  }
}

@Resolver(() => Organization)
export class OrganizationFacilityResolver {
  @Tag(...PEOPLE)
  @FieldResolver(() => FacilityConnection, { nullable: true, description: 'Facilities it operates today (运营设施).' })
  operatedFacilities(
    @Root() { id }: Organization,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return facilitiesOperatedBy(ctx, id, { first, after });
  }
}
