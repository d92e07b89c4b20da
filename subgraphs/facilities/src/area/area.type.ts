import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { CommunityMembership } from '../../../shared/src/common.type.ts';

// Entities of others to which this department adds fields (overview §2.2); the fields stand in the resolvers of what they lead to.

@ObjectType()
@Directive('@key(fields: "id")')
export class Area {
  @Field(() => ID)
  id!: string;

  @Directive('@external')
  @Field(() => [CommunityMembership], { nullable: true })
  membership!: CommunityMembership[] | null;
}

@ObjectType()
@Directive('@key(fields: "id")')
export class Compound {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id")')
export class Organization {
  @Field(() => ID)
  id!: string;
}
