import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { GeoPointInput } from '../../../shared/src/geo.type.ts';
import { CivilDate, Decimal } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { AreaMeasure, Facility, FacilityFunction, FacilityKind, ProvisionMode, Tenure } from './facility.type.ts';

@InputType()
export class FacilityShareInput {
  @Field(() => ID)
  communityId!: string;

  @Field(() => Decimal)
  share!: string;
}

@InputType()
export class AccessibilityInput {
  @Field(() => Boolean, { nullable: true })
  stepFree?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  lift?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  accessibleToilet?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  inductionLoop?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  brailleSigns?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  wheelchairLoan?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  parking?: boolean | null;

  @Field(() => CivilDate, { nullable: true })
  checkedOn?: string | null;
}

@InputType({
  description:
    'id null creates (status PLANNED or OPEN with openedOn); on update null leaves a field as it is. Areas, shares, tenure hold from effectiveOn, default today.',
})
export class UpsertFacilityInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => FacilityKind, { nullable: true })
  kind?: FacilityKind | null;

  @Field(() => [FacilityFunction], { nullable: true })
  functions?: FacilityFunction[] | null;

  @Field(() => ID, { nullable: true })
  communityId?: string | null;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => [ID], { nullable: true })
  servesCompoundIds?: string[] | null;

  @Field(() => ID, { nullable: true })
  operatorId?: string | null;

  @Field(() => ID, { nullable: true })
  ownerId?: string | null;

  @Field(() => Tenure, { nullable: true })
  tenure?: Tenure | null;

  @Field(() => CivilDate, { nullable: true })
  leaseFrom?: string | null;

  @Field(() => CivilDate, { nullable: true })
  leaseTo?: string | null;

  @Field(() => ProvisionMode, { nullable: true })
  provisionMode?: ProvisionMode | null;

  @Field(() => CivilDate, { nullable: true })
  openedOn?: string | null;

  @Field(() => Decimal, { nullable: true })
  grossFloorArea?: string | null;

  @Field(() => Decimal, { nullable: true })
  usableFloorArea?: string | null;

  @Field(() => Decimal, { nullable: true })
  activityArea?: string | null;

  @Field(() => AreaMeasure, { nullable: true })
  activityAreaBasis?: AreaMeasure | null;

  @Field(() => Boolean, { nullable: true })
  countsTowardStandard?: boolean | null;

  @Field(() => [FacilityShareInput], { nullable: true })
  shares?: FacilityShareInput[] | null;

  @Field(() => GeoPointInput, { nullable: true })
  location?: GeoPointInput | null;

  @Field(() => String, { nullable: true })
  address?: string | null;

  @Field(() => String, { nullable: true })
  floor?: string | null;

  @Field(() => AccessibilityInput, { nullable: true })
  accessibility?: AccessibilityInput | null;

  @Field(() => CivilDate, { nullable: true })
  effectiveOn?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Confirms that it is another one than the near-by facility of like name.' })
  notDuplicateOf?: string[] | null;
}

@InputType()
export class AssureFacilityInput {
  @Field(() => ID)
  facilityId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => CivilDate, { nullable: true, description: 'Default today.' })
  assuredOn?: string | null;
}

@InputType({ description: 'until null: closed for good; else temporarily, open again on that day.' })
export class CloseFacilityInput {
  @Field(() => ID)
  facilityId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => CivilDate)
  on!: string;

  @Field(() => CivilDate, { nullable: true })
  until?: string | null;

  @Field(() => String)
  reason!: string;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  cancelBookings?: boolean | null;
}

@ObjectType()
@Tag('department')
export class FacilityPayload extends Payload {
  @Field(() => Facility, { nullable: true })
  facility!: Facility | null;
}
