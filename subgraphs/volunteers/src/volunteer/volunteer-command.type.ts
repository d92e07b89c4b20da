import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Volunteer, VolunteerCard } from './volunteer.type.ts';

@InputType()
export class GuardianInput {
  @Field(() => String)
  legalName!: string;

  @Field(() => String)
  phone!: string;

  @Field(() => ID, { nullable: true })
  consentFileId?: string | null;
}

@InputType({ description: 'Names, phone and birth month go to the vault; minors below 18 need guardian.' })
export class RegisterVolunteerInput {
  @Field(() => ID)
  homeCommunityId!: string;

  @Field(() => String, { nullable: true })
  displayName?: string | null;

  @Field(() => String)
  legalName!: string;

  @Field(() => String)
  phone!: string;

  @Field(() => String, { description: 'YYYY-MM; only the age band leaves the vault.' })
  birthMonth!: string;

  @Field(() => String, { nullable: true })
  number?: string | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  skills?: string[] | null;

  @Field(() => String)
  consentTextVersion!: string;

  @Field(() => GuardianInput, { nullable: true })
  guardian?: GuardianInput | null;

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@ObjectType({ description: 'For staff `volunteer` is null and `card` is set.' })
@Tag('resident', 'department')
export class VolunteerPayload extends Payload {
  @Tag('resident')
  @Field(() => Volunteer, { nullable: true })
  volunteer!: Volunteer | null;

  @Field(() => VolunteerCard, { nullable: true })
  card!: VolunteerCard | null;
}
