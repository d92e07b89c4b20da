import type { Context } from '../../../shared/src/context.ts';
import { parseDate } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { conditions, containing } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { connection, connectionByParent, type OrderTerm, type PageArgs } from '../../../shared/src/page.ts';
import { ref } from '../area/area.read.ts';
import { communitiesOf } from '../area/area.rules.ts';
import { workCalendars } from '../category/category.read.ts';
import { workingDaysTaken } from './case.rules.ts';

/** A published case as the view gives it; nothing else of the case is read. */
export interface PublicRow {
  caseNo: string;
  categoryId: string;
  receivedAt: string;
  handledAt: string | null;
  [field: string]: unknown;
}

export interface PublicFilterInput {
  areaCode?: string | null;
  categoryId?: string | null;
  states?: string[] | null;
  monthFrom?: string | null;
  monthTo?: string | null;
  text?: string | null;
}

const SHOWN = `c.case_no as "caseNo", c.category_id as "categoryId", ${ref('c.community_id')} as area,
  to_char(c.received_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, c.state, c.summary`;
const PUBLIC = `${SHOWN}, c.reply, c.review_on as "reviewOn", c.received_at as "receivedAt", c.handled_at as "handledAt"`;
const NEWEST_FIRST: OrderTerm[] = [
  { sql: 'c.received_at', type: 'timestamptz', descending: true },
  { sql: 'c.id', type: 'text', descending: true },
];

const byNumber = batched<string, PublicRow>(async (ctx, numbers) => {
  const rows = await ctx.rows<PublicRow>(`select ${PUBLIC} from published_case c where c.case_no = any($1)`, [numbers]);
  return new Map(rows.map((row) => [row.caseNo, row]));
});
export const publicCase = (ctx: Context, caseNo: string): Promise<PublicRow | null> => byNumber(ctx, caseNo);

/** Published cases, the latest received first. Months are as 2026-06, both included. */
export async function publicCases(ctx: Context, filter: PublicFilterInput, page: PageArgs) {
  const where = conditions();
  where.add('c.community_id = any(?)', filter.areaCode && (await ctx.graph.communities(filter.areaCode)));
  where.add('c.category_id in (select id from case_category where id = ? or parent_id = ?)', filter.categoryId);
  where.add('c.state = any(?)', filter.states);
  where.add('c.received_at >= ?::timestamptz', firstDay(filter.monthFrom));
  where.add(`c.received_at < (?::date + interval '1 month')::timestamptz`, firstDay(filter.monthTo));
  where.add('c.summary ilike ?', containing(filter.text));
  return connection<PublicRow>(ctx, {
    name: 'publicCases',
    select: PUBLIC,
    from: 'published_case c',
    where: where.where(),
    params: where.params,
    order: NEWEST_FIRST,
    ...page,
  });
}

/** @throws ValueError VALIDATION_FAILED for a month that is none. */
const firstDay = (month: string | null | undefined): string | null => (month ? parseDate(`${month}-01`) : null);

/** The parent's id is the list of a place's communities, so that many places are one statement. */
const byCommunities = connectionByParent<PublicRow, PageArgs>(() => ({
  name: 'Area.publicCases',
  select: PUBLIC,
  from: 'published_case c',
  where: `c.community_id = any(string_to_array(parent.id, ','))`,
  order: NEWEST_FIRST,
}));

/** Published cases of a place as it is bounded today. @throws HubError SOURCE_UNAVAILABLE when nobody could be asked for its communities. */
export async function publicCasesOf(ctx: Context, place: Place, page: PageArgs) {
  const communities = communitiesOf(place);
  if (!communities) throw new HubError('SOURCE_UNAVAILABLE');
  return byCommunities(ctx, communities.join(','), page);
}

/** Working days from receipt to the last HANDLED, after closing. */
export async function daysToResolve(ctx: Context, { receivedAt, handledAt }: PublicRow): Promise<number | null> {
  return handledAt === null ? null : workingDaysTaken(receivedAt, handledAt, await workCalendars(ctx));
}

/** A case as the organization complained about, or a partner, reads it. */
export interface SummaryRow {
  categoryId: string;
  [field: string]: unknown;
}

/** Cases about the caller's own organization: the approved summary. The view knows the organization from the signed row scope. */
export const subjectCases = (ctx: Context, page: PageArgs) =>
  connection<SummaryRow>(ctx, {
    name: 'subjectCases',
    select: `${SHOWN}, ${ref('c.compound_id')} as compound`,
    from: 'subject_case c',
    filter: ctx.claims.organization,
    order: NEWEST_FIRST,
    ...page,
  });
