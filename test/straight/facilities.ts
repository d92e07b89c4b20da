import { type Exact, exact, minus, over, plus, shown, sum, times, written } from './exact.ts';
import { HANDED, handed, holds, type Places, type Stay, standing, stayHolds } from './places.ts';
import { absent, type Database, rate, ratio, type StraightRow } from './row.ts';

/**
 * Facilities on the day $7 (t), summed per stay of a community. A counted facility (§6.2.1) gives its m² by share, the pair of FAC_3 and what
 * FAC_13 asks where it stands; one whose m² are unknown is not counted (AREA_UNKNOWN). Areas that are converted by 0.75 come as three times themselves (`…3`), so that every number is exact.
 */
const FACILITIES = `
  with ${HANDED},
  here as (select no, community_id from stay where ${stayHolds('$7::date')}),
  state as materialized (
    select f.id, f.community_id, s.usable_area, s.gross_area, s.activity_area, s.activity_basis,
      coalesce(s.usable_area, s.gross_area) is not null as measured,
      s.counts_toward_standard and s.kind <> 'OUTDOOR_SPACE' and (s.tenure = 'OWNED' or $7::date between s.lease_from and s.lease_to) as counted,
      exists (select 1 from facility_assurance a where a.facility_id = f.id and a."on" between $7::date - 180 and $7::date) as assured
    from facility_state s join facility f on f.id = s.facility_id
    where s.status = 'OPEN' and ${holds('s', '$7::date')}
  ),
  room as (
    select facility_id, sum(usable_area) filter (where resident_activity) as activity, bool_and(usable_area is not null) as known
    from space where combines = '{}' group by facility_id
  ),
  shared as (
    select here.no, sum(h.share * coalesce(s.usable_area, 0.75 * s.gross_area)) as usable,
      sum(h.share * coalesce(3 * s.gross_area, 4 * s.usable_area)) as gross3,
      array_agg(s.id) filter (where not s.measured) as unmeasured
    from here join facility_share h using (community_id) join state s on s.id = h.facility_id
    where s.counted and ${holds('h', '$7::date')}
    group by here.no
  ),
  stands as (
    select here.no, count(*) as facilities, count(*) filter (where s.assured) as assured,
      sum(p.activity3) as activity3, sum(p.whole3) as whole3, count(*) filter (where s.counted and s.measured and p.whole3 is null) as without_pair
    from here join state s using (community_id)
    left join room r on r.facility_id = s.id
    left join lateral (
      select case when s.activity_basis = 'GROSS' then 3 * s.activity_area when s.activity_basis = 'USABLE' then 4 * s.activity_area
          else 4 * coalesce(r.activity, 0) end as activity3,
        case when s.activity_basis = 'GROSS' then 3 * s.gross_area else 4 * s.usable_area end as whole3
      where s.counted and (s.activity_basis is not null or r.known)
        and case when s.activity_basis = 'GROSS' then s.gross_area else s.usable_area end is not null
    ) p on true
    group by here.no
  )
  select here.no, coalesce(usable, 0)::text as usable, coalesce(gross3, 0)::text as gross3, coalesce(facilities, 0)::text as facilities,
    coalesce(assured, 0)::text as assured, coalesce(activity3, 0)::text as activity3, coalesce(whole3, 0)::text as whole3,
    coalesce(without_pair, 0)::text as without_pair, coalesce(unmeasured, '{}') as unmeasured
  from here left join shared using (no) left join stands using (no)`;

interface OfStay {
  no: number;
  usable: string;
  gross3: string;
  facilities: string;
  assured: string;
  activity3: string;
  whole3: string;
  without_pair: string;
  /** Facilities with a share here that would count if anybody knew their m². */
  unmeasured: string[];
}

/** The last DONE run begun by the day $7 for the kinds of FAC_4, DETOUR, with the profile $8 and threshold $9, added up per area (§6.3). */
const COVERAGE = `
  with ${HANDED},
  run as (
    select id, (started_at at time zone 'Asia/Shanghai')::date as day from coverage_run
    where status = 'DONE' and method = 'DETOUR' and profile = $8 and threshold_metres = $9
      and kinds @> array['NEIGHBOURHOOD_CENTRE', 'PARTY_MASS_SERVICE_CENTRE'] and cardinality(kinds) = 2
      and started_at < (($7::date + 1)::timestamp at time zone 'Asia/Shanghai')
    order by started_at desc, id desc limit 1
  ),
  part as (
    select stay.no, sum(d.weight) filter (where d.origin_known and d.covered) as covered, sum(d.weight) filter (where d.origin_known) as total,
      count(*) filter (where not d.origin_known) as no_origin, count(*) filter (where d.origin_known and d.weight is null) as no_weight
    from run join coverage_distance d on d.run_id = run.id join stay on stay.community_id = d.community_id
    where ${stayHolds('run.day')}
    group by stay.no
  )
  select roll.area_id, coalesce(sum(covered), 0)::text as covered, coalesce(sum(total), 0)::text as total,
    coalesce(sum(no_origin), 0)::text as no_origin, coalesce(sum(no_weight), 0)::text as no_weight
  from run cross join roll left join part using (no) group by roll.area_id`;

interface Covered {
  area_id: string;
  covered: string;
  total: string;
  no_origin: string;
  no_weight: string;
}

