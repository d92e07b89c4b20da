import { Arg, Authorized, Ctx, Directive, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { AreaBasis, Gap, NEEDS_COMMUNITIES, NEEDS_MEMBERSHIP, PeriodInput } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { ListSize, TABLE_ROWS } from '../../../shared/src/cost.ts';
import { Kpi, KpiDefinition, KpiTable, KpiTableInput } from '../../../shared/src/figure.type.ts';
import type { Question } from '../../../shared/src/figure-read.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { gapsOf } from './gap.read.ts';
import { figures } from './summary.figures.ts';
import { GrievanceKpi, GrievanceSummary } from './summary.type.ts';

@Resolver(() => Area)
export class AreaSummaryResolver {
  @Directive(NEEDS_MEMBERSHIP)
  @Tag(...EVERYONE)
  @FieldResolver(() => GrievanceSummary, {
    nullable: true,
    description: 'Figures of the place (诉求指标); outside the variants internal, department, audit from the latest release.',
  })
  grievanceSummary(
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
    description: 'Flat rows below this place: levels × periods × keys × at most two dimensions.',
  })
  grievanceKpis(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('input', () => KpiTableInput) input: KpiTableInput,
    @Arg('keys', () => [GrievanceKpi]) keys: GrievanceKpi[],
  ) {
    return figures.table(ctx, place, input, keys);
  }

  @Directive(NEEDS_COMMUNITIES)
  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @FieldResolver(() => [Gap], {
    nullable: true,
    description: 'Breached cases, cases past their review date, hot-spots without action (超期、过复核期、无行动热点).',
  })
  grievanceGaps(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
  ) {
    return gapsOf(ctx, place, first);
  }
}

@Resolver(() => GrievanceSummary)
export class GrievanceSummaryResolver {
  @FieldResolver(() => [Kpi])
  kpis(
    @Root() { place, period, basis }: Question,
    @Ctx() ctx: Context,
    @Arg('keys', () => [GrievanceKpi], { nullable: true }) keys: GrievanceKpi[] | null | undefined,
  ) {
    return figures.summary(ctx, place, period, basis, keys);
  }
}

@Resolver()
export class GrievanceKpiDefinitionResolver {
  @Authorized(...ANYBODY)
  @Tag(...EVERYONE)
  @Query(() => [KpiDefinition], { nullable: true })
  grievanceKpiDefinitions(
    @Ctx() ctx: Context,
    @Arg('keys', () => [GrievanceKpi], { nullable: true }) keys: GrievanceKpi[] | null | undefined,
  ) {
    return figures.definitions(ctx, keys);
  }
}
