import type { Logger } from 'pino';
import { now } from '../../../shared/src/clock.ts';
import type { Transaction } from '../../../shared/src/database.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { addDays, dateIn, instantText, startOf } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import type { Graph } from '../../../shared/src/graph.ts';
import { NOBODY } from '../../../shared/src/row-scope.ts';
import type { Services } from '../../../shared/src/subgraph.ts';
import { refuse } from '../errors.ts';
import {
  CIRCLE_KINDS,
  DETOUR_FACTORS,
  type Distance,
  distancesOf,
  type Origin,
  type Parameters,
  PROFILES,
  parametersHash,
  THRESHOLDS,
  totalsOf,
  WALK_PROFILES,
} from './coverage.rules.ts';
import { destinationsOn } from './destination.read.ts';

/** Opens transactions for a run; its beginning and its end are one each. */
export type Store = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

/** What a run walks from, and when the first page of it was read (ISO 8601). */
export interface Origins {
  origins: readonly Origin[];
  dataAsOf: string;
}

export interface RunOptions extends Partial<Parameters> {
  /** When it begins: state is read as of this day. */
  at?: Date;
  id?: string;
}

/** The parameters of a run, those not given from its profile (§6.3). @throws HubError PARAMETER_RANGE */
export function parametersOf({ kinds = CIRCLE_KINDS, method = 'DETOUR', profile = 'ADULT', ...given }: Partial<Parameters>): Parameters {
  const { metres, weight } = PROFILES[profile];
  const thresholdMetres = given.thresholdMetres ?? metres;
  const inRange = Number.isInteger(thresholdMetres) && thresholdMetres >= THRESHOLDS.least && thresholdMetres <= THRESHOLDS.most;
  if (!inRange || kinds.length === 0) throw refuse('PARAMETER_RANGE');
  return { kinds: [...new Set(kinds)].sort(), method, profile, thresholdMetres, weight: given.weight ?? weight };
}

/**
 * Makes one coverage run over the whole district: the nearest destination of every origin, stored with the run. The only way runs come about,
 * nightly, on demand and in the demo's history.
 *
 * A run that cannot be finished is kept as FAILED with its code (NO_ORIGINS, SOURCE_UNAVAILABLE, INTERNAL_SERVER_ERROR), and nothing else is
 * changed: figures go on with the last DONE one.
 * @returns the run's id and how it ended.
 * @throws HubError PARAMETER_RANGE before anything is stored.
 */
export async function runCoverage(
  store: Store,
  options: RunOptions,
  readOrigins: () => Promise<Origins>,
): Promise<{ id: string; status: 'DONE' | 'FAILED' }> {
  const parameters = parametersOf(options);
  const at = options.at ?? now();
  const id = options.id ?? newId('cr', at);
  await store((transaction) => begin(transaction, id, parameters, at));
  try {
    const { origins, dataAsOf } = await readOrigins();
    if (origins.length === 0) throw refuse('NO_ORIGINS');
    await store(async (transaction) => {
      const destinations = await destinationsOn(transaction, parameters.kinds, dateIn(at));
      const distances = distancesOf(parameters, origins, destinations);
      await storeDistances(transaction, id, distances);
      const estimated = origins.filter(({ estimated: centroid, points }) => centroid && points.length > 0).length;
      const { covered, total, unknownCompounds } = totalsOf(distances);
      await transaction.rows(
        `update coverage_run set status = 'DONE', finished_at = $2, data_as_of = $3, origins = $4, origins_estimated = $5, facilities = $6,
           covered = $7, total = $8, unknown_compounds = $9, parameters_hash = $10 where id = $1`,
        [
          id,
          instantText(options.at ?? now()),
          dataAsOf,
          origins.length,
          estimated,
          destinations.length,
          covered,
          total,
          unknownCompounds,
          parametersHash(parameters, destinations),
        ],
      );
    });
    return { id, status: 'DONE' };
  } catch (error) {
    const code = error instanceof HubError ? error.code : 'INTERNAL_SERVER_ERROR';
    await store((transaction) =>
      transaction.rows(`update coverage_run set status = 'FAILED', finished_at = $2, failure = $3 where id = $1`, [
        id,
        instantText(now()),
        code,
      ]),
    );
    return { id, status: 'FAILED' };
  }
}

