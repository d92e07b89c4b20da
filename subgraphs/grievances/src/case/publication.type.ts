import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { AreaCode, CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area, Compound, Organization } from '../area/area.type.ts';
import { CaseCategory } from '../category/category.type.ts';

export const PublicationAudience = {
  PUBLIC: 'PUBLIC',
  PARTNER: 'PARTNER',
  SUBJECT: 'SUBJECT',
} as const;
export type PublicationAudience = keyof typeof PublicationAudience;
registerEnumType(PublicationAudience, {
  name: 'PublicationAudience',
  valuesConfig: {
    SUBJECT: { description: 'The organization complained about.' },
  },
});

@ObjectType({ description: 'A text approved for readers outside the chain (公开审核).' })
@Tag('department')
export class CasePublication {
  @Field(() => PublicationAudience)
  audience!: PublicationAudience;

  @Field(() => String)
  summary!: string;

  @Field(() => String, { nullable: true })
  reply!: string | null;

  @Field(() => Instant)
  approvedAt!: string;

  @Field(() => Organization, { nullable: true })
  approvedBy!: Organization | null;

  @Field(() => Instant)
  visibleFrom!: string;

  @Field(() => Instant, { nullable: true })
  objectedAt!: string | null;
}

export const PublicState = {
  IN_HAND: 'IN_HAND',
  SHELVED: 'SHELVED',
  RESOLVED: 'RESOLVED',
  REFERRED: 'REFERRED',
} as const;
export type PublicState = keyof typeof PublicState;
registerEnumType(PublicState, { name: 'PublicState' });

@ObjectType({ description: 'A published case (公开案件): redacted and approved.' })
@Tag(...PEOPLE)
export class PublicCase {
  @Field(() => String)
  caseNo!: string;

  @Field(() => CaseCategory)
  category!: CaseCategory;

  @Field(() => Area, { nullable: true, description: 'Community.' })
  area!: Area | null;

  @Field(() => String, { description: 'Month of receipt, as 2026-06.' })
  month!: string;

  @Field(() => PublicState)
  state!: PublicState;

  @Field(() => String)
  summary!: string;

  @Field(() => String, { nullable: true, description: 'Final reply, after closing.' })
  reply!: string | null;

  @Field(() => CivilDate, { nullable: true, description: 'Review date of a shelved case.' })
  reviewOn!: string | null;

  @Field(() => Int, { nullable: true, description: 'Working days from receipt to the last HANDLED.' })
  daysToResolve!: number | null;
}

@ObjectType()
@Tag(...PEOPLE)
export class PublicCaseConnection {
  @Field(() => [PublicCase])
  nodes!: PublicCase[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class PublicCaseFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => ID, { nullable: true })
  categoryId?: string | null;

  @Field(() => [PublicState], { nullable: true })
  states?: PublicState[] | null;

  @Field(() => String, { nullable: true })
  monthFrom?: string | null;

  @Field(() => String, { nullable: true })
  monthTo?: string | null;

  @Field(() => String, { nullable: true })
  text?: string | null;
}

@ObjectType({ description: 'A case summary approved for the partners of the place, or for the organization complained about (案件摘要).' })
@Tag('partner', 'department')
export class PartnerCase {
  @Field(() => String)
  caseNo!: string;

  @Field(() => CaseCategory)
  category!: CaseCategory;

  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => Compound, { nullable: true })
  compound!: Compound | null;

  @Field(() => String)
  month!: string;

  @Field(() => PublicState)
  state!: PublicState;

  @Field(() => String)
  summary!: string;
}

@ObjectType()
@Tag('partner', 'department')
export class PartnerCaseConnection {
  @Field(() => [PartnerCase])
  nodes!: PartnerCase[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
