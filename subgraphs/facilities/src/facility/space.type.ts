import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { NearInput } from '../../../shared/src/geo.type.ts';
import { AreaCode, Decimal } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Facility } from './facility.type.ts';

@ObjectType({ description: 'A room or ground inside a facility (空间).' })
@Tag(...PEOPLE)
export class Space {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => Facility)
  facility!: Facility;

  @Field(() => String)
  name!: string;

  @Field(() => Decimal, { nullable: true, description: '使用面积, m²; empty for a space that combines others.' })
  usableArea!: string | null;

  @Field(() => Boolean, { description: "For residents' activities (居民活动)." })
  residentActivity!: boolean;

  @Field(() => Int, { nullable: true, description: 'Persons (容纳人数).' })
  capacity!: number | null;

  @Field(() => Boolean)
  bookable!: boolean;

  @Field(() => [String])
  equipment!: string[];

  @Field(() => [Space], { description: 'Rooms that this one joins (合并使用); booking it books them.' })
  combines!: Space[];

  @Field(() => [Space], { description: 'Spaces that cannot be booked at the same time, derived from combines.' })
  conflictsWith!: Space[];
}

@ObjectType()
@Tag(...PEOPLE)
export class SpaceConnection {
  @Field(() => [Space])
  nodes!: Space[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class SpaceFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => ID, { nullable: true })
  facilityId?: string | null;

  @Field(() => Boolean, { nullable: true })
  bookable?: boolean | null;

  @Field(() => Int, { nullable: true })
  minCapacity?: number | null;

  @Field(() => [String], { nullable: true })
  equipment?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  residentActivity?: boolean | null;

  @Field(() => NearInput, { nullable: true })
  near?: NearInput | null;

  @Field(() => String, { nullable: true })
  text?: string | null;
}
