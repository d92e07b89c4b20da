import type { Context } from '../../../shared/src/context.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { batched } from '../../../shared/src/loader.ts';
import { communitiesOn } from '../../../shared/src/membership.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { type AreaRow, placeOf, today } from '../area/area.read.ts';
import { EXPIRING_DAYS, FILING_DAYS, inTermSql, statusSql } from '../committee/committee.rules.ts';
import { DWELLING_KINDS } from '../compound/compound.entity.ts';
import { type GapCode, gapTitles, inOrder, STALE_DAYS } from './gap.rules.ts';

interface GapRow {
  code: GapCode;
  areaId: string;
  subjectId: string | null;
  since: string | null;
  dueOn: string | null;
}

const DAY = '$2::date';
const FIRST_DAY = '(select min(x.valid_from) from compound_state x where x.compound_id = m.compound_id)';
const IN_TERM = `exists (select 1 from owners_committee t where t.compound_id = m.compound_id and ${inTermSql('t', DAY)})`;

/** Compounds of the communities with the branch they have, the end of the last one they had, and their latest committee. */
const RELATIONS = `
  member as materialized (select s.*, (s.households >= 1) as counts from compound_state s where s.community_id = any($1) and ${holdsOn('s', DAY)}),
  active as materialized (select organization_id, valid_from, valid_to from organization_state where status = 'ACTIVE'),
  branch as (select oc.compound_id, greatest(oc.valid_from, os.valid_from) as "from", least(oc.valid_to, os.valid_to) as "to"
    from organization_compound oc
    join organization o on o.id = oc.organization_id and o.kind = 'COMPOUND_PARTY_BRANCH'
    join active os on os.organization_id = o.id
    where oc.compound_id in (select compound_id from member)),
  party as (select m.compound_id, bool_or(b."from" <= ${DAY} and (b."to" is null or ${DAY} < b."to")) as branched,
      min(b."from") filter (where b."from" <= ${DAY} and (b."to" is null or ${DAY} < b."to")) as since,
      max(b."to") filter (where b."to" <= ${DAY}) as ended
    from member m left join branch b using (compound_id) group by m.compound_id),
  in_group as materialized (select g.building_id, bool_or(${holdsOn('g', DAY)} and ${holdsOn('s', DAY)}) as grouped,
      max(least(g.valid_to, s.valid_to)) as ended
    from building_group g join active s on s.organization_id = g.group_id group by g.building_id),
  latest as (select distinct on (t.compound_id) t.*, ${statusSql('t', DAY)} as status from owners_committee t
    where t.compound_id in (select compound_id from member) and (t.elected_on is null or t.elected_on <= ${DAY})
    order by t.compound_id, t.term desc)`;

const gap = (code: GapCode, columns: string, from: string): string => `select '${code}' as code, ${columns} from ${from}`;
const OF_COMPOUND = 'm.community_id as "areaId", m.compound_id as "subjectId"';

