import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo, Payload } from '../../../shared/src/common.type.ts';
import { CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Referral } from '../case/case.type.ts';
import { ResolvedAnswer } from './follow-up.type.ts';

export const ReportState = {
  RECEIVED: 'RECEIVED',
  IN_HAND: 'IN_HAND',
  SHELVED: 'SHELVED',
  ANSWERED: 'ANSWERED',
  CLOSED: 'CLOSED',
  REFERRED: 'REFERRED',
  DECLINED: 'DECLINED',
  WITHDRAWN: 'WITHDRAWN',
} as const;
export type ReportState = keyof typeof ReportState;
registerEnumType(ReportState, { name: 'ReportState' });

@ObjectType({ description: 'One line of the progress, in both languages (进度).' })
@Tag('resident', 'department')
export class ProgressStep {
  @Field(() => Instant)
  at!: string;

  @Field(() => ReportState)
  state!: ReportState;

  @Field(() => String)
  text!: string;

  @Field(() => String)
  textEn!: string;
}

@ObjectType({ description: "The question whether it was resolved (回访), and one's own answer." })
@Tag('resident', 'department')
export class FollowUpPrompt {
  @Field(() => Instant)
  askedAt!: string;

  @Field(() => Instant)
  until!: string;

  @Field(() => Instant, { nullable: true })
  answeredAt!: string | null;

  @Field(() => ResolvedAnswer, { nullable: true })
  resolved!: ResolvedAnswer | null;

  @Field(() => Int, { nullable: true })
  satisfaction!: number | null;
}

@ObjectType({ description: 'What a reporter sees of the own report (诉求进度): safe to show on the own telephone.' })
@Tag('resident', 'department')
export class ReportStatusView {
  @Field(() => String)
  receiptNo!: string;

  @Field(() => ReportState)
  state!: ReportState;

  @Field(() => Instant, { nullable: true, description: 'First response due (首次响应时限).' })
  respondBy!: string | null;

  @Field(() => Instant, { nullable: true, description: 'Resolution due (办结时限).' })
  resolveBy!: string | null;

  @Field(() => [ProgressStep])
  progress!: ProgressStep[];

  @Field(() => String, { nullable: true, description: 'Latest message of the handler to the reporter (答复).' })
  reply!: string | null;

  @Field(() => Referral, { nullable: true, description: 'Why and where to, when referred (法定渠道告知).' })
  referral!: Referral | null;

  @Field(() => FollowUpPrompt, { nullable: true })
  followUp!: FollowUpPrompt | null;

  @Field(() => CivilDate, { nullable: true, description: 'Last day on which the reporter can reopen.' })
  reopenUntil!: string | null;
}

@ObjectType()
@Tag('resident')
export class ReportStatusViewConnection {
  @Field(() => [ReportStatusView])
  nodes!: ReportStatusView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class WithdrawReportInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => String)
  receiptNo!: string;

  @Field(() => String, { nullable: true })
  pin?: string | null;

  @Field(() => String, { nullable: true })
  reason?: string | null;
}

@ObjectType()
@Tag('resident', 'department')
export class ReportStatusPayload extends Payload {
  @Field(() => ReportStatusView, { nullable: true })
  report!: ReportStatusView | null;
}
