import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';

export const Urgency = {
  EMERGENCY: 'EMERGENCY',
  URGENT: 'URGENT',
  GENERAL: 'GENERAL',
  COMPLEX: 'COMPLEX',
  CONSULT: 'CONSULT',
} as const;
export type Urgency = keyof typeof Urgency;
registerEnumType(Urgency, {
  name: 'Urgency',
  valuesConfig: {
    EMERGENCY: { description: '特急' },
    URGENT: { description: '紧急' },
    GENERAL: { description: '一般' },
    COMPLEX: { description: '疑难' },
    CONSULT: { description: '咨询' },
  },
});

export const StatutoryChannel = {
  PETITION: 'PETITION',
  LITIGATION: 'LITIGATION',
  ARBITRATION: 'ARBITRATION',
  ADMIN_REVIEW: 'ADMIN_REVIEW',
  EMERGENCY_LINE: 'EMERGENCY_LINE',
  DISCIPLINE: 'DISCIPLINE',
  OTHER_JURISDICTION: 'OTHER_JURISDICTION',
} as const;
export type StatutoryChannel = keyof typeof StatutoryChannel;
registerEnumType(StatutoryChannel, {
  name: 'StatutoryChannel',
  valuesConfig: {
    PETITION: { description: '信访' },
    LITIGATION: { description: '诉讼' },
    ARBITRATION: { description: '仲裁' },
    ADMIN_REVIEW: { description: '行政复议' },
    EMERGENCY_LINE: { description: '紧急热线' },
    DISCIPLINE: { description: '纪检监察' },
    OTHER_JURISDICTION: { description: '其他管辖' },
  },
});

export const ClockUnit = {
  ELAPSED_MINUTES: 'ELAPSED_MINUTES',
  ELAPSED_HOURS: 'ELAPSED_HOURS',
  OFFICE_HOURS: 'OFFICE_HOURS',
  WORKING_DAYS: 'WORKING_DAYS',
} as const;
export type ClockUnit = keyof typeof ClockUnit;
registerEnumType(ClockUnit, { name: 'ClockUnit' });

@ObjectType({ description: 'A length of time on its own base (时长).' })
@Tag(...PEOPLE)
export class ClockSpec {
  @Field(() => Int)
  amount!: number;

  @Field(() => ClockUnit)
  unit!: ClockUnit;
}

@ObjectType({ description: 'Deadlines of one urgency, versioned (时限标准). A case keeps the version it began with.' })
@Tag(...PEOPLE)
export class SlaPolicy {
  @Field(() => ID)
  id!: string;

  @Field(() => CaseCategory, { nullable: true, description: 'Null: the default for every category without its own.' })
  category!: CaseCategory | null;

  @Field(() => Urgency)
  urgency!: Urgency;

  @Field(() => ClockSpec)
  accept!: ClockSpec;

  @Field(() => ClockSpec)
  respond!: ClockSpec;

  @Field(() => ClockSpec)
  resolve!: ClockSpec;

  @Field(() => ClockSpec, { description: 'Report-in time of a whistle.' })
  reportIn!: ClockSpec;

  @Field(() => Int)
  maxExtensions!: number;

  @Field(() => ClockSpec, { nullable: true })
  extension!: ClockSpec | null;

  @Field(() => CivilDate)
  effectiveFrom!: string;

  @Field(() => CivilDate, { nullable: true })
  effectiveTo!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag(...PEOPLE)
export class SlaPolicyConnection {
  @Field(() => [SlaPolicy])
  nodes!: SlaPolicy[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class SlaPolicyFilter {
  @Field(() => ID, { nullable: true })
  categoryId?: string | null;

  @Field(() => Urgency, { nullable: true })
  urgency?: Urgency | null;

  @Field(() => CivilDate, { nullable: true })
  at?: string | null;
}

@ObjectType({ description: 'A leaf or parent of the category tree (诉求分类).' })
@Tag('public', 'resident', 'partner', 'department', 'bi')
export class CaseCategory {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  nameZh!: string;

  @Field(() => String)
  nameEn!: string;

  @Field(() => CaseCategory, { nullable: true })
  parent!: CaseCategory | null;

  @Field(() => [CaseCategory])
  children!: CaseCategory[];

  @Field(() => Urgency)
  defaultUrgency!: Urgency;

  @Tag(...PEOPLE)
  @Field(() => [SlaPolicy], { description: 'One per urgency that the category allows: its own, else the default.' })
  slaPolicies!: SlaPolicy[];

  @Field(() => StatutoryChannel, { nullable: true })
  statutoryChannel!: StatutoryChannel | null;

  @Field(() => Boolean, {
    description: 'Reports are about what a human being did: never merged, published or counted as hot-spot (涉人事项).',
  })
  aboutPeople!: boolean;

  @Field(() => Boolean)
  active!: boolean;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag('public', 'resident', 'partner', 'department', 'bi')
export class CaseCategoryConnection {
  @Field(() => [CaseCategory])
  nodes!: CaseCategory[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class CaseCategoryFilter {
  @Field(() => ID, { nullable: true })
  parentId?: string | null;

  @Field(() => Boolean, { nullable: true })
  leafOnly?: boolean | null;

  @Field(() => String, { nullable: true })
  text?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  active?: boolean | null;
}
