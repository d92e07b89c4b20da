import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AreaBasis, AreaLevel, AreaReference, Period, PeriodGrain } from './common.type.ts';
import { Cost, ListSize } from './cost.ts';
import { CivilDate, Decimal, Instant } from './scalars.ts';

// Value types of figures (overview §3.8), the same in every subgraph; see common.type.ts.

export const KpiUnit = {
  PERCENT: 'PERCENT',
  RATIO: 'RATIO',
  M2_PER_100HH: 'M2_PER_100HH',
  M2: 'M2',
  HOURS: 'HOURS',
  COUNT: 'COUNT',
  COINS: 'COINS',
  DAYS: 'DAYS',
  MONTHS: 'MONTHS',
  INDEX: 'INDEX',
} as const;
export type KpiUnit = keyof typeof KpiUnit;
registerEnumType(KpiUnit, { name: 'KpiUnit' });

export const KpiNullReason = {
  NO_DENOMINATOR: 'NO_DENOMINATOR',
  NO_DATA: 'NO_DATA',
  SOURCE_UNAVAILABLE: 'SOURCE_UNAVAILABLE',
  SMALL_CELL: 'SMALL_CELL',
  COMPLEMENTARY: 'COMPLEMENTARY',
  STALE: 'STALE',
  TOO_FEW_TO_RANK: 'TOO_FEW_TO_RANK',
  NOT_APPLICABLE: 'NOT_APPLICABLE',
} as const;
export type KpiNullReason = keyof typeof KpiNullReason;
registerEnumType(KpiNullReason, { name: 'KpiNullReason' });

export const KpiQuality = {
  MEASURED: 'MEASURED',
  ESTIMATED: 'ESTIMATED',
  PARTIAL: 'PARTIAL',
} as const;
export type KpiQuality = keyof typeof KpiQuality;
registerEnumType(KpiQuality, { name: 'KpiQuality' });

export const KpiDirection = {
  AT_LEAST: 'AT_LEAST',
  AT_MOST: 'AT_MOST',
} as const;
export type KpiDirection = keyof typeof KpiDirection;
registerEnumType(KpiDirection, { name: 'KpiDirection' });

@ObjectType({ description: 'One figure that explains itself. One key is one figure; a second figure has its own key (ORG_7B).' })
@Directive('@shareable')
export class Kpi {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  nameZh!: string;

  @Field(() => String)
  nameEn!: string;

  @Field(() => AreaReference, { nullable: true })
  area!: string | null;

  @Field(() => Period)
  period!: Period;

  @Field(() => AreaBasis)
  basis!: AreaBasis;

  @Field(() => Decimal, { nullable: true })
  value!: string | null;

  @Field(() => KpiUnit)
  unit!: KpiUnit;

  @Field(() => Decimal, { nullable: true })
  numerator!: string | null;

  @Field(() => Decimal, { nullable: true })
  denominator!: string | null;

  @Field(() => Decimal, { nullable: true })
  target!: string | null;

  @Field(() => Boolean, { nullable: true })
  meetsTarget!: boolean | null;

  @ListSize({ assumed: 3 })
  @Field(() => [KpiExclusion])
  excluded!: KpiExclusion[];

  @Field(() => Boolean)
  suppressed!: boolean;

  @Field(() => KpiNullReason, { nullable: true })
  reason!: KpiNullReason | null;

  @Field(() => KpiQuality)
  quality!: KpiQuality;

  @Field(() => Int, { description: 'Year of the division edition that was current when this was computed.' })
  edition!: number;

  @Field(() => String)
  formulaVersion!: string;

  @Field(() => Instant)
  dataAsOf!: string;

  @Field(() => ID, { nullable: true, description: 'Set when the answer was read from a published release (variants public, partner, bi).' })
  releaseId!: string | null;
}

@ObjectType()
@Directive('@shareable')
@Cost(0)
export class KpiExclusion {
  @Field(() => String)
  reason!: string;

  @Field(() => Int, { nullable: true })
  count!: number | null;
}

@ObjectType()
@Directive('@shareable')
export class KpiDefinition {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  nameZh!: string;

  @Field(() => String)
  nameEn!: string;

  @Field(() => KpiUnit)
  unit!: KpiUnit;

  @Field(() => KpiDirection, { nullable: true })
  direction!: KpiDirection | null;

  @Field(() => String)
  formula!: string;

  @Field(() => String)
  formulaVersion!: string;

  @Field(() => [Breakdown])
  breakdowns!: Breakdown[];

  @Field(() => Int, { nullable: true })
  minimumCell!: number | null;
}

export const Breakdown = {
  CATEGORY_PARENT: 'CATEGORY_PARENT',
  CATEGORY: 'CATEGORY',
  ORGANIZATION_KIND: 'ORGANIZATION_KIND',
  PROVISION_MODE: 'PROVISION_MODE',
  COMPOUND_TYPE: 'COMPOUND_TYPE',
  CHANNEL: 'CHANNEL',
} as const;
export type Breakdown = keyof typeof Breakdown;
registerEnumType(Breakdown, { name: 'Breakdown' });

@ObjectType({ description: 'Flat rows for tables, charts and BI: area × period × key × at most two dimensions.' })
@Directive('@shareable')
export class KpiTable {
  @Field(() => [KpiRow])
  rows!: KpiRow[];

  @Field(() => String, { nullable: true })
  endCursor!: string | null;

  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Instant)
  dataAsOf!: string;

  @Field(() => Int)
  edition!: number;

  @Field(() => ID, { nullable: true })
  releaseId!: string | null;
}

@ObjectType()
@Directive('@shareable')
@Cost(0.2)
export class KpiRow {
  @Field(() => AreaReference, { nullable: true })
  area!: string | null;

  @Field(() => CivilDate)
  periodStart!: string;

  @Field(() => String)
  key!: string;

  @Field(() => String, { nullable: true })
  dimension1!: string | null;

  @Field(() => String, { nullable: true })
  dimension2!: string | null;

  @Field(() => Decimal, { nullable: true })
  value!: string | null;

  @Field(() => KpiUnit)
  unit!: KpiUnit;

  @Field(() => Decimal, { nullable: true })
  numerator!: string | null;

  @Field(() => Decimal, { nullable: true })
  denominator!: string | null;

  @Field(() => Boolean)
  suppressed!: boolean;

  @Field(() => KpiNullReason, { nullable: true })
  reason!: KpiNullReason | null;

  @Field(() => KpiQuality)
  quality!: KpiQuality;

  @Field(() => String)
  formulaVersion!: string;

  @ListSize({ assumed: 3 })
  @Field(() => [KpiExclusion])
  excluded!: KpiExclusion[];

  @Field(() => Int, {
    nullable: true,
    description: 'Among the rows of the same key and period; ties share a rank; null where value is null.',
  })
  rank!: number | null;
}

@InputType()
export class KpiTableInput {
  @Field(() => AreaLevel)
  level!: AreaLevel;

  @Field(() => CivilDate)
  from!: string;

  @Field(() => CivilDate)
  to!: string;

  @Field(() => PeriodGrain)
  grain!: PeriodGrain;

  @Field(() => AreaBasis, { nullable: true, defaultValue: AreaBasis.RESTATED })
  basis?: AreaBasis | null;

  @Field(() => [Breakdown], { nullable: true, defaultValue: [] })
  by?: Breakdown[] | null;

  @Field(() => Int, { nullable: true, defaultValue: 1000 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}
