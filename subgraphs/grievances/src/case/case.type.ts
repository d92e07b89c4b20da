import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { AreaCode, CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Area, Compound, Organization } from '../area/area.type.ts';
import { CaseCategory, StatutoryChannel, Urgency } from '../category/category.type.ts';
import { ClockColour, SlaClock } from './clock.type.ts';
import { DispatchOrder } from './order.type.ts';
import { CasePublication } from './publication.type.ts';
import { RoutingRule } from './routing.type.ts';
import { Evidence } from './work.type.ts';

export const CaseState = {
  RECEIVED: 'RECEIVED',
  TRIAGED: 'TRIAGED',
  DISPATCHED: 'DISPATCHED',
  ACCEPTED: 'ACCEPTED',
  IN_PROGRESS: 'IN_PROGRESS',
  HANDLED: 'HANDLED',
  FOLLOW_UP: 'FOLLOW_UP',
  CLOSED: 'CLOSED',
  REOPENED: 'REOPENED',
  RETURNED: 'RETURNED',
  SUSPENDED: 'SUSPENDED',
  IN_MEDIATION: 'IN_MEDIATION',
  MERGED: 'MERGED',
  REFERRED: 'REFERRED',
  DECLINED: 'DECLINED',
  WITHDRAWN: 'WITHDRAWN',
} as const;
export type CaseState = keyof typeof CaseState;
registerEnumType(CaseState, { name: 'CaseState' });

export const SuspensionReason = {
  FUNDS: 'FUNDS',
  LEGISLATION: 'LEGISLATION',
  SEASON: 'SEASON',
} as const;
export type SuspensionReason = keyof typeof SuspensionReason;
registerEnumType(SuspensionReason, { name: 'SuspensionReason' });

@ObjectType({ description: 'What is being handled (案件/工单). One case may serve many reports; no field leads to them.' })
@Directive('@key(fields: "id")')
@Tag('department')
export class Case {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  caseNo!: string;

  @Field(() => String)
  title!: string;

  @Field(() => CaseCategory, { nullable: true })
  category!: CaseCategory | null;

  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => Compound, { nullable: true })
  compound!: Compound | null;

  @Field(() => CaseState)
  state!: CaseState;

  @Field(() => Urgency, { description: 'GENERAL until triage.' })
  urgency!: Urgency;

  @Field(() => Instant)
  receivedAt!: string;

  @Field(() => Int, { nullable: true, description: 'Linked reports; null outside the chain when 0 < n < k.' })
  reportCount!: number | null;

  @Field(() => Boolean, { description: 'The case goes on when its reporters withdraw (公共事项).' })
  ofPublicInterest!: boolean;

  @Field(() => Organization, {
    nullable: true,
    description: "Responsible now (责任单位): the triager's organization, from acceptance the LEAD.",
  })
  owner!: Organization | null;

  @Tag('internal')
  @Field(() => Organization, { nullable: true, description: 'The organization complained about (被诉单位).' })
  subjectOrganization!: Organization | null;

  @Field(() => String, { nullable: true, description: 'De-identified, by the triager; set at triage.' })
  summary!: string | null;

  @Field(() => String, { nullable: true, description: 'What was done, for staff; set at HANDLED.' })
  result!: string | null;

  @Field(() => [DispatchOrder])
  orders!: DispatchOrder[];

  @Field(() => [SlaClock], { description: 'RESPOND of the earliest report, RESOLVE, and those of follow-up and mediation.' })
  clocks!: SlaClock[];

  @Field(() => ClockColour, { description: 'Worst of the running clocks.' })
  colour!: ClockColour;

  @Field(() => [DeadlineExtension])
  extensions!: DeadlineExtension[];

  @Field(() => CivilDate, { nullable: true, description: 'Review date of a shelved case (挂账复核日).' })
  reviewOn!: string | null;

  @Field(() => SuspensionReason, { nullable: true })
  suspendedFor!: SuspensionReason | null;

  @Field(() => [Evidence])
  evidence!: Evidence[];

  @Field(() => [CaseEvent])
  events!: CaseEvent[];

  @Field(() => [CasePublication])
  publications!: CasePublication[];

  @Field(() => Case, { nullable: true })
  mergedInto!: Case | null;

  @Field(() => [Case])
  merged!: Case[];

  @Field(() => Referral, { nullable: true })
  referral!: Referral | null;

  @Field(() => Int)
  reopenCount!: number;

  @Field(() => Instant, { nullable: true })
  lastHandledAt!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag('department')
export class CaseConnection {
  @Field(() => [Case])
  nodes!: Case[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'A step in the life of a case (流转记录).' })
@Tag('department')
export class CaseEvent {
  @Field(() => Int)
  seq!: number;

  @Field(() => Instant)
  at!: string;

  @Field(() => String)
  kind!: string;

  @Field(() => CaseState, { nullable: true })
  from!: CaseState | null;

  @Field(() => CaseState, { nullable: true })
  to!: CaseState | null;

  @Field(() => Organization, { nullable: true })
  actorOrganization!: Organization | null;

  @Field(() => String)
  actorRole!: string;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => RoutingRule, { nullable: true })
  rule!: RoutingRule | null;
}

@ObjectType({ description: 'A wish for more time (延期申请), decided by the dispatcher.' })
@Tag('department')
export class DeadlineExtension {
  @Field(() => ID)
  id!: string;

  @Field(() => Organization, { nullable: true })
  requestedBy!: Organization | null;

  @Field(() => Instant)
  requestedAt!: string;

  @Field(() => String)
  reason!: string;

  @Field(() => Boolean, { nullable: true })
  granted!: boolean | null;

  @Field(() => Organization, { nullable: true })
  decidedBy!: Organization | null;

  @Field(() => Instant, { nullable: true })
  decidedAt!: string | null;

  @Field(() => Instant, { nullable: true })
  newDueAt!: string | null;
}

@ObjectType({ description: 'Where a matter belongs that is not resolved here (转法定渠道).' })
@Tag('resident', 'department')
export class Referral {
  @Field(() => StatutoryChannel)
  channel!: StatutoryChannel;

  @Field(() => String)
  reason!: string;

  @Field(() => Instant)
  informedAt!: string;

  @Field(() => String)
  guidance!: string;
}

@ObjectType({ description: 'Counts of cases by state and clock colour (看板).' })
@Tag('department')
export class CaseBoard {
  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => Instant)
  asOf!: string;

  @Field(() => [CaseBoardCell])
  cells!: CaseBoardCell[];
}

@ObjectType({ description: 'Number of cases (件).' })
@Tag('department')
export class CaseBoardCell {
  @Field(() => CaseState)
  state!: CaseState;

  @Field(() => ClockColour)
  colour!: ClockColour;

  @Field(() => Int)
  cases!: number;
}

@InputType()
export class CaseFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => String, { nullable: true })
  caseNo?: string | null;

  @Field(() => [CaseState], { nullable: true })
  states?: CaseState[] | null;

  @Field(() => [Urgency], { nullable: true })
  urgencies?: Urgency[] | null;

  @Field(() => ID, { nullable: true })
  categoryId?: string | null;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => ID, { nullable: true })
  ownerId?: string | null;

  @Field(() => [ClockColour], { nullable: true })
  colours?: ClockColour[] | null;

  @Field(() => CivilDate, { nullable: true })
  receivedFrom?: string | null;

  @Field(() => CivilDate, { nullable: true })
  receivedTo?: string | null;

  @Field(() => CivilDate, { nullable: true })
  reviewBefore?: string | null;

  @Field(() => String, { nullable: true, description: 'In title and summary.' })
  text?: string | null;
}
