import { Field, ID, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { CivilDate, Instant } from '../../../shared/src/scalars.ts';

@ObjectType({ description: 'A change, for service use: names, ids and dates only.' })
export class GrievanceEvent {
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

  @Field(() => String, { nullable: true, description: 'The other end, of action.linked and action.unlinked.' })
  otherType!: string | null;

  @Field(() => ID, { nullable: true })
  otherId!: string | null;

  @Field(() => CivilDate, { nullable: true })
  on!: string | null;
}

@ObjectType()
export class GrievanceEventConnection {
  @Field(() => [GrievanceEvent])
  nodes!: GrievanceEvent[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
