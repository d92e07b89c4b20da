import { counted, HANDED, handed, holds, type Places, type Stay, standing, stayHolds } from './places.ts';
import { type Database, ratio, type StraightRow, total } from './row.ts';

/**
 * Everything about the compounds of all areas on the day $7 (E), one statement: facts per compound first, summed per stay of its community, then
 * per area. Status of a committee follows from its days (§4.4): in term from filing until it expires or is dissolved.
 */
const COMPOUNDS = `
  with ${HANDED},
  live as (select x.organization_id from organization_state x where x.status = 'ACTIVE' and ${holds('x', '$7::date')}),
  branch as (
    select l.compound_id, o.id as organization_id from organization_compound l
    join organization o on o.id = l.organization_id and o.kind = 'COMPOUND_PARTY_BRANCH'
    join live on live.organization_id = o.id
    where ${holds('l', '$7::date')}
  ),
  committee as (
    select k.compound_id, k.organization_id from owners_committee k
    where k.elected_on <= $7 and k.filed_on <= $7 and $7 < k.expires_on and (k.dissolved_on is null or $7 < k.dissolved_on)
  ),
  in_post as (
    select p.organization_id, p.code, a.officeholder_id from post p join appointment a on a.post_id = p.id
    where p.code in ('PARTY_SECRETARY', 'OC_CHAIR') and ${holds('a', '$7::date')}
  ),
  dual as (
    select distinct b.compound_id from branch b
    join in_post secretary on secretary.organization_id = b.organization_id and secretary.code = 'PARTY_SECRETARY'
    join committee k on k.compound_id = b.compound_id
    join in_post chair on chair.organization_id = k.organization_id and chair.code = 'OC_CHAIR'
    where chair.officeholder_id = secretary.officeholder_id
  ),
  dwelling as (
    select b.compound_id, count(*) as buildings, count(live.organization_id) as grouped
    from building b
    left join building_group g on g.building_id = b.id and ${holds('g', '$7::date')}
    left join live on live.organization_id = g.group_id
    where b.kind in ('RESIDENTIAL', 'MIXED')
    group by b.compound_id
  ),
  apex as (select o.area_id from organization o join live on live.organization_id = o.id where o.kind = 'COMMUNITY_PARTY_ORG'),
  fact as (
    select stay.no, c.households, c.management = 'NONE' as unmanaged,
      exists (select 1 from branch b where b.compound_id = c.compound_id) as has_branch,
      exists (select 1 from committee k where k.compound_id = c.compound_id) as has_committee,
      exists (select 1 from dual d where d.compound_id = c.compound_id) as is_dual,
      exists (select 1 from apex a where a.area_id = c.community_id) as has_apex,
      coalesce(d.buildings, 0) as buildings, coalesce(d.grouped, 0) as grouped
    from stay
    join compound_state c on c.community_id = stay.community_id and ${holds('c', '$7::date')}
    left join dwelling d on d.compound_id = c.compound_id
    where ${stayHolds('$7::date')}
  ),
  part as (
    select no, count(*) filter (where households is null) as unknown, count(*) filter (where households >= 1) as compounds,
      count(*) filter (where households >= 1 and has_branch) as branches,
      sum(buildings) filter (where households >= 1) as buildings, sum(grouped) filter (where households >= 1) as grouped,
      count(*) filter (where households >= 1 and has_apex and has_branch and buildings > 0 and grouped = buildings) as full_coverage,
      count(*) filter (where households >= 1 and has_committee) as committees,
      count(*) filter (where households >= 1 and has_branch and has_committee) as both_bodies,
      count(*) filter (where households >= 1 and is_dual) as dual,
      count(*) filter (where households >= 1 and unmanaged) as unmanaged
    from fact group by no
  )
  select roll.area_id, sum(unknown)::text as unknown, sum(compounds)::text as compounds, sum(branches)::text as branches,
    coalesce(sum(buildings), 0)::text as buildings, coalesce(sum(grouped), 0)::text as grouped, sum(full_coverage)::text as full_coverage,
    sum(committees)::text as committees, sum(both_bodies)::text as both_bodies, sum(dual)::text as dual, sum(unmanaged)::text as unmanaged
  from roll join part using (no) group by roll.area_id`;

const COLUMNS = [
  ...([
    'unknown',
    'compounds',
    'branches',
    'buildings',
    'grouped',
    'full_coverage',
    'committees',
    'both_bodies',
    'dual',
    'unmanaged',
  ] as const),
];
type Compounds = Record<(typeof COLUMNS)[number], string>;
const NONE = Object.fromEntries(COLUMNS.map((column) => [column, '0'])) as Compounds;

/** ORG_1, 2, 3, 4, 6, 11, 15 and 15B of every area, by §4.5; E = the day of `places`. */
export async function organizationRows(organization: Database, places: Places): Promise<StraightRow[]> {
  const { rows } = await organization.query<Compounds & { area_id: string }>(COMPOUNDS, [...handed(places), places.day]);
  const byArea = new Map(rows.map((row) => [row.area_id, row]));
  const communities = standing(places);
  return places.areas.flatMap((id) => [...ofCompounds(id, byArea.get(id) ?? NONE), ...ofResidents(id, communities.get(id) ?? [])]);
}

function ofCompounds(id: string, c: Compounds): StraightRow[] {
  const excluded = { HOUSEHOLDS_UNKNOWN: c.unknown };
  return [
    ratio(id, 'ORG_1', 'PERCENT', c.branches, c.compounds, excluded),
    ratio(id, 'ORG_2', 'PERCENT', c.grouped, c.buildings, excluded),
    ratio(id, 'ORG_3', 'PERCENT', c.full_coverage, c.compounds, excluded),
    ratio(id, 'ORG_4', 'PERCENT', c.committees, c.compounds, excluded),
    ratio(id, 'ORG_6', 'PERCENT', c.dual, c.both_bodies, excluded),
    total(id, 'ORG_11', 'COUNT', c.unmanaged, excluded),
  ];
}

/** Σ of an age group / Σ population, over the communities that have both. */
function ofResidents(id: string, stays: readonly Stay[]): StraightRow[] {
  return (['residents60Plus', 'residents65Plus'] as const).map((column) => {
    const known = stays.filter((stay) => stay.population !== null && stay[column] !== null);
    const excluded = { HOUSEHOLDS_UNKNOWN: stays.length - known.length };
    const key = column === 'residents60Plus' ? 'ORG_15' : 'ORG_15B';
    return ratio(id, key, 'PERCENT', counted(known, column).sum, counted(known, 'population').sum, excluded);
  });
}
