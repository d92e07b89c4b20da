import { counted, HANDED, handed, type Places, type Stay, standing } from './places.ts';
import { type Database, rate, ratio, type StraightRow } from './row.ts';

/** Days begin at midnight in Asia/Shanghai. The period's bounds stand alone, so that indexes are of use. */
const midnight = (day: string): string => `(${day}::timestamp at time zone 'Asia/Shanghai')`;
const within = (instant: string): string =>
  `${instant} >= ${midnight('$7::date')} and ${instant} < ${midnight('$8::date')}
    and ${instant} >= coalesce(${midnight('stay.since')}, '-infinity') and ${instant} < coalesce(${midnight('stay.until')}, 'infinity')`;

/** Reports that §7.10 calls R, but for the period. */
const COUNTS = `r.kind in ('HELP', 'COMPLAINT', 'SUGGESTION', 'DISPUTE') and r.state not in ('REFERRED', 'WITHDRAWN')`;

/**
 * What happened in [$7, $8), one statement. Each count by the day of its own event: receipt, RESPOND due, last answer, end of a last follow-up
 * that brought none, first RESOLVE due. A clock that a pause holds moves its due time on, so it is not due yet unless it was before the pause (§7.3).
 */
const EVENTS = `
  with ${HANDED},
  received as (
    select stay.no, count(*) as reports from stay join report r on r.community_id = stay.community_id and ${within('r.received_at')}
    where ${COUNTS} group by stay.no
  ),
  respond as (
    select stay.no, count(*) as due, count(*) filter (where r.responded_at <= r.respond_by) as responded
    from stay join report r on r.community_id = stay.community_id and ${within('r.respond_by')}
    where ${COUNTS} group by stay.no
  ),
  answer as (
    select stay.no, count(*) as answered, count(*) filter (where f.resolved = 'RESOLVED') as resolved,
      count(f.satisfaction) as rated, count(*) filter (where f.satisfaction >= 3) as satisfied
    from stay join follow_up f on f.community_id = stay.community_id and ${within('f.ended_at')} and f.answered_at is not null
    where not exists (
      select 1 from follow_up l where l.report_id = f.report_id and l.round > 1 and l.round > f.round and l.answered_at is not null)
    group by stay.no
  ),
  silence as (
    select stay.no, count(*) filter (where f.contacted = 'UNREACHABLE') as unreachable, count(*) filter (where f.contacted = 'REFUSED') as refused,
      count(*) filter (where f.contacted = 'ANONYMOUS') as anonymous
    from stay join follow_up f on f.community_id = stay.community_id and ${within('f.ended_at')} and f.answered_at is null
    where not exists (select 1 from follow_up l where l.report_id = f.report_id and l.round > 1 and l.round > f.round)
    group by stay.no
  ),
  resolve as (
    select stay.no, count(*) as cases, count(*) filter (where k.stopped_at <= k.due_at) as met
    from stay join sla_clock k on k.community_id = stay.community_id and ${within('k.due_at')}
    where not exists (select 1 from grievance_case c where c.id = k.case_id and c.state in ('MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN'))
      and k.kind = 'RESOLVE' and k.round = 1
      and (k.paused_since is null or k.paused_since > k.due_at)
    group by stay.no
  )
  select roll.area_id, coalesce(sum(reports), 0)::text as reports, coalesce(sum(due), 0)::text as due,
    coalesce(sum(responded), 0)::text as responded, coalesce(sum(answered), 0)::text as answered, coalesce(sum(resolved), 0)::text as resolved,
    coalesce(sum(rated), 0)::text as rated, coalesce(sum(satisfied), 0)::text as satisfied, coalesce(sum(unreachable), 0)::text as unreachable,
    coalesce(sum(refused), 0)::text as refused, coalesce(sum(anonymous), 0)::text as anonymous, coalesce(sum(cases), 0)::text as cases,
    coalesce(sum(met), 0)::text as met
  from roll left join received using (no) left join respond using (no) left join answer using (no) left join silence using (no)
    left join resolve using (no)
  group by roll.area_id`;

const COLUMNS = [
  ...(['reports', 'due', 'responded', 'answered', 'resolved', 'rated', 'satisfied', 'unreachable', 'refused', 'anonymous'] as const),
  ...(['cases', 'met'] as const),
];
type Counts = Record<(typeof COLUMNS)[number], string>;
const NONE = Object.fromEntries(COLUMNS.map((column) => [column, '0'])) as Counts;

/** GRV_1, 2, 3, 4, 14 and 16 of every area, by §7.10. */
export async function grievanceRows(grievances: Database, places: Places): Promise<StraightRow[]> {
  const { start, end } = places.period;
  const { rows } = await grievances.query<Counts & { area_id: string }>(EVENTS, [...handed(places), start, end]);
  const byArea = new Map(rows.map((row) => [row.area_id, row]));
  const communities = standing(places);
  return places.areas.flatMap((id) => ofArea(id, byArea.get(id) ?? NONE, communities.get(id) ?? []));
}

function ofArea(id: string, c: Counts, stays: readonly Stay[]): StraightRow[] {
  const households = counted(stays, 'households');
  const silent = { UNREACHABLE: c.unreachable, REFUSED: c.refused, ANONYMOUS: c.anonymous };
  const excluded = Object.values(silent).reduce((sum, count) => sum + BigInt(count), 0n);
  return [
    ratio(id, 'GRV_1', 'PERCENT', c.responded, c.due),
    ratio(id, 'GRV_2', 'PERCENT', c.resolved, c.answered, silent),
    ratio(id, 'GRV_3', 'PERCENT', c.satisfied, c.rated, silent),
    ratio(id, 'GRV_4', 'PERCENT', c.met, c.cases),
    rate(id, 'GRV_14', 'INDEX', 1000, c.reports, households.sum, { HOUSEHOLDS_UNKNOWN: households.unknown }),
    ratio(id, 'GRV_16', 'PERCENT', String(excluded), String(excluded + BigInt(c.answered)), silent),
  ];
}
