import { Arg, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { AreaLevel, NEEDS_MEMBERSHIP } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { facilityById } from '../facility/facility.read.ts';
import { Facility } from '../facility/facility.type.ts';
import { areaStandard, areaStandards } from './standard.read.ts';
import { AreaStandardResult, CountedArea, NotCounted } from './standard.type.ts';

interface OfFacility {
  facilityId: string;
}

@Resolver(() => Area)
export class AreaStandardResolver {
  @Directive(NEEDS_MEMBERSHIP)
  @Tag('public', 'resident', 'partner', 'department', 'bi')
  @FieldResolver(() => AreaStandardResult, {
    nullable: true,
    description: 'Usable m² per 100 households at a day (每百户使用面积); default today.',
  })
  areaStandard(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('asOf', () => CivilDate, { nullable: true }) asOf: string | null | undefined,
  ) {
    return areaStandard(ctx, place, asOf);
  }

  @Directive(NEEDS_MEMBERSHIP)
  @Tag('public', 'resident', 'partner', 'department', 'bi')
  @FieldResolver(() => [AreaStandardResult], {
    nullable: true,
    description: 'The same for every place of one level below or at this one, by id.',
  })
  areaStandards(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('level', () => AreaLevel) level: AreaLevel,
    @Arg('asOf', () => CivilDate, { nullable: true }) asOf: string | null | undefined,
  ) {
    return areaStandards(ctx, place, level, asOf);
  }
}

@Resolver(() => CountedArea)
export class CountedAreaResolver {
  @FieldResolver(() => Facility)
  facility(@Root() { facilityId }: OfFacility, @Ctx() ctx: Context) {
    return facilityById(ctx, facilityId);
  }
}

@Resolver(() => NotCounted)
export class NotCountedResolver {
  @FieldResolver(() => Facility)
  facility(@Root() { facilityId }: OfFacility, @Ctx() ctx: Context) {
    return facilityById(ctx, facilityId);
  }
}
