import { now } from '../../../shared/src/clock.ts';
import { recordEvents } from '../../../shared/src/command.ts';
import type { Database, Transaction } from '../../../shared/src/database.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn, instantText } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import type { Graph } from '../../../shared/src/graph.ts';
import { NOBODY } from '../../../shared/src/row-scope.ts';
import { refuse } from '../errors.ts';
import {
  DETOUR_FACTORS,
  type Distance,
  distancesOf,
  type Origin,
  type Parameters,
  parametersHash,
  parametersOf,
  totalsOf,
} from './coverage.rules.ts';
import { destinationsOn } from './destination.read.ts';

/** Opens transactions for a run; its beginning and its end are one each. */
export type Store = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

/** The longest that a transaction of a run may take. */
const OWN_MS = 60_000;

/** Transactions of the process itself. */
export const ownStore =
  ({ database }: { database: Database }): Store =>
  (work) =>
    database.write({ ...NOBODY, roles: ['SERVICE'], variant: 'INTERNAL', deadline: Date.now() + OWN_MS }, work);

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

/** A run that this process has begun: state is read as of the day of `at`. */
export interface BegunRun {
  id: string;
  parameters: Parameters;
  at: Date;
  attempt: number;
}

/**
 * Makes one coverage run over the whole district at once, outside the queue: the demo's history, tests.
 * @returns the run's id and how it ended, as `finishRun`.
 * @throws HubError PARAMETER_RANGE before anything is stored.
 */
export async function runCoverage(
  store: Store,
  options: RunOptions,
  readOrigins: () => Promise<Origins>,
): Promise<{ id: string; status: Ending }> {
  const at = options.at ?? now();
  const run = { id: options.id ?? newId('cr', at), parameters: parametersOf(options), at, attempt: 1 };
  await store((transaction) => begin(transaction, run));
  return { id: run.id, status: await finishRun(store, run, readOrigins, { finishedAt: options.at }) };
}

/** OVERTAKEN: another process has taken the run up meanwhile, and it is that one's. */
export type Ending = 'DONE' | 'FAILED' | 'OVERTAKEN';

interface Finishing {
  /** Now unless told. */
  finishedAt?: Date | undefined;
  /** Done in the transaction that ends it. */
  also?: (transaction: Transaction, ending: Ending) => Promise<void>;
}

/**
 * Computes a run that has begun, the nearest destination of every origin, and stores it with them.
 *
 * A run that cannot be finished is kept as FAILED with its code (NO_ORIGINS, SOURCE_UNAVAILABLE, INTERNAL_SERVER_ERROR), and nothing else is
 * changed: figures go on with the last DONE one.
 */
export async function finishRun(
  store: Store,
  run: BegunRun,
  readOrigins: () => Promise<Origins>,
  finishing: Finishing = {},
): Promise<Ending> {
  try {
    const read = await readOrigins();
    if (read.origins.length === 0) throw refuse('NO_ORIGINS');
    return await store(async (transaction) => {
      if (!(await isOurs(transaction, run))) return 'OVERTAKEN';
      await storeResult(transaction, run, read, finishing.finishedAt ?? now());
      await finishing.also?.(transaction, 'DONE');
      return 'DONE';
    });
  } catch (error) {
    const code = error instanceof HubError ? error.code : 'INTERNAL_SERVER_ERROR';
    return store(async (transaction) => {
      if (!(await isOurs(transaction, run))) return 'OVERTAKEN';
      await transaction.rows(`update coverage_run set status = 'FAILED', finished_at = $2, failure = $3 where id = $1`, [
        run.id,
        instantText(now()),
        code,
      ]);
      await finishing.also?.(transaction, 'FAILED');
      return 'FAILED';
    });
  }
}

/** The event of a run that has ended. */
export const tellFinished = (transaction: Transaction, id: string, to: Ending, at: Date): Promise<void> =>
  recordEvents(transaction.rows, at, [{ name: 'coverage-run.finished', objectType: 'CoverageRun', objectId: id, on: dateIn(at), to }]);

async function isOurs({ rows }: Transaction, { id, attempt }: BegunRun): Promise<boolean> {
  const ours = await rows(`select id from coverage_run where id = $1 and status = 'RUNNING' and attempt = $2 for update`, [id, attempt]);
  return ours.length > 0;
}

async function begin({ rows }: Transaction, { id, parameters, at, attempt }: BegunRun): Promise<void> {
  const { kinds, method, profile, thresholdMetres, weight } = parameters;
  await rows(
    `insert into coverage_run (id, status, kinds, method, profile, threshold_metres, detour_factor, weight, started_at, parameters_hash, attempt)
     values ($1, 'RUNNING', $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, kinds, method, profile, thresholdMetres, DETOUR_FACTORS[method], weight, instantText(at), parametersHash(parameters, []), attempt],
  );
}

async function storeResult(
  transaction: Transaction,
  { id, parameters, at }: BegunRun,
  { origins, dataAsOf }: Origins,
  finishedAt: Date,
): Promise<void> {
  const destinations = await destinationsOn(transaction, parameters.kinds, dateIn(at));
  const distances = distancesOf(parameters, origins, destinations);
  await storeDistances(transaction, id, distances);
  const estimated = origins.filter(({ estimated: centroid, points }) => centroid && points.length > 0).length;
  const { covered, total, unknownCompounds } = totalsOf(distances);
  const counts = [origins.length, estimated, destinations.length, covered, total, unknownCompounds];
  await transaction.rows(
    `update coverage_run set status = 'DONE', finished_at = $2, data_as_of = $3, parameters_hash = $4, origins = $5, origins_estimated = $6,
       facilities = $7, covered = $8, total = $9, unknown_compounds = $10 where id = $1`,
    [id, instantText(finishedAt), dataAsOf, parametersHash(parameters, destinations), ...counts],
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

/** One page of the district's origins. @throws HubError SOURCE_UNAVAILABLE */
export async function originPage(graph: Graph, area: string, first: number, after: string | null) {
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
