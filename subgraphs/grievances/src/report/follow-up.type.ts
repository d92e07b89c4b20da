import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';

export const FollowUpParty = {
  HOTLINE: 'HOTLINE',
  STREET_OTHER_UNIT: 'STREET_OTHER_UNIT',
  SELF_SERVICE: 'SELF_SERVICE',
} as const;
export type FollowUpParty = keyof typeof FollowUpParty;
registerEnumType(FollowUpParty, { name: 'FollowUpParty' });

export const ContactLevel = {
  REACHED: 'REACHED',
  UNREACHABLE: 'UNREACHABLE',
  REFUSED: 'REFUSED',
  ANONYMOUS: 'ANONYMOUS',
} as const;
export type ContactLevel = keyof typeof ContactLevel;
registerEnumType(ContactLevel, { name: 'ContactLevel' });

export const ResolvedAnswer = {
  RESOLVED: 'RESOLVED',
  PARTLY: 'PARTLY',
  NOT_RESOLVED: 'NOT_RESOLVED',
} as const;
export type ResolvedAnswer = keyof typeof ResolvedAnswer;
registerEnumType(ResolvedAnswer, {
  name: 'ResolvedAnswer',
  valuesConfig: {
    RESOLVED: { description: '已解决' },
    PARTLY: { description: '部分解决' },
    NOT_RESOLVED: { description: '未解决' },
  },
});

@ObjectType({ description: 'Follow-up of one report (回访); never by the handler.' })
@Tag('department')
export class FollowUp {
  @Field(() => Int)
  round!: number;

  @Field(() => Instant)
  askedAt!: string;

  @Field(() => FollowUpParty)
  by!: FollowUpParty;

  @Field(() => Int, { description: 'Attempts, at most one a day counts.' })
  attempts!: number;

  @Field(() => ContactLevel, { nullable: true })
  contacted!: ContactLevel | null;

  @Field(() => ResolvedAnswer, { nullable: true })
  resolved!: ResolvedAnswer | null;

  @Field(() => Int, { nullable: true, description: '5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意.' })
  satisfaction!: number | null;

  @Field(() => Instant, { nullable: true })
  answeredAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Redacted.' })
  comment!: string | null;
}

@InputType()
export class AnswerFollowUpInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => String)
  receiptNo!: string;

  @Field(() => String, { nullable: true, description: "Null with the reporter's own login and for staff who ask." })
  pin?: string | null;

  @Field(() => ContactLevel, { defaultValue: ContactLevel.REACHED })
  contacted!: ContactLevel;

  @Field(() => ResolvedAnswer, { nullable: true })
  resolved?: ResolvedAnswer | null;

  @Field(() => Int, { nullable: true })
  satisfaction?: number | null;

  @Field(() => String, { nullable: true })
  comment?: string | null;
}
