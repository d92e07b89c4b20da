import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { CivilDate, USCC } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import {
  AppointMethod,
  Appointment,
  Organization,
  OrganizationKind,
  OrgStatus,
  PartyOrgLevel,
  SelfGovernanceKind,
} from './organization.type.ts';

@InputType()
export class OrgContactInput {
  @Field(() => String, { nullable: true })
  address?: string | null;

  @Field(() => String, { nullable: true })
  phone?: string | null;

  @Field(() => String, { nullable: true })
  servicePhone?: string | null;

  @Field(() => String, { nullable: true })
  hours?: string | null;
}

@InputType()
export class CreateOrganizationInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => OrganizationKind)
  kind!: OrganizationKind;

  @Field(() => String)
  name!: string;

  @Field(() => USCC, { nullable: true })
  uscc?: string | null;

  @Field(() => PartyOrgLevel, { nullable: true })
  partyLevel?: PartyOrgLevel | null;

  @Field(() => [SelfGovernanceKind], { nullable: true })
  selfGovernanceKinds?: SelfGovernanceKind[] | null;

  @Field(() => ID, { nullable: true })
  parentId?: string | null;

  @Field(() => ID, { nullable: true })
  areaId?: string | null;

  @Field(() => [ID], { nullable: true })
  compoundIds?: string[] | null;

  @Field(() => [ID], { nullable: true })
  buildingIds?: string[] | null;

  @Field(() => OrgStatus, { nullable: true, description: 'PLANNED or ACTIVE.', defaultValue: OrgStatus.ACTIVE })
  status?: OrgStatus | null;

  @Field(() => CivilDate, { nullable: true })
  foundedOn?: string | null;

  @Field(() => Int, { nullable: true })
  partyMemberCount?: number | null;

  @Field(() => Int, { nullable: true })
  fullMemberCount?: number | null;

  @Field(() => OrgContactInput, { nullable: true })
  contact?: OrgContactInput | null;

  @Field(() => CivilDate)
  effectiveOn!: string;
}

@InputType()
export class DissolveOrganizationInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => CivilDate)
  effectiveOn!: string;

  @Field(() => String)
  reason!: string;
}

@InputType()
export class AppointOfficeholderInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  postId!: string;

  @Field(() => ID)
  officeholderId!: string;

  @Field(() => CivilDate)
  from!: string;

  @Field(() => CivilDate, { nullable: true })
  to?: string | null;

  @Field(() => AppointMethod)
  method!: AppointMethod;

  @Field(() => Boolean, { nullable: true })
  isPartyMember?: boolean | null;
}

@InputType()
export class EndAppointmentInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => CivilDate)
  effectiveOn!: string;

  @Field(() => String, { nullable: true })
  reason?: string | null;
}

@ObjectType()
@Tag('department')
export class OrganizationPayload extends Payload {
  @Field(() => Organization, { nullable: true })
  organization!: Organization | null;
}

@ObjectType()
@Tag('department')
export class AppointmentPayload extends Payload {
  @Field(() => Appointment, { nullable: true })
  appointment!: Appointment | null;
}
