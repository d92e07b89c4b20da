import { Arg, Authorized, Ctx, Directive, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { AreaBasis, Gap, NEEDS_MEMBERSHIP, PeriodInput } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { ListSize, TABLE_ROWS } from '../../../shared/src/cost.ts';
import { Kpi, KpiDefinition, KpiTable, KpiTableInput } from '../../../shared/src/figure.type.ts';
import type { Question } from '../../../shared/src/figure-read.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { gapsOf } from './gap.read.ts';
import { figures } from './summary.figures.ts';
import { FacilityKpi, FacilitySummary } from './summary.type.ts';

@Resolver(() => Area)
export class AreaSummaryResolver {
  @Directive(NEEDS_MEMBERSHIP)
  @Tag(...EVERYONE)
  @FieldResolver(() => FacilitySummary, { nullable: true, description: 'Figures of the place (设施指标).' })
  facilitySummary(
    @Root() place: Place,
    @Arg('period', () => PeriodInput) period: PeriodInput,
    @Arg('basis', () => AreaBasis, { nullable: true, defaultValue: AreaBasis.RESTATED }) basis: AreaBasis | null,
  ): Question {
    return { place, period, basis: basis ?? 'RESTATED' };
  }

  @Directive(NEEDS_MEMBERSHIP)
  @Tag(...EVERYONE)
  @ListSize(TABLE_ROWS)
  @FieldResolver(() => KpiTable, {
    nullable: true,
    description: 'Flat rows below this place: levels × periods × keys × at most two dimensions (PROVISION_MODE only).',
  })
  facilityKpis(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('input', () => KpiTableInput) input: KpiTableInput,
    @Arg('keys', () => [FacilityKpi]) keys: FacilityKpi[],
  ) {
    return figures.table(ctx, place, input, keys);
  }

  @Authorized('PARTNER_UNIT', 'BI_CLIENT', ...STAFF, ...INTERNAL)
  @Directive(NEEDS_MEMBERSHIP)
  @Tag('partner', 'department', 'bi')
  @OfOwnPlace<Place>(({ id }) => id)
  @FieldResolver(() => [Gap], {
    nullable: true,
    description: 'Communities below the standard or outside the fifteen minutes, stale or incomplete entries, late projects (短板).',
  })
  facilityGaps(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
  ) {
    return gapsOf(ctx, place, first);
  }
}

@Resolver(() => FacilitySummary)
export class FacilitySummaryResolver {
  @FieldResolver(() => [Kpi])
  kpis(
    @Root() { place, period, basis }: Question,
    @Ctx() ctx: Context,
    @Arg('keys', () => [FacilityKpi], { nullable: true }) keys: FacilityKpi[] | null | undefined,
  ) {
    return figures.summary(ctx, place, period, basis, keys);
  }
}

@Resolver()
export class FacilityKpiDefinitionResolver {
  @Authorized(...ANYBODY)
  @Tag(...EVERYONE)
  @Query(() => [KpiDefinition], { nullable: true })
  facilityKpiDefinitions(
    @Ctx() ctx: Context,
    @Arg('keys', () => [FacilityKpi], { nullable: true }) keys: FacilityKpi[] | null | undefined,
  ) {
    return figures.definitions(ctx, keys);
  }
}
