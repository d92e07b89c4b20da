import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { AreaCode, CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Officeholder, Organization } from '../area/area.type.ts';
import { Urgency } from '../category/category.type.ts';
import { Case } from './case.type.ts';
import { ClockColour, SlaClock } from './clock.type.ts';
import { RoutingRule } from './routing.type.ts';

export const OrderRole = {
  LEAD: 'LEAD',
  ASSIST: 'ASSIST',
} as const;
export type OrderRole = keyof typeof OrderRole;
registerEnumType(OrderRole, {
  name: 'OrderRole',
  valuesConfig: {
    LEAD: { description: '主办' },
    ASSIST: { description: '协办' },
  },
});

export const OrderStatus = {
  SENT: 'SENT',
  ACCEPTED: 'ACCEPTED',
  RETURNED: 'RETURNED',
  ESCALATED: 'ESCALATED',
  DONE: 'DONE',
  CANCELLED: 'CANCELLED',
} as const;
export type OrderStatus = keyof typeof OrderStatus;
registerEnumType(OrderStatus, { name: 'OrderStatus' });

export const ReturnReason = {
  NOT_OUR_DUTY: 'NOT_OUR_DUTY',
  WRONG_AREA: 'WRONG_AREA',
  MISSING_INFORMATION: 'MISSING_INFORMATION',
  DUPLICATE: 'DUPLICATE',
  STATUTORY_CHANNEL: 'STATUTORY_CHANNEL',
} as const;
export type ReturnReason = keyof typeof ReturnReason;
registerEnumType(ReturnReason, { name: 'ReturnReason' });

@ObjectType({ description: 'A dispatch order to one organization (派遣单).' })
@Tag('department')
export class DispatchOrder {
  @Field(() => ID)
  id!: string;

  @Field(() => Case)
  case!: Case;

  @Field(() => Organization, { nullable: true })
  to!: Organization | null;

  @Field(() => OrderRole)
  role!: OrderRole;

  @Field(() => OrderStatus)
  status!: OrderStatus;

  @Field(() => Instant)
  dispatchedAt!: string;

  @Field(() => Instant)
  acceptBy!: string;

  @Field(() => Instant, { nullable: true })
  acceptedAt!: string | null;

  @Field(() => Instant, { nullable: true, description: 'Started work (开始办理).' })
  startedAt!: string | null;

  @Field(() => Instant, { nullable: true })
  returnedAt!: string | null;

  @Field(() => ReturnReason, { nullable: true })
  returnReason!: ReturnReason | null;

  @Field(() => String, { nullable: true })
  returnNote!: string | null;

  @Field(() => Organization, { nullable: true, description: 'The right unit in the opinion of the one that returned.' })
  proposed!: Organization | null;

  @Field(() => Organization, { nullable: true, description: 'Receives the order when acceptBy passes (上级单位).' })
  superior!: Organization | null;

  @Field(() => Officeholder, { nullable: true })
  handler!: Officeholder | null;

  @Field(() => Boolean, { description: 'The handler must reach the reporter (需联系诉求人).' })
  contactNeeded!: boolean;

  @Field(() => Boolean, { description: 'No return allowed, after a street joint decision (首派仲裁).' })
  returnForbidden!: boolean;

  @Field(() => RoutingRule, { nullable: true, description: 'The rule that chose this organization; null when a person did.' })
  rule!: RoutingRule | null;

  @Field(() => SlaClock, { description: 'ACCEPT clock.' })
  acceptClock!: SlaClock;

  @Field(() => Instant, { description: "acceptBy until accepted, then the case's RESOLVE due." })
  dueAt!: string;

  @Field(() => ClockColour)
  colour!: ClockColour;

  @Field(() => String, { nullable: true })
  result!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag('department')
export class DispatchOrderConnection {
  @Field(() => [DispatchOrder])
  nodes!: DispatchOrder[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'Counts of orders of one organization in a period (件).' })
@Tag('department')
export class Caseload {
  @Field(() => Int)
  orders!: number;

  @Field(() => Int)
  leads!: number;

  @Field(() => Int)
  acceptedInTime!: number;

  @Field(() => Int)
  returned!: number;

  @Field(() => Int)
  escalated!: number;

  @Field(() => Int)
  handled!: number;

  @Field(() => Int)
  handledInTime!: number;

  @Field(() => Int)
  openAtEnd!: number;

  @Field(() => Int)
  overdueAtEnd!: number;

  @Field(() => Instant)
  dataAsOf!: string;
}

@InputType()
export class OrderFilter {
  @Field(() => ID, { nullable: true })
  organizationId?: string | null;

  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => [OrderStatus], { nullable: true })
  statuses?: OrderStatus[] | null;

  @Field(() => OrderRole, { nullable: true })
  role?: OrderRole | null;

  @Field(() => [Urgency], { nullable: true })
  urgencies?: Urgency[] | null;

  @Field(() => [ClockColour], { nullable: true })
  colours?: ClockColour[] | null;

  @Field(() => CivilDate, { nullable: true })
  dispatchedFrom?: string | null;

  @Field(() => CivilDate, { nullable: true })
  dispatchedTo?: string | null;
}

export const OrderOrder = {
  DUE_AT: 'DUE_AT',
  DISPATCHED_AT: 'DISPATCHED_AT',
  URGENCY: 'URGENCY',
} as const;
export type OrderOrder = keyof typeof OrderOrder;
registerEnumType(OrderOrder, { name: 'OrderOrder' });
