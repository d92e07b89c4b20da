import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { BboxInput, NearInput } from '../../../shared/src/geo.type.ts';
import { AreaCode, CivilDate, Decimal, Instant } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area, Compound, Organization } from '../area/area.type.ts';
import { OpeningHours } from './opening.type.ts';
import { Space } from './space.type.ts';

@ObjectType({ description: 'A place that serves residents (服务设施). Arguments asOf read the dated state; null is today.' })
@Directive('@key(fields: "id")')
@Tag(...PEOPLE)
export class Facility {
  @Tag(...EVERYONE_BUT_BI)
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => String)
  name!: string;

  @Field(() => FacilityKind)
  kind!: FacilityKind;

  @Field(() => [FacilityFunction])
  functions!: FacilityFunction[];

  @Field(() => Area, { nullable: true, description: 'Community in which it stands.' })
  area!: Area | null;

  @Field(() => Compound, { nullable: true, description: 'Compound in which it stands, if it does.' })
  compound!: Compound | null;

  @Field(() => [Compound], {
    nullable: true,
    description: 'Compounds it serves (服务小区); a neighbourhood centre has these or `compound`.',
  })
  servesCompounds!: Compound[] | null;

  @Field(() => Organization, { nullable: true, description: 'Runs it (运营单位).' })
  operator!: Organization | null;

  @Field(() => Organization, { nullable: true, description: 'Owns it (产权单位).' })
  owner!: Organization | null;

  @Field(() => CivilDate, { nullable: true })
  leaseFrom!: string | null;

  @Field(() => CivilDate, { nullable: true, description: 'End of the lease or loan (租借到期日); set for LEASED, BORROWED, SHARED.' })
  leaseTo!: string | null;

  @Field(() => ProvisionMode)
  provisionMode!: ProvisionMode;

  @Field(() => CivilDate, { nullable: true })
  openedOn!: string | null;

  @Field(() => CivilDate, { nullable: true })
  closedOn!: string | null;

  @Field(() => Boolean, { description: 'Comprehensive service facility (综合服务设施): its area counts in FAC_1.' })
  countsTowardStandard!: boolean;

  @Field(() => String)
  address!: string;

  @Field(() => String, { nullable: true })
  floor!: string | null;

  @Field(() => AccessibilityInfo)
  accessibility!: AccessibilityInfo;

  @Field(() => OpeningHours)
  opening!: OpeningHours;

  @Field(() => [Space])
  spaces!: Space[];

  @Field(() => CivilDate, {
    nullable: true,
    description: 'Last day on which an organization confirmed the entry (台账核实); stale after 180 days.',
  })
  lastAssuredOn!: string | null;

  @Field(() => Organization, { nullable: true })
  assuredBy!: Organization | null;
}

@ObjectType()
@Tag(...PEOPLE)
export class FacilityConnection {
  @Field(() => [Facility])
  nodes!: Facility[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: "Share of a facility's area that counts for one community (分摊)." })
@Tag(...PEOPLE)
export class AreaShare {
  @Field(() => Area, { nullable: true })
  community!: Area | null;

  @Field(() => Decimal)
  share!: string;
}

@ObjectType({ description: 'What makes it usable for everybody (无障碍设施); null is unknown.' })
@Tag(...PEOPLE)
export class AccessibilityInfo {
  @Field(() => Boolean, { nullable: true })
  stepFree!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  lift!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  accessibleToilet!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  inductionLoop!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  brailleSigns!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  wheelchairLoan!: boolean | null;

  @Field(() => Boolean, { nullable: true })
  parking!: boolean | null;

  @Field(() => CivilDate, { nullable: true })
  checkedOn!: string | null;
}

@ObjectType({ description: 'A facility and its distance from the point asked; unit m, min.' })
@Tag(...PEOPLE)
export class FacilityDistance {
  @Field(() => Facility)
  facility!: Facility;

  @Field(() => Int)
  metres!: number;

  @Field(() => Decimal)
  minutes!: string;
}

