import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { KpiNullReason, KpiQuality } from '../../../shared/src/figure.type.ts';
import { CivilDate, Decimal } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { Facility } from '../facility/facility.type.ts';

@ObjectType({
  description:
    'The area standard of a place at a day (面积达标); above communities the pooled ratio and, apart from it, how many communities meet it.',
})
@Tag('public', 'resident', 'partner', 'department', 'bi')
export class AreaStandardResult {
  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => CivilDate)
  asOf!: string;

  @Field(() => Int, { nullable: true, description: 'Of the communities with known households; null if none.' })
  households!: number | null;

  @Field(() => Decimal, { description: 'Counted usable area; m².' })
  usableArea!: string;

  @Field(() => Decimal, { nullable: true, description: 'Counted gross area; m².' })
  grossArea!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'm² per 100 households.' })
  per100Households!: string | null;

  @Field(() => Boolean, { nullable: true, description: "Exact: 100·A ≥ 30·H, or the target's." })
  meets!: boolean | null;

  @Field(() => Decimal, { nullable: true, description: 'Missing m²; of a street or district the sum over its communities.' })
  gapArea!: string | null;

  @Field(() => KpiQuality)
  quality!: KpiQuality;

  @Field(() => KpiNullReason, { nullable: true })
  reason!: KpiNullReason | null;

  @Field(() => Int)
  communitiesMeeting!: number;

  @Field(() => Int)
  communitiesKnown!: number;

  @Field(() => Int)
  communitiesTotal!: number;

  @Tag(...PEOPLE)
  @Field(() => [CountedArea])
  counted!: CountedArea[];

  @Tag(...PEOPLE)
  @Field(() => [NotCounted])
  notCounted!: NotCounted[];
}

@ObjectType({ description: "area is the facility's usable m²; it counts area · share." })
@Tag(...PEOPLE)
export class CountedArea {
  @Field(() => Facility)
  facility!: Facility;

  @Field(() => Area, { nullable: true })
  community!: Area | null;

  @Field(() => Decimal)
  area!: string;

  @Field(() => Decimal)
  share!: string;

  @Field(() => CountBasis)
  basis!: CountBasis;
}

export const CountBasis = {
  USABLE: 'USABLE',
  GROSS_CONVERTED: 'GROSS_CONVERTED',
} as const;
export type CountBasis = keyof typeof CountBasis;
registerEnumType(CountBasis, {
  name: 'CountBasis',
  valuesConfig: {
    USABLE: { description: '使用面积' },
    GROSS_CONVERTED: { description: '按建筑面积折算' },
  },
});

@ObjectType()
@Tag(...PEOPLE)
export class NotCounted {
  @Field(() => Facility)
  facility!: Facility;

  @Field(() => NotCountedReason)
  reason!: NotCountedReason;
}

export const NotCountedReason = {
  NOT_OPEN: 'NOT_OPEN',
  AREA_UNKNOWN: 'AREA_UNKNOWN',
  OUTDOOR: 'OUTDOOR',
  NOT_FLAGGED: 'NOT_FLAGGED',
  LEASE_ENDED: 'LEASE_ENDED',
  NO_SHARE: 'NO_SHARE',
} as const;
export type NotCountedReason = keyof typeof NotCountedReason;
registerEnumType(NotCountedReason, { name: 'NotCountedReason' });
