import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { CommunityMembership } from '../../../shared/src/common.type.ts';

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
export class Organization {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Compound {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Officeholder {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Building {
  @Field(() => ID)
  id!: string;
}
