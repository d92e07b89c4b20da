import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';

@ObjectType({ description: 'A line of the notice board (公示) that members of the organization may dispute.' })
@Tag('resident', 'department')
export class RecordNotice {
  @Field(() => ID)
  recordId!: string;

  @Field(() => String)
  displayName!: string;

  @Field(() => String)
  activityTitle!: string;

  @Field(() => CivilDate)
  on!: string;

  @Field(() => Int)
  minutes!: number;

  @Field(() => CivilDate)
  noticeTo!: string;
}

@ObjectType()
@Tag('resident', 'department')
export class RecordNoticeConnection {
  @Field(() => [RecordNotice])
  nodes!: RecordNotice[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
