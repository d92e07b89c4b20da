import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { FacilityKind } from '../facility/facility.type.ts';
import { CoverageRun, CoverageWeight, DistanceMethod, WalkProfile } from './coverage.type.ts';

@InputType()
export class RunCoverageInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => [FacilityKind], { defaultValue: [FacilityKind.PARTY_MASS_SERVICE_CENTRE, FacilityKind.NEIGHBOURHOOD_CENTRE] })
  kinds!: FacilityKind[];

  @Field(() => DistanceMethod, { defaultValue: DistanceMethod.DETOUR })
  method!: DistanceMethod;

  @Field(() => WalkProfile, { defaultValue: WalkProfile.ADULT })
  profile!: WalkProfile;

  @Field(() => Int, { nullable: true, description: "Default the profile's; 100 to 5000 m." })
  thresholdMetres?: number | null;

  @Field(() => CoverageWeight, { nullable: true })
  weight?: CoverageWeight | null;
}

@ObjectType()
@Tag('department')
export class CoverageRunPayload extends Payload {
  @Field(() => CoverageRun, { nullable: true })
  run!: CoverageRun | null;
}
