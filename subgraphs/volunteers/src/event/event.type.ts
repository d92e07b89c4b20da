import { Field, ID, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { CivilDate, Instant } from '../../../shared/src/scalars.ts';

@ObjectType({ description: "For other departments' service credentials: ids, names and dates only." })
export class VolunteerEvent {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Instant)
  at!: string;

  @Field(() => String)
  objectType!: string;

  @Field(() => ID)
  objectId!: string;

  @Field(() => CivilDate, { nullable: true })
  on!: string | null;
}

@ObjectType()
export class VolunteerEventConnection {
  @Field(() => [VolunteerEvent])
  nodes!: VolunteerEvent[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
