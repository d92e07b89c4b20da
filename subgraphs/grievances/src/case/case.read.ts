import type { Role } from '../../../shared/src/claims.ts';
import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { instantText } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { conditions, containing } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';
import { type Ref, ref } from '../area/area.read.ts';
import { type ClockColour, colourOfRank, colourRankSql, rankOfColour } from './case.rules.ts';

/** A case as row level security lets the caller read it. */
export interface CaseRow {
  id: string;
  categoryId: string | null;
  communityId: string;
  mergedIntoId: string | null;
  owner: Ref;
  referralChannel: string | null;
  referralReason: string | null;
  referralInformedAt: string | null;
  referralGuidance: string | null;
  [field: string]: unknown;
}

export interface CaseFilterInput {
  areaCode?: string | null;
  caseNo?: string | null;
  states?: string[] | null;
  urgencies?: string[] | null;
  categoryId?: string | null;
  compoundId?: string | null;
  ownerId?: string | null;
  colours?: ClockColour[] | null;
  receivedFrom?: string | null;
  receivedTo?: string | null;
  reviewBefore?: string | null;
  text?: string | null;
}

/** Who works on cases: by place, by an order of the own organization, the district over all (§7.9). */
export const CASE_ROLES: Role[] = [
  'COMMUNITY_STAFF',
  'STREET_STAFF',
  'HOTLINE_STAFF',
  'DEPARTMENT_STAFF',
  'ORG_REPRESENTATIVE',
  'DISTRICT_LEAD',
];

/** Who sees every case of a place, and so may count them: a department sees its own orders, which are a part (design §5). */
export const BOARD_ROLES: Role[] = ['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF', 'DISTRICT_LEAD'];

const COLUMNS = `c.id, c.case_no as "caseNo", c.title, c.category_id as "categoryId", c.community_id as "communityId",
  ${ref('c.community_id')} as area, ${ref('c.compound_id')} as compound, c.state, c.urgency, c.received_at as "receivedAt",
  c.of_public_interest as "ofPublicInterest", ${ref('c.owner_id')} as owner, ${ref('c.subject_organization_id')} as "subjectOrganization",
  c.summary, c.result, c.review_on as "reviewOn", c.suspended_for as "suspendedFor", c.merged_into_id as "mergedIntoId",
  c.referral_channel as "referralChannel", c.referral_reason as "referralReason", c.referral_informed_at as "referralInformedAt",
  c.referral_guidance as "referralGuidance", c.reopen_count as "reopenCount", c.last_handled_at as "lastHandledAt", c.version`;

/** SQL: rank of the worst running clock of case `c`. */
const COLOUR_RANK = `coalesce((select max(${colourRankSql('k.due_at', 'k.warn_at', 'k.paused_since')}) from sla_clock k
  where k.case_id = c.id and k.stopped_at is null and k.cancelled_at is null), 0)`;

