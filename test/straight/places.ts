import type { Database } from './row.ts';

/** Half-open days in Asia/Shanghai (overview §3.7). */
export interface Period {
  grain: 'MONTH' | 'QUARTER' | 'YEAR' | 'CUSTOM';
  start: string;
  end: string;
}
export type Basis = 'RESTATED' | 'AS_RECORDED';

/** Statistics of a community on a day; null is unknown. */
export interface Counts {
  households: number | null;
  population: number | null;
  residents60Plus: number | null;
  residents65Plus: number | null;
}

/** A community as long as it counts to the same places. */
export interface Stay extends Counts {
  no: number;
  communityId: string;
  /** First and first-no-more day; null is open. Under RESTATED both are. */
  since: string | null;
  until: string | null;
  /** The community is there on the day of the end, and counts to these places then. */
  there: boolean;
}

/**
 * Which communities count to which areas, and when (overview §2.3), with the statistics of a day: what every department's SQL is handed, because
 * each has a database of its own. `roll` names the stays of an area.
 */
export interface Places {
  areas: readonly string[];
  period: Period;
  basis: Basis;
  /** Day of what a figure says of the end: the last of the period, or today where the text says so (§6.6). */
  day: string;
  stays: Stay[];
  roll: { areaId: string; no: number }[];
}

const MS_PER_DAY = 86_400_000;

/** The last day inside a period. */
export const lastDay = ({ end }: Period): string => new Date(Date.parse(end) - MS_PER_DAY).toISOString().slice(0, 10);

/**
 * One row per membership that counts. RESTATED: the current one, for all history. AS_RECORDED: each for its days. A community is there on a day
 * when any of its rows holds then (one that was merged away before is not, one that came from another district later is).
 */
const STAYS = `
  select m.id as no, m.community_id, m.street_id, m.district_id,
    case when $2 then null else m.recorded_from end::text as since, case when $2 then null else m.recorded_to end::text as until,
    exists (select 1 from membership h where h.community_id = m.community_id and ($2 or h.id = m.id)
      and coalesce(h.recorded_from, '-infinity') <= $3 and $3 < coalesce(h.recorded_to, 'infinity')) as there,
    s.households, s.population, s.residents60_plus, s.residents65_plus
  from membership m
  left join lateral (
    select * from area_stat s where s.area_id = m.community_id and s.as_of <= $3
    order by s.as_of desc, array_position(array['CENSUS', 'POLICE_REGISTER', 'COMMUNITY_COUNT', 'ESTIMATE'], s.source) limit 1
  ) s on true
  where (m.community_id = any ($1) or m.street_id = any ($1) or m.district_id = any ($1)) and (m.current or not $2)
  order by m.id`;

interface StayRow {
  no: number;
  community_id: string;
  street_id: string;
  district_id: string;
  since: string | null;
  until: string | null;
  there: boolean;
  households: number | null;
  population: number | null;
  residents60_plus: number | null;
  residents65_plus: number | null;
}

/** Reads organization's own tables: memberships and statistics of the areas asked (stable ids). One statement. */
export async function readPlaces(
  organization: Database,
  areas: readonly string[],
  period: Period,
  basis: Basis,
  day = lastDay(period),
): Promise<Places> {
  const { rows } = await organization.query<StayRow>(STAYS, [areas, basis === 'RESTATED', day]);
  const asked = new Set(areas);
  const roll = rows.flatMap((row) =>
    [row.community_id, row.street_id, row.district_id].filter((id) => asked.has(id)).map((areaId) => ({ areaId, no: row.no })),
  );
  const stays = rows.map(({ no, community_id, since, until, there, ...stat }) => ({
    ...{ no, communityId: community_id, since, until, there, households: stat.households, population: stat.population },
    ...{ residents60Plus: stat.residents60_plus, residents65Plus: stat.residents65_plus },
  }));
  return { areas, period, basis, day, stays, roll };
}

/** SQL and parameters $1–$6 that hand the stays to another department's statement, as tables `stay` and `roll`. */
export const HANDED = `
  stay as (select * from unnest($1::int[], $2::text[], $3::date[], $4::date[]) as s(no, community_id, since, until)),
  roll as (select * from unnest($5::text[], $6::int[]) as r(area_id, no))`;

export const handed = ({ stays, roll }: Places): unknown[] => [
  stays.map((stay) => stay.no),
  stays.map((stay) => stay.communityId),
  stays.map((stay) => stay.since),
  stays.map((stay) => stay.until),
  roll.map((row) => row.areaId),
  roll.map((row) => row.no),
];

/** SQL condition: a stay holds on a day. */
export const stayHolds = (day: string): string =>
  `coalesce(stay.since, '-infinity') <= ${day} and ${day} < coalesce(stay.until, 'infinity')`;

/** SQL condition: a dated row holds on a day. */
export const holds = (alias: string, day: string): string =>
  `${alias}.valid_from <= ${day} and (${alias}.valid_to is null or ${alias}.valid_to > ${day})`;

/** The communities that are in an area on the day, by area. */
export function standing({ areas, stays, roll }: Places): Map<string, Stay[]> {
  const there = new Map(stays.filter((stay) => stay.there).map((stay) => [stay.no, stay]));
  const found = new Map<string, Stay[]>(areas.map((id) => [id, []]));
  for (const { areaId, no } of roll) {
    const stay = there.get(no);
    if (stay) found.get(areaId)?.push(stay);
  }
  return found;
}

/** Sum of a statistic over the communities that have it, and how many do not. */
export function counted(stays: readonly Stay[], key: keyof Counts): { sum: string; unknown: number } {
  const known = stays.filter((stay) => stay[key] !== null);
  return { sum: String(known.reduce((total, stay) => total + (stay[key] ?? 0), 0)), unknown: stays.length - known.length };
}