export const FacilityKind = {
  PARTY_MASS_SERVICE_CENTRE: 'PARTY_MASS_SERVICE_CENTRE',
  NEIGHBOURHOOD_CENTRE: 'NEIGHBOURHOOD_CENTRE',
  COMMUNITY_SERVICE_STATION: 'COMMUNITY_SERVICE_STATION',
  ELDERLY_DAY_CARE: 'ELDERLY_DAY_CARE',
  CANTEEN: 'CANTEEN',
  CHILDCARE: 'CHILDCARE',
  HEALTH_STATION: 'HEALTH_STATION',
  CULTURE_STATION: 'CULTURE_STATION',
  LIBRARY: 'LIBRARY',
  SPORTS: 'SPORTS',
  MEDIATION_ROOM: 'MEDIATION_ROOM',
  VOLUNTEER_STATION: 'VOLUNTEER_STATION',
  ACTIVITY_ROOM: 'ACTIVITY_ROOM',
  CONVENIENCE_POINT: 'CONVENIENCE_POINT',
  OUTDOOR_SPACE: 'OUTDOOR_SPACE',
  OTHER: 'OTHER',
} as const;
export type FacilityKind = keyof typeof FacilityKind;
registerEnumType(FacilityKind, {
  name: 'FacilityKind',
  description: 'Kind of a facility (设施类别).',
  valuesConfig: {
    PARTY_MASS_SERVICE_CENTRE: { description: '党群服务中心' },
    NEIGHBOURHOOD_CENTRE: { description: '邻里中心' },
    COMMUNITY_SERVICE_STATION: { description: '社区服务站' },
    ELDERLY_DAY_CARE: { description: '日间照料' },
    CANTEEN: { description: '食堂' },
    CHILDCARE: { description: '托育' },
    HEALTH_STATION: { description: '卫生服务站' },
    CULTURE_STATION: { description: '文化站' },
    LIBRARY: { description: '图书室' },
    SPORTS: { description: '健身' },
    MEDIATION_ROOM: { description: '调解室' },
    VOLUNTEER_STATION: { description: '志愿服务站' },
    ACTIVITY_ROOM: { description: '活动室' },
    CONVENIENCE_POINT: { description: '便民点' },
    OUTDOOR_SPACE: { description: '室外场地' },
    OTHER: { description: '其他' },
  },
});

export const FacilityFunction = {
  PARTY_SERVICE: 'PARTY_SERVICE',
  GOVERNMENT_COUNTER: 'GOVERNMENT_COUNTER',
  DELIBERATION: 'DELIBERATION',
  MEDIATION: 'MEDIATION',
  ELDERLY: 'ELDERLY',
  CHILDCARE: 'CHILDCARE',
  CANTEEN: 'CANTEEN',
  HEALTH: 'HEALTH',
  CULTURE: 'CULTURE',
  READING: 'READING',
  SPORTS: 'SPORTS',
  VOLUNTEER: 'VOLUNTEER',
  LEGAL: 'LEGAL',
  EMPLOYMENT: 'EMPLOYMENT',
  CONVENIENCE: 'CONVENIENCE',
  EMERGENCY: 'EMERGENCY',
} as const;
export type FacilityFunction = keyof typeof FacilityFunction;
registerEnumType(FacilityFunction, { name: 'FacilityFunction' });

export const ProvisionMode = {
  NEW_BUILD: 'NEW_BUILD',
  RENOVATION: 'RENOVATION',
  PURCHASE: 'PURCHASE',
  PROJECT_ALLOCATION: 'PROJECT_ALLOCATION',
  RESOURCE_INTEGRATION: 'RESOURCE_INTEGRATION',
  OTHER: 'OTHER',
} as const;
export type ProvisionMode = keyof typeof ProvisionMode;
registerEnumType(ProvisionMode, {
  name: 'ProvisionMode',
  description: 'How the place was provided (建设方式).',
  valuesConfig: {
    NEW_BUILD: { description: '新建' },
    RENOVATION: { description: '改造' },
    PURCHASE: { description: '购买' },
    PROJECT_ALLOCATION: { description: '项目配套' },
    RESOURCE_INTEGRATION: { description: '整合资源' },
    OTHER: { description: '等方式' },
  },
});

