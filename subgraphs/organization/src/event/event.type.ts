import { Field, ID, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { CivilDate, Instant } from '../../../shared/src/scalars.ts';

@ObjectType({ description: 'A change, for service use: names, ids and dates only.' })
export class OrganizationEvent {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Instant)
  at!: string;

  @Field(() => ID)
  objectId!: string;

  @Field(() => ID, { nullable: true })
  otherId!: string | null;

  @Field(() => ID, { nullable: true })
  areaId!: string | null;

  @Field(() => CivilDate, { nullable: true })
  effectiveOn!: string | null;
}

@ObjectType()
export class OrganizationEventConnection {
  @Field(() => [OrganizationEvent])
  nodes!: OrganizationEvent[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
