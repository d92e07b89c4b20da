import type { Context } from '../../../shared/src/context.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { batched } from '../../../shared/src/loader.ts';
import { communitiesOn, levelOf, type Place } from '../../../shared/src/membership.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { CIRCLE_KINDS, PROFILES, STALE_RUN_DAYS } from '../coverage/coverage.rules.ts';
import { today } from '../facility/facility.read.ts';
import { areaStandards } from '../standard/standard.read.ts';
import { countsSql } from '../standard/standard.rules.ts';
import { ASSURED_DAYS, type FoundGap, gapTitles, inOrder, LEASE_DAYS } from './gap.rules.ts';

const DAY = '$2::date';
const OPEN = `facility f join facility_state s on s.facility_id = f.id and ${holdsOn('s', DAY)} and s.status = 'OPEN'
  where f.community_id = any($1)`;

const gap = (code: FoundGap['code'], columns: string, from: string): string => `select '${code}' as code, ${columns} from ${from}`;
const OF_FACILITY = 'f.community_id as "areaId", f.id as "subjectId"';
/** The day from which it has been so without a break: after the last state in which it was otherwise. */
const sinceNot = (otherwise: string): string =>
  `coalesce((select max(x.valid_to) from facility_state x where x.facility_id = f.id and x.valid_to <= ${DAY} and ${otherwise}),
    (select min(x.valid_from) from facility_state x where x.facility_id = f.id))`;

/** The last DONE run of FAC_4. */
const LAST_RUN = `last as (select r.id, r.started_at::date as day from coverage_run r
  where r.status = 'DONE' and r.profile = 'ADULT' and r.method = 'DETOUR' and r.kinds = array[${CIRCLE_KINDS.map((kind) => `'${kind}'`).join(', ')}]
    and r.threshold_metres = ${PROFILES.ADULT.metres} and r.weight = 'HOUSEHOLDS' order by r.started_at desc, r.id desc limit 1)`;

/** One select per code (§6.6) that the tables alone decide; `since` is the day on which the gap opened. */
const GAPS = [
  gap(
    'AREA_UNKNOWN',
    `${OF_FACILITY}, ${sinceNot('coalesce(x.usable_area, x.gross_area) is not null')} as since, null::date as "dueOn"`,
    `${OPEN} and ${countsSql('s', DAY)} and s.usable_area is null and s.gross_area is null`,
  ),
  gap(
    'COMMUNITY_UNCOVERED',
    'd.community_id, d.community_id, min(last.day), null',
    `last join coverage_distance d on d.run_id = last.id
     where d.community_id = any($1) and d.origin_known and d.weight > 0 and not d.covered group by d.community_id`,
  ),
  gap(
    'ASSURANCE_STALE',
    `${OF_FACILITY}, a.last + ${ASSURED_DAYS} + 1, a.last + ${ASSURED_DAYS}`,
    `(select f.*, (select max(x."on") from facility_assurance x where x.facility_id = f.id and x."on" <= ${DAY}) as last from ${OPEN}) a
     cross join lateral (select a.id, a.community_id) f where a.last is null or a.last + ${ASSURED_DAYS} < ${DAY}`,
  ),
  gap(
    'LEASE_ENDS',
    `${OF_FACILITY}, s.lease_to - ${LEASE_DAYS}, s.lease_to`,
    `${OPEN} and s.tenure <> 'OWNED' and s.lease_to between ${DAY} and ${DAY} + ${LEASE_DAYS}`,
  ),
  gap('LOCATION_UNKNOWN', `${OF_FACILITY}, ${sinceNot('x.lat is not null')}, null`, `${OPEN} and s.lat is null`),
  gap('OPENING_UNKNOWN', `${OF_FACILITY}, ${sinceNot('x.opening_rules is not null')}, null`, `${OPEN} and s.opening_rules is null`),
  gap(
    'COVERAGE_STALE',
    `k.id, null, last.day + ${STALE_RUN_DAYS} + 1, last.day + ${STALE_RUN_DAYS}`,
    `unnest($3::text[]) k(id) left join last on true where last.day is null or last.day + ${STALE_RUN_DAYS} < ${DAY}`,
  ),
].join('\nunion all ');

const communitiesIn = (place: Place): string[] => communitiesOn(place, today(), 'RESTATED').map(({ communityId }) => communityId);

/** Gaps that the tables tell, of all places that ask in one statement; that of the runs is the district's own. */
const toldByTables = batched<Place, FoundGap[]>(
  async (ctx, places) => {
    const scopes = places.map((place) => ({ id: place.id, within: new Set([place.id, ...communitiesIn(place)]) }));
    const districts = places.filter((place) => levelOf(place) === 'DISTRICT').map(({ id }) => id);
    const communities = [...new Set(places.flatMap(communitiesIn))];
    const rows = await ctx.rows<FoundGap>(`with ${LAST_RUN} ${GAPS}`, [communities, today(), districts]);
    return new Map(scopes.map(({ id, within }) => [id, rows.filter((row) => within.has(row.areaId))]));
  },
  ({ id }) => id,
);

/** Communities below the standard: households come with the place, so no table tells it. */
async function belowStandard(ctx: Context, place: Place): Promise<FoundGap[]> {
  const results = await areaStandards(ctx, place, 'COMMUNITY', null);
  return results
    .filter(({ meets }) => meets === false)
    .map(({ area }) => ({ code: 'AREA_BELOW_STANDARD', areaId: area.id, subjectId: area.id, since: null, dueOn: null }));
}

const MAX_GAPS = 1000;

/**
 * `Area.facilityGaps(first)`: what is missing or late in the place, oldest first (§6.6). Two statements, however many places ask.
 * @throws HubError PAGE_TOO_LARGE outside 1 to 1000, SOURCE_UNAVAILABLE without the place's communities
 */
export async function gapsOf(ctx: Context, place: Place, first: number | null) {
  const limit = first ?? 100;
  if (limit < 1 || limit > MAX_GAPS) throw new HubError('PAGE_TOO_LARGE', { first: limit, limit: MAX_GAPS });
  if (!place.membership) throw new HubError('SOURCE_UNAVAILABLE');
  if (place.membership.length === 0) return [];
  const [told, below] = await Promise.all([toldByTables(ctx, place), belowStandard(ctx, place)]);
  return inOrder([...(told ?? []), ...below])
    .slice(0, limit)
    .map(({ areaId, ...row }) => ({ ...row, ...gapTitles(row.code), area: { id: areaId } }));
}
