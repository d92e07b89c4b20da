import type { Context } from '../../../shared/src/context.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';

interface NoticeRow {
  recordId: string;
  displayName: string;
  activityTitle: string;
  on: string;
  minutes: number;
  noticeTo: string;
}

/** The notice board of an organization (§5.2.3), oldest first; empty for who is no member. */
export const recordNotices = (ctx: Context, organizationId: string, page: PageArgs) =>
  connection<NoticeRow>(ctx, {
    name: 'recordNotices',
    select: `n.record_id as "recordId", n.display_name as "displayName", n.activity_title as "activityTitle", n."on", n.minutes, n.notice_to as "noticeTo"`,
    from: 'record_notices($1) n',
    params: [organizationId],
    order: [
      { sql: 'n.notice_to', type: 'date' },
      { sql: 'n.record_id', type: 'text' },
    ],
    ...page,
  });