async function begin(transaction: Transaction, id: string, parameters: Parameters, at: Date): Promise<void> {
  const { kinds, method, profile, thresholdMetres, weight } = parameters;
  await transaction.rows(
    `insert into coverage_run (id, status, kinds, method, profile, threshold_metres, detour_factor, weight, started_at, parameters_hash)
     values ($1, 'RUNNING', $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, kinds, method, profile, thresholdMetres, DETOUR_FACTORS[method], weight, instantText(at), parametersHash(parameters, [])],
  );
}

async function storeDistances(transaction: Transaction, id: string, distances: readonly Distance[]): Promise<void> {
  const column = <Key extends keyof Distance>(key: Key): Distance[Key][] => distances.map((distance) => distance[key]);
  await transaction.rows(
    `insert into coverage_distance (run_id, compound_id, community_id, facility_id, metres, covered, weight, estimated, origin_known)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::bool[], $7::int[], $8::bool[], $9::bool[])`,
    [
      id,
      column('compoundId'),
      column('communityId'),
      column('facilityId'),
      column('metres'),
      column('covered'),
      column('weight'),
      column('estimated'),
      column('originKnown'),
    ],
  );
}

const ORIGINS = `query WalkOrigins($area: AreaCode!, $first: Int!, $after: String) {
  walkOrigins(areaCode: $area, first: $first, after: $after) {
    nodes { compoundId communityId households residents60Plus points { lat lng } estimated }
    pageInfo { endCursor hasNextPage }
  }
}`;
interface OriginPage {
  walkOrigins: { nodes: Origin[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } } | null;
}
const PAGE = 200;

async function originPage(graph: Graph, area: string, first: number, after: string | null) {
  const { walkOrigins } = await graph.ask<OriginPage>(ORIGINS, { area, first, after });
  if (!walkOrigins) throw new HubError('SOURCE_UNAVAILABLE');
  return walkOrigins;
}

/** All compounds of the district as organization knows them now, page by page through the graph. @throws HubError SOURCE_UNAVAILABLE */
export async function originsThroughGraph(graph: Graph, districtCode: string): Promise<Origins> {
  const dataAsOf = instantText(now());
  const origins: Origin[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo } = await originPage(graph, districtCode, PAGE, after);
    origins.push(...nodes);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  return { origins, dataAsOf };
}

const RUN_MS = 60_000;
const FIRST_LOOK_MS = 3_000;
const MOST_PATIENT_MS = 60_000;
const AFTER_FAILURE_MS = 10 * 60_000;
/** Nightly runs begin at 02:30. */
const NIGHT_MS = 2.5 * 3_600_000;

/** The last 02:30 that has passed, and the next. */
export function nightsAround(instant: Date): { last: Date; next: Date } {
  const tonight = new Date(startOf(dateIn(instant)).getTime() + NIGHT_MS);
  const other = (days: number) => new Date(startOf(addDays(dateIn(instant), days)).getTime() + NIGHT_MS);
  return tonight <= instant ? { last: tonight, next: other(1) } : { last: other(-1), next: tonight };
}

/**
 * Runs with FAC_4's kinds and DETOUR for the three profiles: at once if there was none since the last 02:30, then every night. While the graph
 * does not answer it waits without making runs; a failed run is repeated ten minutes later.
 * @param firstLookMs how long after the start it looks; a silent graph doubles it, up to a minute.
 * @returns what ends it.
 */
export function startCoverage({ database, graph, log, districtCode }: Services, firstLookMs = FIRST_LOOK_MS): () => void {
  let timer: NodeJS.Timeout;
  let patience = firstLookMs;
  const store: Store = (work) => database.write({ ...NOBODY, deadline: now().getTime() + RUN_MS }, work);
  const later = (ms: number): void => {
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };
  const look = async (): Promise<void> => {
    try {
      const due = await store((transaction) => profilesDue(transaction, nightsAround(now()).last));
      if (due.length > 0) await originPage(graph, districtCode, 1, null);
      const failed = due.length > 0 && (await runAll(store, graph, districtCode, due, log));
      patience = firstLookMs;
      later(failed ? AFTER_FAILURE_MS : nightsAround(now()).next.getTime() - now().getTime());
    } catch {
      later(patience);
      patience = Math.min(2 * patience, MOST_PATIENT_MS);
    }
  };
  later(patience);
  return () => clearTimeout(timer);
}

/** Profiles without a run since an instant that is done or still at work; a process of the same department may have made it. */
async function profilesDue(transaction: Transaction, since: Date): Promise<Parameters['profile'][]> {
  const made = await transaction.rows<{ profile: Parameters['profile'] }>(
    `select profile from coverage_run where method = 'DETOUR' and kinds = $1 and started_at >= $2
       and (status = 'DONE' or (status = 'RUNNING' and started_at > $3))`,
    [CIRCLE_KINDS, instantText(since), instantText(new Date(now().getTime() - RUN_MS))],
  );
  return WALK_PROFILES.filter((profile) => !made.some((run) => run.profile === profile));
}

/** Origins are read once for the runs of one night. @returns whether one failed. */
async function runAll(
  store: Store,
  graph: Graph,
  districtCode: string,
  profiles: readonly Parameters['profile'][],
  log: Logger,
): Promise<boolean> {
  const origins = originsThroughGraph(graph, districtCode);
  origins.catch(() => undefined);
  let failed = false;
  for (const profile of profiles) {
    const { id, status } = await runCoverage(store, { profile }, () => origins);
    log.info({ run: id, profile, status }, 'coverage run');
    failed ||= status === 'FAILED';
  }
  return failed;
}
