import type { Context } from '../../../shared/src/context.ts';
import { conditions } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { connection, type OrderTerm, type PageArgs } from '../../../shared/src/page.ts';

/** A service record as row level security lets the caller read it. */
export interface RecordRow {
  id: string;
  volunteerId: string;
  activityId: string;
  correctsId: string | null;
  [field: string]: unknown;
}

export interface RecordFilterInput {
  recorderId?: string | null;
  activityId?: string | null;
  volunteerNumber?: string | null;
  areaCode?: string | null;
  from?: string | null;
  to?: string | null;
  status?: string[] | null;
  nationalSync?: string[] | null;
}

const COLUMNS = `r.id, r.volunteer_id as "volunteerId", r.activity_id as "activityId", r.corrects_id as "correctsId",
  jsonb_build_object('id', r.recorder_id) as recorder, coalesce(r.project_name, a.title) as "projectName", r."on", r.place, r.starts_at as "startsAt",
  r.ends_at as "endsAt", r.minutes, r.content, r.responsible, r.recorded_by as "recordedBy", r.evaluation, r.status,
  r.notice_from as "noticeFrom", r.notice_to as "noticeTo", r.confirmed_at as "confirmedAt", r.dispute_reason as "disputeReason", r.coefficients,
  r.national_sync as "nationalSync", r.national_sync_reason as "nationalSyncReason", r.version`;
const FROM = 'service_record r join activity a on a.id = r.activity_id';
const NEWEST_FIRST: OrderTerm[] = [
  { sql: 'r."on"', type: 'date', descending: true },
  { sql: 'r.id', type: 'text', descending: true },
];

export const recordById = batched<string, RecordRow>(async (ctx, ids) => {
  const rows = await ctx.rows<RecordRow>(`select ${COLUMNS} from ${FROM} where r.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** Records in the order of these ids, as far as the caller sees them; inside a command, where nothing read before holds any more. */
export const recordsByIds = ({ rows }: Pick<Context, 'rows'>, ids: readonly string[]): Promise<RecordRow[]> =>
  rows<RecordRow>(`select ${COLUMNS} from ${FROM} where r.id = any($1) order by array_position($1, r.id)`, [ids]);

/** The record that corrects this one, by the id of the corrected. */
export const correctionOf = batched<string, RecordRow>(async (ctx, ids) => {
  const rows = await ctx.rows<RecordRow>(`select ${COLUMNS} from ${FROM} where r.corrects_id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.correctsId as string, row]));
});

/** Records within the caller's row scope; there is no order by hours and no sum per person (P1). */
export async function serviceRecords(ctx: Context, filter: RecordFilterInput, page: PageArgs) {
  const where = conditions();
  where.add('r.recorder_id = ?', filter.recorderId);
  where.add('r.activity_id = ?', filter.activityId);
  where.add('r.volunteer_id = (select id from volunteer where number = ?)', filter.volunteerNumber);
  where.add('r.community_id = any(?)', filter.areaCode && (await ctx.graph.communities(filter.areaCode)));
  where.add('r."on" >= ?', filter.from);
  where.add('r."on" < ?', filter.to);
  where.add('r.status = any(?)', filter.status);
  where.add('r.national_sync = any(?)', filter.nationalSync);
  return connection<RecordRow>(ctx, {
    name: 'serviceRecords',
    select: COLUMNS,
    from: FROM,
    where: where.where(),
    params: where.params,
    order: NEWEST_FIRST,
    ...page,
  });
}

/** One's own records, newest first. */
export const recordsOfVolunteer = (ctx: Context, volunteerId: string, page: PageArgs) =>
  connection<RecordRow>(ctx, {
    name: 'Volunteer.serviceRecords',
    select: COLUMNS,
    from: FROM,
    where: 'r.volunteer_id = $1',
    params: [volunteerId],
    order: NEWEST_FIRST,
    ...page,
  });
