import type { Context } from '../../../shared/src/context.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { batched } from '../../../shared/src/loader.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { communitiesOf } from '../area/area.rules.ts';

interface GapRow {
  code: keyof typeof TITLES;
  communityId: string;
  subjectId: string;
  since: string;
  dueOn: string;
}

const TITLES = {
  CASE_BREACHED: { titleZh: '案件超期未办结', titleEn: 'A case is past its deadline' },
  CASE_REVIEW_PAST: { titleZh: '挂账案件已过复核日', titleEn: 'A shelved case is past its review date' },
  CASE_UNACCEPTED: { titleZh: '案件逐级升级后仍无单位签收', titleEn: 'Nobody accepted a case, nor did the superior' },
  FOLLOW_UP_LATE: { titleZh: '办结后未按期回访', titleEn: 'A handled case was not followed up in time' },
} as const;

const MOST = 1000;

/** Within the caller's row scope: cases whose RESOLVE or FOLLOW_UP clock runs past its due time, shelved cases past their review date. */
const GAPS = `select * from (
    select case kind when 'RESOLVE' then 'CASE_BREACHED' else 'FOLLOW_UP_LATE' end as code, community_id as "communityId", case_id as "subjectId",
      (due_at at time zone 'Asia/Shanghai')::date as since, (due_at at time zone 'Asia/Shanghai')::date as "dueOn"
    from sla_clock
    where stopped_at is null and cancelled_at is null and paused_since is null and kind in ('RESOLVE', 'FOLLOW_UP') and due_at < (select hub.now())
      and community_id = any($1)
    union all
    select 'CASE_REVIEW_PAST', community_id, id, review_on + 1, review_on
    from grievance_case where community_id = any($1) and state = 'SUSPENDED' and review_on < (select hub.today())
    union all
    select 'CASE_UNACCEPTED', c.community_id, c.id, (e.at at time zone 'Asia/Shanghai')::date, (e.at at time zone 'Asia/Shanghai')::date
    from grievance_case c
    join lateral (select max(o.ended_at) as at from dispatch_order o where o.case_id = c.id and o.role = 'LEAD' and o.status = 'ESCALATED') e on e.at is not null
    where c.community_id = any($1) and c.state = 'DISPATCHED'
      and not exists (select 1 from dispatch_order o where o.case_id = c.id and o.role = 'LEAD' and o.status in ('SENT', 'ACCEPTED'))
  ) gap order by "dueOn", code, "subjectId"`;

/** Gaps of every community asked in this request, by community. */
const gapsByCommunity = batched<string, GapRow[]>(async (ctx, communities) =>
  Map.groupBy(await ctx.rows<GapRow>(GAPS, [communities]), (row) => row.communityId),
);

/**
 * What is late in a place, the longest first (§7.9, `grievanceGaps`).
 * @throws HubError PAGE_TOO_LARGE; SOURCE_UNAVAILABLE when the place's communities are not known.
 */
export async function gapsOf(ctx: Context, place: Place, first: number | null) {
  const size = first ?? 100;
  if (size < 1 || size > MOST) throw new HubError('PAGE_TOO_LARGE', { first: size, limit: MOST });
  const communities = communitiesOf(place);
  if (!communities) throw new HubError('SOURCE_UNAVAILABLE');
  const gaps = (await Promise.all(communities.map((id) => gapsByCommunity(ctx, id)))).flatMap((rows) => rows ?? []);
  return gaps
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.subjectId < b.subjectId ? -1 : 1))
    .slice(0, size)
    .map(({ code, communityId, ...row }) => ({ code, area: { id: communityId }, ...TITLES[code], ...row }));
}
