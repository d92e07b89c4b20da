import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { GeoPointInput } from '../../../shared/src/geo.type.ts';
import { Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Activity, BeneficiaryGroup, CheckInMethod, CoefficientKind, RiskLevel, ServiceCategory } from './activity.type.ts';

@InputType()
export class ShiftInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Instant)
  startsAt!: string;

  @Field(() => Instant)
  endsAt!: string;

  @Field(() => Int)
  capacity!: number;

  @Field(() => Int, { nullable: true })
  minAge?: number | null;

  @Field(() => [CheckInMethod])
  checkInMethods!: CheckInMethod[];

  @Field(() => [CoefficientKind], { nullable: true, defaultValue: [] })
  coefficients?: CoefficientKind[] | null;
}

@InputType()
export class CreateActivityInput {
  @Field(() => String)
  title!: string;

  @Field(() => ID)
  organizerId!: string;

  @Field(() => ID)
  communityId!: string;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => ID, { nullable: true })
  facilityId?: string | null;

  @Field(() => GeoPointInput, { nullable: true })
  location?: GeoPointInput | null;

  @Field(() => ServiceCategory)
  category!: ServiceCategory;

  @Field(() => String)
  description!: string;

  @Field(() => BeneficiaryGroup, { nullable: true })
  beneficiaries?: BeneficiaryGroup | null;

  @Field(() => Boolean)
  withCoins!: boolean;

  @Field(() => RiskLevel)
  riskLevel!: RiskLevel;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  insured?: boolean | null;

  @Field(() => ID, { nullable: true })
  insuranceFileId?: string | null;

  @Field(() => [ShiftInput])
  shifts!: ShiftInput[];

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;
}

@ObjectType()
@Tag('department')
export class ActivityPayload extends Payload {
  @Field(() => Activity, { nullable: true })
  activity!: Activity | null;
}
