import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { AreaCode, CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { Compound } from '../compound/compound.type.ts';
import { Appointment, Officeholder, Organization } from '../organization/organization.type.ts';

export const OcStatus = {
  PREPARING: 'PREPARING',
  ELECTED: 'ELECTED',
  FILED: 'FILED',
  ACTIVE: 'ACTIVE',
  EXPIRING: 'EXPIRING',
  EXPIRED: 'EXPIRED',
  DISSOLVED: 'DISSOLVED',
} as const;
export type OcStatus = keyof typeof OcStatus;
registerEnumType(OcStatus, {
  name: 'OcStatus',
  valuesConfig: {
    PREPARING: { description: '筹备' },
    ELECTED: { description: '已选举' },
    FILED: { description: '已备案' },
    ACTIVE: { description: '任期内' },
    EXPIRING: { description: '即将届满' },
    EXPIRED: { description: '已届满' },
    DISSOLVED: { description: '已解散' },
  },
});

@ObjectType({ description: "One term of an owners' committee (业委会届次)." })
@Tag(...EVERYONE_BUT_BI)
export class OwnersCommittee {
  @Field(() => ID)
  id!: string;

  @Field(() => Organization)
  organization!: Organization;

  @Field(() => Compound)
  compound!: Compound;

  @Field(() => Int, { description: '届.' })
  term!: number;

  @Field(() => CivilDate, { nullable: true })
  electedOn!: string | null;

  @Field(() => CivilDate, { nullable: true, description: 'First day of the term; default `electedOn`.' })
  termStartsOn!: string | null;

  @Field(() => CivilDate, { nullable: true, description: '届满, exclusive; ≤ 5 years after `termStartsOn`.' })
  expiresOn!: string | null;

  @Field(() => CivilDate, { nullable: true, description: '备案.' })
  filedOn!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag(...EVERYONE_BUT_BI)
export class OwnersCommitteeConnection {
  @Field(() => [OwnersCommittee])
  nodes!: OwnersCommittee[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'One holder, secretary of the branch and chair of the committee of one compound (“一肩挑”).' })
@Tag('department')
export class DualPost {
  @Field(() => Compound)
  compound!: Compound;

  @Field(() => Officeholder)
  officeholder!: Officeholder;

  @Field(() => Appointment)
  secretary!: Appointment;

  @Field(() => Appointment)
  chair!: Appointment;

  @Field(() => CivilDate)
  since!: string;

  @Field(() => CivilDate, { nullable: true })
  until!: string | null;
}

@InputType()
export class OwnersCommitteeFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => [OcStatus], { nullable: true })
  statuses?: OcStatus[] | null;

  @Field(() => Int, { nullable: true })
  expiringWithinDays?: number | null;

  @Field(() => Boolean, { nullable: true })
  filingOverdue?: boolean | null;
}
