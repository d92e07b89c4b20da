import type { Context } from '../../../shared/src/context.ts';
import { type EventRow, events } from '../../../shared/src/event.read.ts';
import type { Connection, PageArgs } from '../../../shared/src/page.ts';

/** `volunteerEvents` (§5.1): what happened, in commit order. Who became a volunteer is nobody else's business: there is no list of them. */
export const volunteerEvents = (ctx: Context, page: PageArgs): Promise<Connection<EventRow>> =>
  events(ctx, 'volunteerEvents', page, `e.object_type <> 'Volunteer'`);
