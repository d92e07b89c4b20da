import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { KpiQuality } from '../../../shared/src/figure.type.ts';
import { CivilDate, Decimal, Instant } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area, Compound } from '../area/area.type.ts';
import { Facility, FacilityKind } from '../facility/facility.type.ts';

@ObjectType({ description: 'One computation of walking distances over the whole district (步行覆盖测算).' })
@Tag('public', 'resident', 'partner', 'department', 'bi')
export class CoverageRun {
  @Field(() => ID)
  id!: string;

  @Field(() => RunStatus)
  status!: RunStatus;

  @Field(() => [FacilityKind], { description: 'Sorted; the set is part of the identity of a run.' })
  kinds!: FacilityKind[];

  @Field(() => DistanceMethod)
  method!: DistanceMethod;

  @Field(() => WalkProfile)
  profile!: WalkProfile;

  @Field(() => Int, { description: 'm.' })
  thresholdMetres!: number;

  @Field(() => Decimal, { description: 'Factor on the great circle; 1 for STRAIGHT.' })
  detourFactor!: string;

  @Field(() => CoverageWeight)
  weight!: CoverageWeight;

  @Field(() => Instant)
  startedAt!: string;

  @Field(() => Instant, { nullable: true })
  finishedAt!: string | null;

  @Field(() => Instant, { nullable: true, description: 'When the first page of origins was read.' })
  dataAsOf!: string | null;

  @Field(() => Int, { description: 'Compounds read; of them with a centroid only.' })
  origins!: number;

  @Field(() => Int)
  originsEstimated!: number;

  @Field(() => Int, { description: 'Destinations used.' })
  facilities!: number;

  @Field(() => Int, { description: 'Weight covered and known (户数或老人数); compounds of unknown weight are in unknownCompounds.' })
  covered!: number;

  @Field(() => Int)
  total!: number;

  @Field(() => Int)
  unknownCompounds!: number;

  @Field(() => Decimal, { nullable: true, description: 'Percent; null if total is 0.' })
  rate!: string | null;

  @Field(() => String, { description: 'SHA-256 of all parameters and of the facilities used.' })
  parametersHash!: string;

  @Tag('department')
  @Field(() => String, { nullable: true, description: 'Why it failed: code.' })
  failure!: string | null;
}

@ObjectType()
@Tag('public', 'resident', 'partner', 'department', 'bi')
export class CoverageRunConnection {
  @Field(() => [CoverageRun])
  nodes!: CoverageRun[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'A run seen from one place.' })
@Tag('public', 'resident', 'partner', 'department', 'bi')
export class AreaCoverage {
  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => CoverageRun)
  run!: CoverageRun;

  @Field(() => Int)
  covered!: number;

  @Field(() => Int)
  total!: number;

  @Field(() => Int)
  unknownCompounds!: number;

  @Field(() => Decimal, { nullable: true })
  rate!: string | null;

  @Field(() => KpiQuality)
  quality!: KpiQuality;
}

@ObjectType({ description: 'Distance of one compound to the nearest destination of a run; null metres: none within 10 km.' })
@Tag(...PEOPLE)
export class CompoundDistance {
  @Field(() => CoverageRun)
  run!: CoverageRun;

  @Field(() => Compound, { nullable: true })
  compound!: Compound | null;

  @Field(() => Facility, { nullable: true })
  facility!: Facility | null;

  @Field(() => Int, { nullable: true })
  metres!: number | null;

  @Field(() => Decimal, { nullable: true })
  minutes!: string | null;

  @Field(() => Boolean)
  covered!: boolean;

  @Field(() => Int, { nullable: true, description: 'Households or residents of 60 and above that the run counted.' })
  weight!: number | null;

  @Field(() => Boolean, { description: 'True if the origin is a centroid.' })
  estimated!: boolean;
}

@ObjectType()
@Tag(...PEOPLE)
export class CompoundDistanceConnection {
  @Field(() => [CompoundDistance])
  nodes!: CompoundDistance[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

export const RunStatus = {
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  DONE: 'DONE',
  FAILED: 'FAILED',
} as const;
export type RunStatus = keyof typeof RunStatus;
registerEnumType(RunStatus, { name: 'RunStatus' });

export const DistanceMethod = {
  DETOUR: 'DETOUR',
  STRAIGHT: 'STRAIGHT',
} as const;
export type DistanceMethod = keyof typeof DistanceMethod;
registerEnumType(DistanceMethod, {
  name: 'DistanceMethod',
  valuesConfig: {
    DETOUR: { description: 'Great circle × 1.3 (折算).' },
    STRAIGHT: { description: 'Great circle (直线).' },
  },
});

export const WalkProfile = {
  ADULT: 'ADULT',
  ELDER: 'ELDER',
  WHEELCHAIR: 'WHEELCHAIR',
} as const;
export type WalkProfile = keyof typeof WalkProfile;
registerEnumType(WalkProfile, {
  name: 'WalkProfile',
  valuesConfig: {
    ADULT: { description: '成人: 1.11 m/s, 1000 m in 15 min' },
    ELDER: { description: '老人: 0.83 m/s, 750 m' },
    WHEELCHAIR: { description: '轮椅: 0.69 m/s, 620 m' },
  },
});

export const CoverageWeight = {
  HOUSEHOLDS: 'HOUSEHOLDS',
  RESIDENTS_60_PLUS: 'RESIDENTS_60_PLUS',
} as const;
export type CoverageWeight = keyof typeof CoverageWeight;
registerEnumType(CoverageWeight, { name: 'CoverageWeight' });

@InputType()
export class CoverageRunFilter {
  @Field(() => [RunStatus], { nullable: true })
  statuses?: RunStatus[] | null;

  @Field(() => WalkProfile, { nullable: true })
  profile?: WalkProfile | null;

  @Field(() => DistanceMethod, { nullable: true })
  method?: DistanceMethod | null;

  @Field(() => CivilDate, { nullable: true })
  from?: string | null;

  @Field(() => CivilDate, { nullable: true })
  to?: string | null;
}
