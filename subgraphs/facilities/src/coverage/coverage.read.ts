import type { Context } from '../../../shared/src/context.ts';
import { addDays, dateIn, parseDate } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { conditions } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { currentCommunities, type Place } from '../../../shared/src/membership.ts';
import { connection, connectionByParent, type OrderTerm, type PageArgs } from '../../../shared/src/page.ts';
import { today } from '../facility/facility.read.ts';
import {
  CIRCLE_KINDS,
  type CoverageWeight,
  type DistanceMethod,
  minutesOf,
  PROFILES,
  rateOf,
  STALE_RUN_DAYS,
  type Totals,
  type WalkProfile,
} from './coverage.rules.ts';

/** A run as it is read. */
export interface RunRow extends Totals {
  id: string;
  status: string;
  kinds: string[];
  method: DistanceMethod;
  profile: WalkProfile;
  thresholdMetres: number;
  detourFactor: string;
  weight: CoverageWeight;
  startedAt: string;
  finishedAt: string | null;
  dataAsOf: string | null;
  origins: number;
  originsEstimated: number;
  facilities: number;
  parametersHash: string;
  failure: string | null;
}

const RUN = `r.id, r.status, r.kinds, r.method, r.profile, r.threshold_metres as "thresholdMetres", trim_scale(r.detour_factor) as "detourFactor",
  r.weight, r.started_at as "startedAt", r.finished_at as "finishedAt", r.data_as_of as "dataAsOf", r.origins,
  r.origins_estimated as "originsEstimated", r.facilities, r.covered, r.total, r.unknown_compounds as "unknownCompounds",
  r.parameters_hash as "parametersHash", r.failure`;

