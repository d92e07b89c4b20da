import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { Decimal } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Space } from './space.type.ts';

@InputType()
export class UpsertSpaceInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID, { nullable: true })
  facilityId?: string | null;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => Decimal, { nullable: true })
  usableArea?: string | null;

  @Field(() => Boolean, { nullable: true })
  residentActivity?: boolean | null;

  @Field(() => Int, { nullable: true })
  capacity?: number | null;

  @Field(() => Boolean, { nullable: true })
  bookable?: boolean | null;

  @Field(() => [String], { nullable: true })
  equipment?: string[] | null;

  @Field(() => [ID], { nullable: true })
  combineIds?: string[] | null;
}

@ObjectType()
@Tag('department')
export class SpacePayload extends Payload {
  @Field(() => Space, { nullable: true })
  space!: Space | null;
}