export const caseById = batched<string, CaseRow>(async (ctx, ids) => {
  const rows = await ctx.rows<CaseRow>(`select ${COLUMNS} from grievance_case c where c.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** Cases within the caller's row scope, the latest received first. */
export async function cases(ctx: Context, filter: CaseFilterInput, page: PageArgs) {
  const where = conditions();
  where.add('c.community_id = any(?)', filter.areaCode && (await ctx.graph.communities(filter.areaCode)));
  where.add('c.case_no = ?', filter.caseNo);
  where.add('c.state = any(?)', filter.states);
  where.add('c.urgency = any(?)', filter.urgencies);
  where.add('c.category_id in (select id from case_category where id = ? or parent_id = ?)', filter.categoryId);
  where.add('c.compound_id = ?', filter.compoundId);
  where.add('c.owner_id = ?', filter.ownerId);
  where.add(`${COLOUR_RANK} = any(?)`, filter.colours?.map(rankOfColour));
  where.add('c.received_at >= ?::timestamptz', filter.receivedFrom);
  where.add('c.received_at < ?::timestamptz', filter.receivedTo);
  where.add('c.review_on < ?', filter.reviewBefore);
  where.add('(c.title ilike ? or c.summary ilike ?)', containing(filter.text));
  return connection<CaseRow>(ctx, {
    name: 'cases',
    select: COLUMNS,
    from: 'grievance_case c',
    where: where.where(),
    params: where.params,
    order: [
      { sql: 'c.received_at', type: 'timestamptz', descending: true },
      { sql: 'c.id', type: 'text', descending: true },
    ],
    ...page,
  });
}

const mergedByCase = batched<string, CaseRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<CaseRow>(
    `select ${COLUMNS} from grievance_case c where c.merged_into_id = any($1) order by c.received_at, c.id`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.mergedIntoId as string);
});
export const mergedOf = async (ctx: Context, caseId: string): Promise<CaseRow[]> => (await mergedByCase(ctx, caseId)) ?? [];

export interface EventRow {
  caseId: string;
  ruleId: string | null;
  [field: string]: unknown;
}

/** Rows under each case, in one statement for all cases asked. */
const listByCase = (sql: string) => {
  const load = batched<string, EventRow[]>(async (ctx, caseIds) =>
    Map.groupBy(await ctx.rows<EventRow>(sql, [caseIds]), (row) => row.caseId),
  );
  return async (ctx: Context, caseId: string): Promise<EventRow[]> => (await load(ctx, caseId)) ?? [];
};

/** What happened to a case, its clocks included; numbered from 1. States stand at changes of state alone. */
export const eventsOf =
  listByCase(`select e.object_id as "caseId", row_number() over (partition by e.object_id order by e.seq)::int as seq, e.at, e.name as kind,
    case when starts_with(e.name, 'case.') then e.from_state end as "from", case when starts_with(e.name, 'case.') then e.to_state end as "to",
    ${ref('e.actor_organization')} as "actorOrganization", e.actor_role as "actorRole", e.reason,
    case when e.other_type = 'RoutingRule' then e.other_id end as "ruleId"
  from hub.event e where e.object_type = 'Case' and e.object_id = any($1) order by e.object_id, e.seq`);

export const extensionsOf =
  listByCase(`select id, case_id as "caseId", ${ref('requested_by_id')} as "requestedBy", requested_at as "requestedAt",
    reason, granted, ${ref('decided_by_id')} as "decidedBy", decided_at as "decidedAt", new_due_at as "newDueAt"
  from deadline_extension where case_id = any($1) order by requested_at, id`);

export const publicationsOf = listByCase(`select case_id as "caseId", audience, summary, reply, approved_at as "approvedAt",
    ${ref('approved_by_id')} as "approvedBy", visible_from as "visibleFrom", objected_at as "objectedAt"
  from case_publication where case_id = any($1) order by case_id, audience`);

/** Where a matter belongs that is not resolved here; null if it was not referred. */
export const referralOf = (row: CaseRow) =>
  row.referralChannel && {
    channel: row.referralChannel,
    reason: row.referralReason,
    informedAt: row.referralInformedAt,
    guidance: row.referralGuidance,
  };

export interface Board {
  areaCode: string;
  asOf: string;
  cells: { state: string; colour: ClockColour; cases: number }[];
}

/**
 * Cases of a place that are not terminal, counted by state and colour: whole, or refused.
 * @throws HubError OUT_OF_AREA_SCOPE when a part of the place is not the caller's
 */
export async function caseBoard(ctx: Context, areaCode: string): Promise<Board> {
  const communities = await ctx.graph.communities(areaCode);
  const isWhole = ctx.claims.variant === 'INTERNAL' || communities.every((id) => ctx.claims.communities.includes(id));
  if (!isWhole) throw new HubError('OUT_OF_AREA_SCOPE', { areaCode });
  const rows = await ctx.rows<{ state: string; rank: number; cases: string }>(
    `select state, rank, count(*) as cases
     from (
       select c.state, ${COLOUR_RANK} as rank from grievance_case c
       where c.community_id = any($1) and c.state not in ('CLOSED', 'REFERRED', 'DECLINED', 'MERGED', 'WITHDRAWN')
     ) open group by state, rank order by state, rank`,
    [communities],
  );
  const cells = rows.map(({ state, rank, cases: count }) => ({ state, colour: colourOfRank(rank), cases: Number(count) }));
  return { areaCode, asOf: instantText(now()), cells };
}

/** The place of a board, by organization's leave. */
export async function areaOfBoard(ctx: Context, { areaCode }: Board): Promise<Ref | null> {
  const { area } = await ctx.graph.ask<{ area: Ref | null }>('query AreaOfBoard($code: AreaCode!) { area(code: $code) { id } }', {
    code: areaCode,
  });
  return area;
}
