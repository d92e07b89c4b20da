import { Arg, Authorized, Ctx, Directive, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import { AreaBasis, NEEDS_MEMBERSHIP, PeriodInput } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { ListSize, TABLE_ROWS } from '../../../shared/src/cost.ts';
import { Kpi, KpiDefinition, KpiTable, KpiTableInput } from '../../../shared/src/figure.type.ts';
import type { Question } from '../../../shared/src/figure-read.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { figures } from './summary.figures.ts';
import { VolunteerKpi, VolunteerSummary } from './summary.type.ts';

@Resolver(() => Area)
export class AreaSummaryResolver {
  @Directive(NEEDS_MEMBERSHIP)
  @Tag(...EVERYONE)
  @FieldResolver(() => VolunteerSummary, { nullable: true })
  volunteerSummary(
    @Root() place: Place,
    @Arg('period', () => PeriodInput) period: PeriodInput,
    @Arg('basis', () => AreaBasis, { nullable: true, defaultValue: AreaBasis.RESTATED }) basis: AreaBasis | null,
  ): Question {
    return { place, period, basis: basis ?? 'RESTATED' };
  }

  @Directive(NEEDS_MEMBERSHIP)
  @Tag(...EVERYONE)
  @ListSize(TABLE_ROWS)
  @FieldResolver(() => KpiTable, { nullable: true })
  volunteerKpis(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('input', () => KpiTableInput) input: KpiTableInput,
    @Arg('keys', () => [VolunteerKpi]) keys: VolunteerKpi[],
  ) {
    return figures.table(ctx, place, input, keys);
  }
}

@Resolver(() => VolunteerSummary)
export class VolunteerSummaryResolver {
  @FieldResolver(() => [Kpi])
  kpis(
    @Root() { place, period, basis }: Question,
    @Ctx() ctx: Context,
    @Arg('keys', () => [VolunteerKpi], { nullable: true }) keys: VolunteerKpi[] | null | undefined,
  ) {
    return figures.summary(ctx, place, period, basis, keys);
  }
}

@Resolver()
export class VolunteerKpiDefinitionResolver {
  @Authorized(...ANYBODY)
  @Tag(...EVERYONE)
  @Query(() => [KpiDefinition], { nullable: true })
  volunteerKpiDefinitions(
    @Ctx() ctx: Context,
    @Arg('keys', () => [VolunteerKpi], { nullable: true }) keys: VolunteerKpi[] | null | undefined,
  ) {
    return figures.definitions(ctx, keys);
  }
}