/** One select per code (§4.5); `since` is the day on which the gap opened. */
const GAPS = [
  gap(
    'NO_BRANCH',
    `${OF_COMPOUND}, coalesce(p.ended, ${FIRST_DAY}) as since, null::date as "dueOn"`,
    'member m join party p using (compound_id) where m.counts and p.branched is not true',
  ),
  gap(
    'BUILDINGS_UNGROUPED',
    `${OF_COMPOUND}, min(greatest(coalesce(g.ended, bs.valid_from), p.since)), null`,
    `member m join party p using (compound_id)
     join building b on b.compound_id = m.compound_id and b.kind in (${DWELLING_KINDS.map((kind) => `'${kind}'`).join(', ')})
     join building_state bs on bs.building_id = b.id and ${holdsOn('bs', DAY)}
     left join in_group g on g.building_id = b.id
     where m.counts and p.branched and g.grouped is not true group by m.community_id, m.compound_id`,
  ),
  gap(
    'NO_COMMITTEE',
    `${OF_COMPOUND}, coalesce(l.dissolved_on, ${FIRST_DAY}), null`,
    `member m left join latest l using (compound_id)
     where m.counts and not ${IN_TERM} and coalesce(l.status, 'PREPARING') in ('PREPARING', 'DISSOLVED')`,
  ),
  gap(
    'COMMITTEE_EXPIRED',
    `${OF_COMPOUND}, l.expires_on, null`,
    `member m join latest l using (compound_id) where not ${IN_TERM} and l.status = 'EXPIRED'`,
  ),
  gap(
    'COMMITTEE_EXPIRING',
    `m.community_id, t.id, t.expires_on - ${EXPIRING_DAYS}, t.expires_on`,
    `member m join owners_committee t using (compound_id) where ${statusSql('t', DAY)} = 'EXPIRING'`,
  ),
  gap(
    'FILING_OVERDUE',
    `m.community_id, t.id, t.elected_on + ${FILING_DAYS} + 1, t.elected_on + ${FILING_DAYS}`,
    `member m join owners_committee t using (compound_id) where ${statusSql('t', DAY)} = 'ELECTED' and t.elected_on + ${FILING_DAYS} < ${DAY}`,
  ),
  gap(
    'UNMANAGED',
    `${OF_COMPOUND}, coalesce((select max(x.valid_to) from compound_state x
       where x.compound_id = m.compound_id and x.management <> 'NONE' and x.valid_to <= ${DAY}), ${FIRST_DAY}), null`,
    `member m where m.management = 'NONE' and m.households is distinct from 0`,
  ),
  gap(
    'HOUSEHOLDS_UNKNOWN',
    `${OF_COMPOUND}, coalesce((select max(x.valid_to) from compound_state x
       where x.compound_id = m.compound_id and x.households is not null and x.valid_to <= ${DAY}), ${FIRST_DAY}), null`,
    'member m where m.households is null',
  ),
  gap(
    'STAT_STALE',
    `k.id, k.id, s.as_of + ${STALE_DAYS} + 1, s.as_of + ${STALE_DAYS}`,
    `unnest($1::text[]) k(id) cross join lateral (select max(s.as_of) as as_of from area_stat s where s.area_id = k.id and s.as_of <= ${DAY}) s
     where s.as_of is null or s.as_of + ${STALE_DAYS} < ${DAY}`,
  ),
  gap(
    'CHANGE_UNDECIDED',
    'k.id, c.id, c.effective_on, null',
    `unnest($3::text[]) k(id) join area_change c on c.status = 'PROPOSED' and c.area_ids @> array[k.id]`,
  ),
].join('\nunion all ');

/** All gaps of the places that ask, in one statement; a place takes those of its communities and of the places between. */
const allGapsOf = batched<AreaRow, GapRow[]>(
  async (ctx, areas) => {
    const scopes = await Promise.all(
      areas.map(async ({ id }) => {
        const communities = communitiesOn(await placeOf(ctx, id), today(), 'RESTATED');
        const between = communities.filter(({ districtId }) => districtId === id).map(({ streetId }) => streetId);
        const communityIds = communities.map(({ communityId }) => communityId);
        return { id, communityIds, places: new Set([id, ...between, ...communityIds]) };
      }),
    );
    const communities = [...new Set(scopes.flatMap(({ communityIds }) => communityIds))];
    const places = [...new Set(scopes.flatMap((scope) => [...scope.places]))];
    const rows = await ctx.rows<GapRow>(`with ${RELATIONS} ${GAPS}`, [communities, today(), places]);
    return new Map(scopes.map((scope) => [scope.id, rows.filter((row) => scope.places.has(row.areaId))]));
  },
  ({ id }) => id,
);

const MAX_GAPS = 1000;

/**
 * `Area.organizationGaps(first)`: what is missing or late in the place, oldest first (§4.5).
 * @throws HubError PAGE_TOO_LARGE outside 1 to 1000
 */
export async function gapsOf(ctx: Context, area: AreaRow, first: number | null) {
  const limit = first ?? 100;
  if (limit < 1 || limit > MAX_GAPS) throw new HubError('PAGE_TOO_LARGE', { first: limit, limit: MAX_GAPS });
  const rows = inOrder((await allGapsOf(ctx, area)) ?? []).slice(0, limit);
  return rows.map(({ areaId, ...row }) => ({ ...row, ...gapTitles(row.code), area: { id: areaId } }));
}
