import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { CalendarStatus, WorkCalendar } from './calendar.type.ts';

@InputType()
export class CalendarDayInput {
  @Field(() => CivilDate)
  date!: string;

  @Field(() => String)
  name!: string;
}

@InputType()
export class SetWorkCalendarInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => Int)
  year!: number;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => CalendarStatus)
  status!: CalendarStatus;

  @Field(() => [CalendarDayInput])
  holidays!: CalendarDayInput[];

  @Field(() => [CalendarDayInput])
  makeUpWorkdays!: CalendarDayInput[];

  @Field(() => CivilDate, { nullable: true })
  publishedOn?: string | null;

  @Field(() => String, { nullable: true })
  noticeRef?: string | null;
}

@ObjectType()
export class WorkCalendarPayload extends Payload {
  @Field(() => WorkCalendar, { nullable: true })
  calendar!: WorkCalendar | null;
}
