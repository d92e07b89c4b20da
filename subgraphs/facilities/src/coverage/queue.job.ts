/**
 * The queue of coverage runs (§6.3). Commands and changes put runs into it, each night brings its own, and every process of the department
 * takes what is due, one run at a time; a run whose process died is taken up again when its lease has ended.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { now } from '../../../shared/src/clock.ts';
import type { Transaction } from '../../../shared/src/database.ts';
import { addDays, dateIn, instantText, startOf } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import type { Graph } from '../../../shared/src/graph.ts';
import type { Services } from '../../../shared/src/subgraph.ts';
import { type BegunRun, finishRun, originPage, originsThroughGraph, ownStore, type Store, tellFinished } from './coverage.job.ts';
import { CIRCLE_KINDS, type Parameters, parametersHash } from './coverage.rules.ts';
import { CIRCLE_RUNS, onQueued, queueRun } from './queue.commands.ts';

/** By the machine's clock: a process that has not finished by then is believed to be dead. */
const LEASE_MS = 60_000;
const LOOK_MS = 3_000;
const MOST_PATIENT_MS = 60_000;
const AFTER_FAILURE_MS = 10 * 60_000;
/** Nightly runs begin at 02:30. */
const NIGHT_MS = 2.5 * 3_600_000;
/** So long a run that somebody asked for is repeated every night. */
const DEMANDED_DAYS = 30;
/** Two processes plan a night one after the other. */
const NIGHT_LOCK = 4_103_62;

/** The last 02:30 that has passed, and the next. */
export function nightsAround(instant: Date): { last: Date; next: Date } {
  const tonight = new Date(startOf(dateIn(instant)).getTime() + NIGHT_MS);
  const other = (days: number) => new Date(startOf(addDays(dateIn(instant), days)).getTime() + NIGHT_MS);
  return tonight <= instant ? { last: tonight, next: other(1) } : { last: other(-1), next: tonight };
}

type CoverageServices = Pick<Services, 'database' | 'graph' | 'log' | 'districtCode'>;

/**
 * Looks every few seconds, and at once when this process queued something. While the graph does not answer nothing is begun: what is due
 * waits, and the pause doubles up to a minute.
 * @returns what ends it, after what it is doing.
 */
export function startCoverage({ database, graph, log, districtCode }: CoverageServices, lookMs = LOOK_MS): () => Promise<void> {
  const store = ownStore({ database });
  let waiting = new AbortController();
  let isEnded = false;
  let plannedUntil = new Date(0);
  const look = async (): Promise<void> => {
    if (now() >= plannedUntil) plannedUntil = await planNight(store, now());
    if (await isAnyDue(store)) await makeDueRuns(store, graph, districtCode, log);
  };
  const run = async (): Promise<void> => {
    for (let rest = lookMs; !isEnded; ) {
      await pause(rest, undefined, { signal: waiting.signal, ref: false }).catch(() => undefined);
      if (isEnded) return;
      waiting = new AbortController();
      try {
        await look();
        rest = lookMs;
      } catch (error) {
        if (!(error instanceof HubError)) log.error({ err: error }, 'the queue of coverage runs');
        rest = Math.min(2 * rest, MOST_PATIENT_MS);
      }
    }
  };
  const running = run();
  const forget = onQueued(() => waiting.abort());
  return async () => {
    forget();
    isEnded = true;
    waiting.abort();
    await running;
  };
}

/**
 * Queues what the last night brings and has not got: the runs of the circle, and with other kinds those that somebody asked for lately.
 * @returns when the next night begins.
 */
export async function planNight(store: Store, at: Date): Promise<Date> {
  const { last, next } = nightsAround(at);
  await store(async (transaction) => {
    await transaction.rows('select pg_advisory_xact_lock($1)', [NIGHT_LOCK]);
    for (const parameters of [...CIRCLE_RUNS, ...(await demandedLately(transaction, at))]) {
      if (!(await isMadeSince(transaction, parameters, last))) await queueRun(transaction, parameters, { at, dueAt: at });
    }
  });
  return next;
}