export const runById = batched<string, RunRow>(async (ctx, ids) => {
  const rows = await ctx.rows<RunRow>(`select ${RUN} from coverage_run r where r.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

export interface RunFilterInput {
  statuses?: string[] | null;
  profile?: string | null;
  method?: string | null;
  /** Days on which it began, half-open. */
  from?: string | null;
  to?: string | null;
}

/** `coverageRuns(filter)`, newest first. */
export async function coverageRuns(ctx: Context, filter: RunFilterInput, page: PageArgs) {
  const where = conditions();
  where.add('r.status = any(?)', filter.statuses);
  where.add('r.profile = ?', filter.profile);
  where.add('r.method = ?', filter.method);
  where.add('r.started_at >= ?::date::timestamptz', filter.from);
  where.add('r.started_at < ?::date::timestamptz', filter.to);
  return connection<RunRow>(ctx, {
    name: 'coverageRuns',
    select: RUN,
    from: 'coverage_run r',
    where: where.where(),
    params: where.params,
    order: [
      { sql: 'r.started_at', type: 'timestamptz', descending: true },
      { sql: 'r.id', type: 'text', descending: true },
    ],
    ...page,
  });
}

/** The distance of one compound as it is read. */
export interface DistanceRow {
  runId: string;
  compound: { id: string };
  facilityId: string | null;
  metres: number | null;
  covered: boolean;
  weight: number | null;
  estimated: boolean;
}

const DISTANCE = `d.run_id as "runId", jsonb_build_object('id', d.compound_id) as compound, d.facility_id as "facilityId", d.metres, d.covered,
  d.weight, d.estimated`;
/** Farthest first; none within reach is farther than any. */
const FARTHEST_FIRST: OrderTerm[] = [
  { sql: 'coalesce(d.metres, 1000000)', type: 'int', descending: true },
  { sql: 'd.compound_id', type: 'text', descending: true },
];

interface DistanceArgs extends PageArgs {
  uncoveredOnly?: boolean | null;
}

const byRun = connectionByParent<DistanceRow, DistanceArgs>(({ uncoveredOnly }) => ({
  name: 'CoverageRun.distances',
  select: DISTANCE,
  from: 'coverage_distance d',
  where: `d.run_id = parent.id and d.origin_known${uncoveredOnly ? ' and not d.covered' : ''}`,
  order: FARTHEST_FIRST,
}));
/** Compounds of a run whose place is known, farthest first. */
export const distancesOfRun = (ctx: Context, runId: string, args: DistanceArgs) => byRun(ctx, runId, args);

/** Compounds of a run in a place: the parent's id is the run and the place's communities. */
const byRunAndPlace = connectionByParent<DistanceRow, DistanceArgs>(({ uncoveredOnly }) => ({
  name: 'AreaCoverage.distances',
  select: DISTANCE,
  from: 'coverage_distance d',
  where: `d.run_id = split_part(parent.id, ' ', 1) and d.community_id = any(string_to_array(split_part(parent.id, ' ', 2), ','))
    and d.origin_known${uncoveredOnly ? ' and not d.covered' : ''}`,
  order: FARTHEST_FIRST,
}));

/** Walking time at the run's pace, minutes. */
export async function minutesAway(ctx: Context, { runId, metres }: DistanceRow): Promise<string | null> {
  if (metres === null) return null;
  const run = await runById(ctx, runId);
  return run && minutesOf(metres, run.profile);
}

export interface CoverageArgs {
  kinds?: string[] | null;
  profile: WalkProfile;
  method: DistanceMethod;
  asOf?: string | null;
}

interface AskedRun {
  kinds: readonly string[];
  profile: WalkProfile;
  method: DistanceMethod;
  day: string;
}

/** The last DONE run of exactly these kinds with the profile's own threshold and weight, begun by the end of the day. */
const lastRun = batched<AskedRun, RunRow>(
  async (ctx, asked) => {
    const rows = await ctx.rows<RunRow & { n: number }>(
      `select a.n, ${RUN} from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::int[], $6::text[])
         with ordinality a(kinds, profile, method, day, metres, weight, n)
       cross join lateral (select * from coverage_run x where x.status = 'DONE' and x.profile = a.profile and x.method = a.method
         and x.kinds = string_to_array(a.kinds, ',') and x.threshold_metres = a.metres and x.weight = a.weight
         and x.started_at < (a.day + 1)::timestamptz order by x.started_at desc, x.id desc limit 1) r`,
      [
        asked.map(({ kinds }) => kinds.join(',')),
        asked.map(({ profile }) => profile),
        asked.map(({ method }) => method),
        asked.map(({ day }) => day),
        asked.map(({ profile }) => PROFILES[profile].metres),
        asked.map(({ profile }) => PROFILES[profile].weight),
      ],
    );
    return new Map(rows.map((row) => [runKey(asked[Number(row.n) - 1] as AskedRun), row]));
  },
  (asked) => runKey(asked),
);
const runKey = ({ kinds, profile, method, day }: AskedRun): string => `${kinds.join(',')} ${profile} ${method} ${day}`;

interface RunPlace {
  runId: string;
  communities: readonly string[];
}
const placeKey = ({ runId, communities }: RunPlace): string => `${runId} ${communities.join(',')}`;

interface PlaceTotals extends Totals {
  estimated: number;
}

/** Sums of runs over places, all that are asked in one statement. */
const totalsIn = batched<RunPlace, PlaceTotals>(async (ctx, asked) => {
  const rows = await ctx.rows<PlaceTotals & { n: number }>(
    `select a.n, coalesce(sum(d.weight) filter (where d.covered), 0)::int as covered, coalesce(sum(d.weight), 0)::int as total,
       count(*) filter (where d.compound_id is not null and d.weight is null)::int as "unknownCompounds",
       count(*) filter (where d.estimated and d.weight is not null)::int as estimated
     from unnest($1::text[], $2::text[]) with ordinality a(run_id, communities, n)
     left join coverage_distance d on d.run_id = a.run_id and d.community_id = any(string_to_array(a.communities, ',')) and d.origin_known
     group by a.n`,
    [asked.map(({ runId }) => runId), asked.map(({ communities }) => communities.join(','))],
  );
  return new Map(rows.map((row) => [placeKey(asked[Number(row.n) - 1] as RunPlace), row]));
}, placeKey);

/** A run seen from one place. */
export interface AreaCoverageRow extends Totals {
  area: { id: string };
  run: RunRow;
  rate: string | null;
  quality: 'MEASURED' | 'ESTIMATED' | 'PARTIAL';
  place: RunPlace;
}

/**
 * `Area.coverage`: compounds by the community in which the run found them, communities as the place is bounded today.
 * @returns null if there is no such run
 * @throws HubError SOURCE_UNAVAILABLE without the place's communities
 */
export async function coverageOf(
  ctx: Context,
  place: Place,
  { kinds, profile, method, asOf }: CoverageArgs,
): Promise<AreaCoverageRow | null> {
  if (!place.membership) throw new HubError('SOURCE_UNAVAILABLE');
  const day = asOf ? parseDate(asOf) : today();
  const run = await lastRun(ctx, { kinds: [...new Set(kinds ?? CIRCLE_KINDS)].sort(), profile, method, day });
  if (!run) return null;
  const startedOn = dateIn(new Date(run.startedAt));
  const communities = currentCommunities(place);
  const seen = { runId: run.id, communities };
  const totals = (await totalsIn(ctx, seen)) ?? { covered: 0, total: 0, unknownCompounds: 0, estimated: 0 };
  const isOld = addDays(startedOn, STALE_RUN_DAYS) < day;
  const quality = isOld ? 'PARTIAL' : totals.estimated > 0 ? 'ESTIMATED' : 'MEASURED';
  return { ...totals, area: { id: place.id }, run, rate: rateOf(totals), quality, place: seen };
}

/** `AreaCoverage.distances`. */
export const distancesIn = (ctx: Context, { place }: AreaCoverageRow, args: DistanceArgs) => byRunAndPlace(ctx, placeKey(place), args);

interface CompoundAsked {
  compoundId: string;
  profile: WalkProfile;
}

/** Nearest facilities of compounds in the last DONE run of each set of kinds, by DETOUR with the profile's own threshold. */
const nearest = batched<CompoundAsked, DistanceRow[]>(
  async (ctx, asked) => {
    const profiles = [...new Set(asked.map(({ profile }) => profile))];
    const rows = await ctx.rows<DistanceRow & { profile: WalkProfile; kinds: string[] }>(
      `with last as (select distinct on (r.profile, r.kinds) r.id, r.profile, r.kinds
         from coverage_run r join unnest($1::text[], $2::int[]) p(profile, metres) on p.profile = r.profile and p.metres = r.threshold_metres
         where r.status = 'DONE' and r.method = 'DETOUR' order by r.profile, r.kinds, r.started_at desc, r.id desc)
       select ${DISTANCE}, last.profile, last.kinds from last join coverage_distance d on d.run_id = last.id
       where d.compound_id = any($3) and d.origin_known order by last.kinds`,
      [profiles, profiles.map((profile) => PROFILES[profile].metres), asked.map(({ compoundId }) => compoundId)],
    );
    return Map.groupBy(rows, (row) => compoundKey({ compoundId: row.compound.id, profile: row.profile }));
  },
  (asked) => compoundKey(asked),
);
const compoundKey = ({ compoundId, profile }: CompoundAsked): string => `${compoundId} ${profile}`;

/** `Compound.nearestFacilities(profile)`: one of each set of kinds; none if no run has seen the compound. */
export const nearestFacilities = async (ctx: Context, compoundId: string, profile: WalkProfile): Promise<DistanceRow[]> =>
  (await nearest(ctx, { compoundId, profile })) ?? [];
