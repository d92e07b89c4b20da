import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { NearInput } from '../../../shared/src/geo.type.ts';
import { AreaCode, Instant } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area, Compound, Facility, Organization } from '../area/area.type.ts';

@ObjectType({ description: 'A volunteer activity (志愿服务活动).' })
@Directive('@key(fields: "id")')
@Tag(...EVERYONE_BUT_BI)
export class Activity {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => Organization, { nullable: true })
  organizer!: Organization | null;

  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => Compound, { nullable: true })
  compound!: Compound | null;

  @Field(() => Facility, { nullable: true, description: 'Where it takes place, if in a facility; facilities add `venueBooking`.' })
  venue!: Facility | null;

  @Field(() => ServiceCategory)
  category!: ServiceCategory;

  @Field(() => String)
  description!: string;

  @Field(() => BeneficiaryGroup, { nullable: true, description: 'Groups only, never named people.' })
  beneficiaries!: BeneficiaryGroup | null;

  @Field(() => ActivityStatus)
  status!: ActivityStatus;

  @Field(() => Instant, { description: "First shift's start and last shift's end." })
  startsAt!: string;

  @Field(() => Instant)
  endsAt!: string;

  @Tag(...PEOPLE)
  @Field(() => [Shift])
  shifts!: Shift[];

  @Field(() => RiskLevel, { description: 'Danger to the body (志愿服务条例 art. 17); HAZARDOUS needs insurance.' })
  riskLevel!: RiskLevel;

  @Field(() => Boolean)
  insured!: boolean;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag(...EVERYONE_BUT_BI)