/** FAC_1, 1G, 2, 3, 4, 5, 7 and 13 of every area, by §6.2, §6.3 and §6.6; t = the day of `places`. */
export async function facilityRows(facilities: Database, places: Places): Promise<StraightRow[]> {
  const params = [...handed(places), places.day];
  const [{ rows }, adult, elder] = await Promise.all([
    facilities.query<OfStay>(FACILITIES, params),
    facilities.query<Covered>(COVERAGE, [...params, 'ADULT', 1000]),
    facilities.query<Covered>(COVERAGE, [...params, 'ELDER', 750]),
  ]);
  const byStay = new Map(rows.map((row) => [row.no, row]));
  const communities = standing(places);
  const reached = [adult, elder].map((answer) => new Map(answer.rows.map((row) => [row.area_id, row])));
  const lowest = new Set(places.stays.map((stay) => stay.communityId));
  return places.areas.flatMap((id) => {
    const stays = communities.get(id) ?? [];
    return [
      ...ofStandard(id, stays, byStay, lowest.has(id)),
      ...ofFacilities(
        id,
        stays.flatMap((stay) => byStay.get(stay.no) ?? []),
      ),
      ofCoverage(id, 'FAC_4', reached[0]?.get(id)),
      ofCoverage(id, 'FAC_5', reached[1]?.get(id)),
    ];
  });
}

/** A community with its households and its counted m². */
interface Served {
  households: Exact;
  area: Exact;
}

function ofStandard(id: string, stays: readonly Stay[], byStay: ReadonlyMap<number, OfStay>, isCommunity: boolean): StraightRow[] {
  const known = stays.filter((stay) => stay.households !== null);
  const unknown = { HOUSEHOLDS_UNKNOWN: stays.length - known.length };
  const households = sum(known.map((stay) => exact(stay.households ?? 0)));
  const served = known.map(
    (stay): Served => ({ households: exact(stay.households ?? 0), area: exact(byStay.get(stay.no)?.usable ?? '0') }),
  );
  const unmeasured = new Set(stays.flatMap((stay) => byStay.get(stay.no)?.unmeasured ?? []));
  const excluded = { ...unknown, AREA_UNKNOWN: unmeasured.size };
  const gross = over(sum(known.map((stay) => exact(byStay.get(stay.no)?.gross3 ?? '0'))), exact(3));
  const meeting = served.filter(
    (each) => each.households.n > 0n && isAtLeast(times(exact(100), each.area), times(exact(30), each.households)),
  );
  return [
    rate(id, 'FAC_1', 'M2_PER_100HH', 100, sum(served.map((each) => each.area)), households, excluded),
    rate(id, 'FAC_1G', 'M2_PER_100HH', 100, gross, households, excluded),
    ratio(id, 'FAC_2', 'PERCENT', String(meeting.length), String(known.length), unknown),
    isCommunity
      ? absent(id, 'FAC_7', 'NOT_APPLICABLE', unknown)
      : evenness(
          id,
          served.filter((each) => each.households.n > 0n),
          unknown,
        ),
  ];
}

const isAtLeast = (a: Exact, b: Exact): boolean => minus(a, b).n >= 0n;

/**
 * 1 − Gini over communities, weighted by households. With xᵢ = 100·Aᵢ/Hᵢ and x̄ = 100·ΣA/ΣH the formula of §6.3 comes to
 * Σᵢ Σⱼ |AᵢHⱼ − AⱼHᵢ| / (2·ΣH·ΣA). It is no ratio of two counts: it has no numerator and no denominator.
 */
function evenness(id: string, served: readonly Served[], unknown: Record<string, number>): StraightRow {
  const apart = sum(
    served.flatMap((a) =>
      served.map((b) => minus(times(a.area, b.households), times(b.area, a.households))).map(({ n, d }) => ({ n: n < 0n ? -n : n, d })),
    ),
  );
  const whole = times(exact(2), times(sum(served.map((each) => each.households)), sum(served.map((each) => each.area))));
  if (whole.n === 0n) return absent(id, 'FAC_7', 'NO_DENOMINATOR', unknown);
  return { ...absent(id, 'FAC_7', '', unknown), reason: null, value: shown(minus(exact(1), over(apart, whole)), 4) };
}

/** FAC_3 and FAC_13, of the facilities that stand in the area. */
function ofFacilities(id: string, rows: readonly OfStay[]): StraightRow[] {
  const added = (key: Exclude<keyof OfStay, 'no' | 'unmeasured'>): Exact => rows.map((row) => exact(row[key])).reduce(plus, exact(0));
  const third = exact('1/3');
  return [
    ratio(id, 'FAC_3', 'PERCENT', times(added('activity3'), third), times(added('whole3'), third), {
      ACTIVITY_AREA_UNKNOWN: written(added('without_pair')),
    }),
    ratio(id, 'FAC_13', 'PERCENT', added('assured'), added('facilities')),
  ];
}

/** No run: NO_DATA. */
function ofCoverage(id: string, key: string, row: Covered | undefined): StraightRow {
  if (!row) return absent(id, key, 'NO_DATA');
  return ratio(id, key, 'PERCENT', row.covered, row.total, { ORIGIN_UNKNOWN: row.no_origin, HOUSEHOLDS_UNKNOWN: row.no_weight });
}
