import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';

export const CalendarStatus = {
  PUBLISHED: 'PUBLISHED',
  PROVISIONAL: 'PROVISIONAL',
} as const;
export type CalendarStatus = keyof typeof CalendarStatus;
registerEnumType(CalendarStatus, {
  name: 'CalendarStatus',
  valuesConfig: {
    PUBLISHED: { description: '已公布' },
    PROVISIONAL: { description: '暂定' },
  },
});

@ObjectType({ description: 'Working days of a year (工作日历), §3.3.' })
@Tag(...EVERYONE)
export class WorkCalendar {
  @Field(() => Int)
  year!: number;

  @Field(() => CalendarStatus)
  status!: CalendarStatus;

  @Field(() => [CalendarDay])
  holidays!: CalendarDay[];

  @Field(() => [CalendarDay], { description: '调休上班日.' })
  makeUpWorkdays!: CalendarDay[];

  @Field(() => CivilDate, { nullable: true })
  publishedOn!: string | null;

  @Field(() => String, { nullable: true, description: "Number of the State Council's notice." })
  noticeRef!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType({ description: 'A day off, or a make-up working day.' })
@Tag(...EVERYONE)
export class CalendarDay {
  @Field(() => CivilDate)
  date!: string;

  @Field(() => String)
  name!: string;
}

@ObjectType({ description: 'The n-th working day after a day; `dueAt` is the next midnight, exclusive.' })
@Tag(...EVERYONE)
export class WorkingDayDeadline {
  @Field(() => Instant)
  dueAt!: string;

  @Field(() => Boolean)
  provisional!: boolean;
}