export class ActivityConnection {
  @Field(() => [Activity])
  nodes!: Activity[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

export const ServiceCategory = {
  ELDERLY_CARE: 'ELDERLY_CARE',
  DISABILITY: 'DISABILITY',
  CHILDREN: 'CHILDREN',
  ENVIRONMENT: 'ENVIRONMENT',
  ORDER: 'ORDER',
  CULTURE: 'CULTURE',
  SPORTS: 'SPORTS',
  LEGAL: 'LEGAL',
  MEDIATION: 'MEDIATION',
  HEALTH: 'HEALTH',
  REPAIR: 'REPAIR',
  DIGITAL_HELP: 'DIGITAL_HELP',
  EMERGENCY: 'EMERGENCY',
  PARTY_SERVICE: 'PARTY_SERVICE',
  OTHER: 'OTHER',
} as const;
export type ServiceCategory = keyof typeof ServiceCategory;
registerEnumType(ServiceCategory, {
  name: 'ServiceCategory',
  valuesConfig: {
    ELDERLY_CARE: { description: '为老服务' },
    DISABILITY: { description: '助残服务' },
    CHILDREN: { description: '关爱儿童' },
    ENVIRONMENT: { description: '环境保护' },
    ORDER: { description: '秩序维护' },
    CULTURE: { description: '文化' },
    SPORTS: { description: '体育' },
    LEGAL: { description: '法律服务' },
    MEDIATION: { description: '矛盾调解' },
    HEALTH: { description: '健康服务' },
    REPAIR: { description: '便民维修' },
    DIGITAL_HELP: { description: '数字助老' },
    EMERGENCY: { description: '应急救援' },
    PARTY_SERVICE: { description: '党群服务' },
    OTHER: { description: '其他' },
  },
});

export const BeneficiaryGroup = {
  ELDERS: 'ELDERS',
  CHILDREN: 'CHILDREN',
  DISABLED_PERSONS: 'DISABLED_PERSONS',
  FAMILIES: 'FAMILIES',
  ALL_RESIDENTS: 'ALL_RESIDENTS',
  COMPOUND: 'COMPOUND',
} as const;
export type BeneficiaryGroup = keyof typeof BeneficiaryGroup;
registerEnumType(BeneficiaryGroup, {
  name: 'BeneficiaryGroup',
  valuesConfig: {
    ELDERS: { description: '老年人' },
    CHILDREN: { description: '儿童' },
    DISABLED_PERSONS: { description: '残疾人' },
    FAMILIES: { description: '家庭' },
    ALL_RESIDENTS: { description: '全体居民' },
    COMPOUND: { description: '小区' },
  },
});

export const ActivityStatus = {
  DRAFT: 'DRAFT',
  OPEN: 'OPEN',
  RUNNING: 'RUNNING',
  FINISHED: 'FINISHED',
  RECORDED: 'RECORDED',
  CANCELLED: 'CANCELLED',
} as const;
export type ActivityStatus = keyof typeof ActivityStatus;
registerEnumType(ActivityStatus, {
  name: 'ActivityStatus',
  valuesConfig: {
    DRAFT: { description: '草稿' },
    OPEN: { description: '报名中' },
    RUNNING: { description: '进行中' },
    FINISHED: { description: '已结束' },
    RECORDED: { description: '已记录' },
    CANCELLED: { description: '已取消' },
  },
});

export const RiskLevel = {
  ORDINARY: 'ORDINARY',
  HAZARDOUS: 'HAZARDOUS',
} as const;
export type RiskLevel = keyof typeof RiskLevel;
registerEnumType(RiskLevel, {
  name: 'RiskLevel',
  valuesConfig: {
    ORDINARY: { description: '一般' },
    HAZARDOUS: { description: '可能发生人身危险' },
  },
});

@ObjectType({ description: 'One time slot of an activity (班次).' })
@Tag(...PEOPLE)
export class Shift {
  @Field(() => ID)
  id!: string;

  @Field(() => Instant)
  startsAt!: string;

  @Field(() => Instant)
  endsAt!: string;

  @Field(() => Int)
  capacity!: number;

  @Field(() => Int, { nullable: true })
  minAge!: number | null;

  @Field(() => [CheckInMethod])
  checkInMethods!: CheckInMethod[];

  @Field(() => [CoefficientKind], { description: 'Coefficients that apply, fixed before sign-ups open.' })
  coefficients!: CoefficientKind[];
}

export const CoefficientKind = {
  SKILL: 'SKILL',
  NIGHT: 'NIGHT',
  HARDSHIP: 'HARDSHIP',
  EMERGENCY: 'EMERGENCY',
  HOLIDAY: 'HOLIDAY',
} as const;
export type CoefficientKind = keyof typeof CoefficientKind;
registerEnumType(CoefficientKind, {
  name: 'CoefficientKind',
  valuesConfig: {
    SKILL: { description: '技能' },
    NIGHT: { description: '夜间' },
    HARDSHIP: { description: '艰苦' },
    EMERGENCY: { description: '应急' },
    HOLIDAY: { description: '节假日' },
  },
});

export const CheckInMethod = {
  ROTATING_QR: 'ROTATING_QR',
  ORGANIZER_LIST: 'ORGANIZER_LIST',
  PAPER_SHEET: 'PAPER_SHEET',
} as const;
export type CheckInMethod = keyof typeof CheckInMethod;
registerEnumType(CheckInMethod, {
  name: 'CheckInMethod',
  valuesConfig: {
    ROTATING_QR: { description: '动态二维码' },
    ORGANIZER_LIST: { description: '组织者名单' },
    PAPER_SHEET: { description: '纸质签到表' },
  },
});

@InputType({ description: 'DISTANCE order needs near.' })
export class ActivityFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => Instant, { nullable: true })
  from?: string | null;

  @Field(() => Instant, { nullable: true })
  to?: string | null;

  @Field(() => [ServiceCategory], { nullable: true })
  category?: ServiceCategory[] | null;

  @Field(() => NearInput, { nullable: true })
  near?: NearInput | null;

  @Field(() => [ActivityStatus], { nullable: true })
  status?: ActivityStatus[] | null;

  @Field(() => ID, { nullable: true })
  organizerId?: string | null;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => ID, { nullable: true })
  facilityId?: string | null;

  @Field(() => String, { nullable: true })
  text?: string | null;
}

export const ActivityOrder = {
  STARTS_AT: 'STARTS_AT',
  DISTANCE: 'DISTANCE',
} as const;
export type ActivityOrder = keyof typeof ActivityOrder;
registerEnumType(ActivityOrder, { name: 'ActivityOrder' });
