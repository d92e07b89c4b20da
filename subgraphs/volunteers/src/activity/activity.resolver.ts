import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import { Event } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { historyOf } from '../../../shared/src/event.read.ts';
import { Crs, GeoPoint } from '../../../shared/src/geo.type.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { isOwn } from '../../../shared/src/scope.ts';
import { EVERYONE_BUT_BI, PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Compound, Facility, Organization } from '../area/area.type.ts';
import {
  type ActivityRow,
  activities,
  activitiesOfCompound,
  activitiesOfFacility,
  activitiesOfOrganization,
  activityById,
  locationOf,
  shiftsOf,
} from './activity.read.ts';
import { Activity, ActivityConnection, ActivityFilter, ActivityOrder, Shift } from './activity.type.ts';

@Resolver(() => Activity)
export class ActivityResolver {
  @Authorized(...ANYBODY)
  @Tag(...EVERYONE_BUT_BI)
  @Query(() => Activity, { nullable: true })
  activity(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return activityById(ctx, id);
  }

  @Authorized(...ANYBODY)
  @Tag(...EVERYONE_BUT_BI)
  @Query(() => ActivityConnection, { nullable: true })
  activities(
    @Ctx() ctx: Context,
    @Arg('filter', () => ActivityFilter, { nullable: true }) filter: ActivityFilter | null | undefined,
    @Arg('orderBy', () => ActivityOrder, { nullable: true, defaultValue: ActivityOrder.STARTS_AT }) orderBy: ActivityOrder | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return activities(ctx, filter ?? {}, orderBy ?? 'STARTS_AT', { first, after });
  }

  @FieldResolver(() => GeoPoint, { nullable: true })
  location(
    @Root() activity: ActivityRow,
    @Arg('crs', () => Crs, { nullable: true, defaultValue: Crs.WGS84 }) crs: Crs | null,
  ): GeoPoint | null {
    return locationOf(activity, crs ?? 'WGS84');
  }

  @Tag(...PEOPLE)
  @FieldResolver(() => [Shift])
  shifts(@Root() { id }: ActivityRow, @Ctx() ctx: Context) {
    return shiftsOf(ctx, id);
  }

  @Tag('department', 'audit')
  @OfOwnPlace<ActivityRow>(({ area, organizer }, { claims }) => (isOwn({ claims }, organizer.id) ? null : area.id), [])
  @FieldResolver(() => [Event])
  async events(@Root() { id }: ActivityRow, @Ctx() ctx: Context) {
    return (await historyOf(ctx, id)) ?? [];
  }
}

@Resolver(() => Compound)
export class CompoundActivityResolver {
  @Tag(...PEOPLE)
  @FieldResolver(() => ActivityConnection, { nullable: true })
  activities(
    @Root() { id }: Compound,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return activitiesOfCompound(ctx, id, { first, after });
  }
}

@Resolver(() => Organization)
export class OrganizationActivityResolver {
  @Tag(...PEOPLE)
  @FieldResolver(() => ActivityConnection, { nullable: true })
  organizedActivities(
    @Root() { id }: Organization,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return activitiesOfOrganization(ctx, id, { first, after });
  }
}

@Resolver(() => Facility)
export class FacilityActivityResolver {
  @Tag(...PEOPLE)
  @FieldResolver(() => ActivityConnection, { nullable: true })
  activities(
    @Root() { id }: Facility,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return activitiesOfFacility(ctx, id, { first, after });
  }
}