function demandedLately({ rows }: Transaction, at: Date): Promise<Parameters[]> {
  return rows<Parameters>(
    `select distinct kinds, method, profile, threshold_metres as "thresholdMetres", weight from coverage_run where demanded_at >= $1 and kinds <> $2`,
    [startOf(addDays(dateIn(at), -DEMANDED_DAYS)), CIRCLE_KINDS],
  );
}

/** Is there such a run since then that is done or still to be? */
async function isMadeSince(
  { rows }: Transaction,
  { kinds, method, profile, thresholdMetres, weight }: Parameters,
  since: Date,
): Promise<boolean> {
  const made = await rows(
    `select id from coverage_run where kinds = $1 and method = $2 and profile = $3 and threshold_metres = $4 and weight = $5 and started_at >= $6
       and (status in ('QUEUED', 'DONE') or (status = 'RUNNING' and lease_until is not null)) limit 1`,
    [kinds, method, profile, thresholdMetres, weight, instantText(since)],
  );
  return made.length > 0;
}

/** What may begin now: queued and due, or begun by a process that is believed to be dead. Parameters: the domain's instant, the machine's. */
const DUE = `((status = 'QUEUED' and (due_at is null or due_at <= $1)) or (status = 'RUNNING' and lease_until < $2))`;
const instants = (): [string, string] => [instantText(now()), new Date().toISOString()];

const isAnyDue = (store: Store): Promise<boolean> =>
  store(async ({ rows }) => (await rows(`select id from coverage_run where ${DUE} limit 1`, instants())).length > 0);

/** Origins are read once for the runs that are due together. @throws HubError SOURCE_UNAVAILABLE while the graph is silent; nothing has begun then */
async function makeDueRuns(store: Store, graph: Graph, districtCode: string, log: Logger): Promise<void> {
  await originPage(graph, districtCode, 1, null);
  const origins = originsThroughGraph(graph, districtCode);
  origins.catch(() => undefined);
  for (let run = await takeRun(store); run !== null; run = await takeRun(store)) {
    const { id, parameters } = run;
    const status = await finishRun(store, run, () => origins, {
      also: async (transaction, ending) => {
        await tellFinished(transaction, id, ending, now());
        if (ending === 'FAILED') await queueAgain(transaction, parameters);
      },
    });
    log.info({ run: id, profile: parameters.profile, status }, 'coverage run');
  }
}

/** A run of the circle that failed is repeated; whoever asked for another one sees that it failed and may ask again. */
async function queueAgain(transaction: Transaction, parameters: Parameters): Promise<void> {
  const hash = parametersHash(parameters, []);
  const at = now();
  if (CIRCLE_RUNS.some((each) => parametersHash(each, []) === hash)) {
    await queueRun(transaction, parameters, { at, dueAt: new Date(at.getTime() + AFTER_FAILURE_MS) });
  }
}

/** Takes the next run that is due, if there is one; no two processes take the same. */
export function takeRun(store: Store): Promise<BegunRun | null> {
  return store(async ({ rows }) => {
    const [next] = await rows<Parameters & { id: string; attempt: number }>(
      `select id, attempt, kinds, method, profile, threshold_metres as "thresholdMetres", weight from coverage_run
       where ${DUE} order by started_at, id limit 1 for update skip locked`,
      instants(),
    );
    if (!next) return null;
    const { id, attempt, ...parameters } = next;
    const at = now();
    await rows(`update coverage_run set status = 'RUNNING', started_at = $2, attempt = attempt + 1, lease_until = $3 where id = $1`, [
      id,
      instantText(at),
      new Date(Date.now() + LEASE_MS).toISOString(),
    ]);
    return { id, parameters, at, attempt: attempt + 1 };
  });
}
