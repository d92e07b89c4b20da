import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { CoefficientKind } from '../activity/activity.type.ts';
import { ServiceEvaluation, ServiceRecord } from './record.type.ts';

@InputType()
export class ServiceRecordInput {
  @Field(() => String)
  volunteerNumber!: string;

  @Field(() => Instant)
  startsAt!: string;

  @Field(() => Instant)
  endsAt!: string;

  @Field(() => Int, { nullable: true })
  minutes?: number | null;

  @Field(() => String)
  place!: string;

  @Field(() => String)
  content!: string;

  @Field(() => String, { nullable: true })
  responsible?: string | null;

  @Field(() => [CoefficientKind], { nullable: true })
  coefficients?: CoefficientKind[] | null;

  @Field(() => ServiceEvaluation, { nullable: true })
  evaluation?: ServiceEvaluation | null;
}

@InputType({ description: 'Without records: one draft for each COMPLETED sign-up.' })
export class DraftRecordsInput {
  @Field(() => ID)
  activityId!: string;

  @Field(() => String)
  projectName!: string;

  @Field(() => String)
  recordedBy!: string;

  @Field(() => [ServiceRecordInput], { nullable: true })
  records?: ServiceRecordInput[] | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  overrideDayLimit?: boolean | null;

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@InputType()
export class RecordIdsInput {
  @Field(() => [ID])
  recordIds!: string[];

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@InputType()
export class DisputeRecordInput {
  @Field(() => ID)
  recordId!: string;

  @Field(() => String)
  reason!: string;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@InputType({ description: 'uphold: the record stands.' })
export class SettleRecordDisputeInput {
  @Field(() => ID)
  recordId!: string;

  @Field(() => Boolean)
  uphold!: boolean;

  @Field(() => String)
  reason!: string;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@InputType()
export class CorrectRecordInput {
  @Field(() => ID)
  recordId!: string;

  @Field(() => ServiceRecordInput)
  record!: ServiceRecordInput;

  @Field(() => String)
  reason!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@InputType()
export class VoidRecordInput {
  @Field(() => ID)
  recordId!: string;

  @Field(() => String)
  reason!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@ObjectType()
@Tag('resident', 'department', 'audit')
export class RecordsPayload extends Payload {
  @Field(() => [ServiceRecord], { nullable: true })
  records!: ServiceRecord[] | null;
}
