import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { AreaBasis, Gap, PeriodInput } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { ListSize, TABLE_ROWS } from '../../../shared/src/cost.ts';
import { Kpi, KpiDefinition, KpiTable, KpiTableInput } from '../../../shared/src/figure.type.ts';
import type { Question } from '../../../shared/src/figure-read.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { type AreaRow, placeOf, withAreas } from '../area/area.read.ts';
import { Area } from '../area/area.type.ts';
import { gapsOf } from './gap.read.ts';
import { figures } from './summary.figures.ts';
import { OrganizationKpi, OrganizationSummary } from './summary.type.ts';

/** A summary that was asked for, with the place as it is shown. */
type Asked = Question & { area: AreaRow };

@Resolver(() => Area)
export class AreaSummaryResolver {
  @FieldResolver(() => OrganizationSummary, { nullable: true, description: 'Figures of the place (组织指标).' })
  async organizationSummary(
    @Root() area: AreaRow,
    @Ctx() ctx: Context,
    @Arg('period', () => PeriodInput) period: PeriodInput,
    @Arg('basis', () => AreaBasis, { nullable: true, defaultValue: AreaBasis.RESTATED }) basis: AreaBasis | null,
  ): Promise<Asked> {
    return { area, place: await placeOf(ctx, area.id), period, basis: basis ?? 'RESTATED' };
  }

  @ListSize(TABLE_ROWS)
  @FieldResolver(() => KpiTable, {
    nullable: true,
    description: 'Flat rows below this place: level × periods × keys × at most two dimensions.',
  })
  async organizationKpis(
    @Root() area: AreaRow,
    @Ctx() ctx: Context,
    @Arg('input', () => KpiTableInput) input: KpiTableInput,
    @Arg('keys', () => [OrganizationKpi]) keys: OrganizationKpi[],
  ) {
    const table = await figures.table(ctx, await placeOf(ctx, area.id), input, keys);
    return { ...table, rows: await withAreas(ctx, table.rows) };
  }

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @OfOwnPlace<AreaRow>(({ id }) => id)
  @FieldResolver(() => [Gap], { nullable: true, description: 'What is missing or late here (缺口), codes in §4.5.' })
  async organizationGaps(
    @Root() area: AreaRow,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
  ) {
    return withAreas(ctx, await gapsOf(ctx, area, first));
  }
}

@Resolver(() => OrganizationSummary)
export class OrganizationSummaryResolver {
  @FieldResolver(() => [Kpi], { description: 'All keys when none is given.' })
  async kpis(
    @Root() { area, place, period, basis }: Asked,
    @Ctx() ctx: Context,
    @Arg('keys', () => [OrganizationKpi], { nullable: true }) keys: OrganizationKpi[] | null | undefined,
  ) {
    const answers = await figures.summary(ctx, place, period, basis, keys);
    return answers.map((answer) => ({ ...answer, area }));
  }
}

@Resolver()
export class OrganizationKpiDefinitionResolver {
  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => [KpiDefinition], { nullable: true })
  organizationKpiDefinitions(
    @Ctx() ctx: Context,
    @Arg('keys', () => [OrganizationKpi], { nullable: true }) keys: OrganizationKpi[] | null | undefined,
  ) {
    return figures.definitions(ctx, keys);
  }
}