export const FacilityStatus = {
  PLANNED: 'PLANNED',
  UNDER_CONSTRUCTION: 'UNDER_CONSTRUCTION',
  OPEN: 'OPEN',
  TEMPORARILY_CLOSED: 'TEMPORARILY_CLOSED',
  CLOSED: 'CLOSED',
} as const;
export type FacilityStatus = keyof typeof FacilityStatus;
registerEnumType(FacilityStatus, {
  name: 'FacilityStatus',
  valuesConfig: {
    PLANNED: { description: '规划' },
    UNDER_CONSTRUCTION: { description: '在建' },
    OPEN: { description: '开放' },
    TEMPORARILY_CLOSED: { description: '暂停开放' },
    CLOSED: { description: '关闭' },
  },
});

export const Tenure = {
  OWNED: 'OWNED',
  LEASED: 'LEASED',
  BORROWED: 'BORROWED',
  SHARED: 'SHARED',
} as const;
export type Tenure = keyof typeof Tenure;
registerEnumType(Tenure, {
  name: 'Tenure',
  description: 'Tenure (权属).',
  valuesConfig: {
    OWNED: { description: '自有' },
    LEASED: { description: '租赁' },
    BORROWED: { description: '借用' },
    SHARED: { description: '共享' },
  },
});

export const AreaMeasure = {
  GROSS: 'GROSS',
  USABLE: 'USABLE',
} as const;
export type AreaMeasure = keyof typeof AreaMeasure;
registerEnumType(AreaMeasure, {
  name: 'AreaMeasure',
  description: 'What a number of m² measures (面积口径).',
  valuesConfig: {
    GROSS: { description: '建筑面积' },
    USABLE: { description: '使用面积' },
  },
});

export const AccessibilityNeed = {
  STEP_FREE: 'STEP_FREE',
  LIFT: 'LIFT',
  ACCESSIBLE_TOILET: 'ACCESSIBLE_TOILET',
  INDUCTION_LOOP: 'INDUCTION_LOOP',
  BRAILLE_SIGNS: 'BRAILLE_SIGNS',
  WHEELCHAIR_LOAN: 'WHEELCHAIR_LOAN',
  PARKING: 'PARKING',
} as const;
export type AccessibilityNeed = keyof typeof AccessibilityNeed;
registerEnumType(AccessibilityNeed, {
  name: 'AccessibilityNeed',
  valuesConfig: {
    STEP_FREE: { description: '无台阶' },
    LIFT: { description: '电梯' },
    ACCESSIBLE_TOILET: { description: '无障碍卫生间' },
    INDUCTION_LOOP: { description: '助听回路' },
    BRAILLE_SIGNS: { description: '盲文标识' },
    WHEELCHAIR_LOAN: { description: '轮椅借用' },
    PARKING: { description: '停车' },
  },
});

@InputType()
export class FacilityFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => [FacilityKind], { nullable: true })
  kinds?: FacilityKind[] | null;

  @Field(() => [FacilityFunction], { nullable: true })
  functions?: FacilityFunction[] | null;

  @Field(() => [FacilityStatus], { nullable: true })
  statuses?: FacilityStatus[] | null;

  @Field(() => [ProvisionMode], { nullable: true })
  modes?: ProvisionMode[] | null;

  @Field(() => [AccessibilityNeed], { nullable: true })
  accessibility?: AccessibilityNeed[] | null;

  @Field(() => Instant, { nullable: true })
  openAt?: string | null;

  @Field(() => NearInput, { nullable: true })
  near?: NearInput | null;

  @Field(() => BboxInput, { nullable: true })
  bbox?: BboxInput | null;

  @Field(() => ID, { nullable: true })
  operatorId?: string | null;

  @Field(() => ID, { nullable: true })
  servesCompoundId?: string | null;

  @Field(() => Boolean, { nullable: true })
  countsTowardStandard?: boolean | null;

  @Field(() => CivilDate, { nullable: true })
  assuredBefore?: string | null;

  @Field(() => String, { nullable: true })
  text?: string | null;
}
