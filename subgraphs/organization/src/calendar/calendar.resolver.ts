import { Arg, Authorized, Ctx, Int, Query, Resolver } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import type { Context } from '../../../shared/src/context.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { calendarOfYear, deadline } from './calendar.read.ts';
import { WorkCalendar, WorkingDayDeadline } from './calendar.type.ts';

@Resolver()
export class CalendarResolver {
  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => WorkCalendar, { nullable: true })
  workCalendar(@Ctx() ctx: Context, @Arg('year', () => Int) year: number) {
    return calendarOfYear(ctx, year);
  }

  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => WorkingDayDeadline, { nullable: true })
  workingDayDeadline(@Ctx() ctx: Context, @Arg('from', () => CivilDate) from: string, @Arg('days', () => Int) days: number) {
    return deadline(ctx, from, days);
  }
}
