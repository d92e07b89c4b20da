import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UserError } from '../../../shared/src/common.type.ts';
import { AreaCode } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Urgency } from '../category/category.type.ts';
import { Case } from './case.type.ts';
import { DispatchOrder, OrderRole } from './order.type.ts';

@InputType()
export class RedactedTextInput {
  @Field(() => ID)
  reportId!: string;

  @Field(() => String)
  redactedTitle!: string;

  @Field(() => String)
  redactedText!: string;
}

@InputType()
export class TriageCaseInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  caseId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  summary!: string;

  @Field(() => ID)
  categoryId!: string;

  @Field(() => AreaCode)
  areaCode!: string;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => Urgency)
  urgency!: Urgency;

  @Field(() => Boolean, { defaultValue: false })
  ofPublicInterest!: boolean;

  @Field(() => ID, { nullable: true })
  subjectOrganizationId?: string | null;

  @Field(() => [RedactedTextInput], { nullable: true })
  redactedTexts?: RedactedTextInput[] | null;
}

@InputType()
export class OrderInput {
  @Field(() => ID)
  organizationId!: string;

  @Field(() => OrderRole)
  role!: OrderRole;

  @Field(() => Boolean, { defaultValue: false })
  contactNeeded!: boolean;

  @Field(() => ID, { nullable: true })
  superiorId?: string | null;

  @Field(() => ID, { nullable: true })
  handlerId?: string | null;
}

@InputType()
export class DispatchCaseInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  caseId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => [OrderInput], { nullable: true, description: 'Left out: the routing rules decide.' })
  orders?: OrderInput[] | null;

  @Field(() => Boolean, { description: "After a second return: the street's joint decision.", defaultValue: false })
  jointDecision!: boolean;

  @Field(() => String, { nullable: true })
  note?: string | null;
}

@ObjectType()
@Tag('department')
export class CasePayload {
  @Field(() => Boolean)
  ok!: boolean;

  @Field(() => [UserError])
  errors!: UserError[];

  @Field(() => Case, { nullable: true })
  case!: Case | null;

  @Field(() => String, { nullable: true })
  clientMutationId!: string | null;
}

@ObjectType()
@Tag('department')
export class DispatchOrderPayload {
  @Field(() => Boolean)
  ok!: boolean;

  @Field(() => [UserError])
  errors!: UserError[];

  @Field(() => DispatchOrder, { nullable: true })
  order!: DispatchOrder | null;

  @Field(() => String, { nullable: true })
  clientMutationId!: string | null;
}
