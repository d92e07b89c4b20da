import { Arg, Authorized, Ctx, Int, Query, Resolver } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { setWorkCalendar } from './calendar.commands.ts';
import { calendarOfYear, deadline } from './calendar.read.ts';
import { WorkCalendar, WorkingDayDeadline } from './calendar.type.ts';
import { SetWorkCalendarInput, WorkCalendarPayload } from './calendar-command.type.ts';

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

  @Command(() => WorkCalendarPayload, ['REGISTRAR', 'DISTRICT_LEAD'])
  setWorkCalendar(@Arg('input', () => SetWorkCalendarInput) input: SetWorkCalendarInput, @Ctx() ctx: CommandContext) {
    return setWorkCalendar(ctx, input);
  }
}
