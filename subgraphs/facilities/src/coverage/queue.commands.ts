import type { CommandContext } from '../../../shared/src/command.ts';
import type { Transaction } from '../../../shared/src/database.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { instantText } from '../../../shared/src/domain/period.ts';
import { CIRCLE_KINDS, DETOUR_FACTORS, type Parameters, parametersHash, parametersOf, WALK_PROFILES } from './coverage.rules.ts';

/** A change is followed by a run so much later (§6.3): changes seldom come alone. */
export const AFTER_CHANGE_MS = 10 * 60_000;

/** When a run was asked for, and from when on it may begin. */
interface Queueing {
  at: Date;
  dueAt: Date;
  /** Somebody asked for it with `runCoverage`. */
  isDemanded?: boolean;
}

/** Puts a run into the queue. @returns its id; null where an equal one waits already, which will see all that this one would. */
export async function queueRun(
  { rows }: Pick<Transaction, 'rows'>,
  parameters: Parameters,
  { at, dueAt, isDemanded }: Queueing,
): Promise<string | null> {
  const { kinds, method, profile, thresholdMetres, weight } = parameters;
  const [queued] = await rows<{ id: string }>(
    `insert into coverage_run (id, status, kinds, method, profile, threshold_metres, detour_factor, weight, started_at, parameters_hash, due_at, demanded_at)
     values ($1, 'QUEUED', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (parameters_hash) where status = 'QUEUED' do nothing returning id`,
    [
      newId('cr', at),
      kinds,
      method,
      profile,
      thresholdMetres,
      DETOUR_FACTORS[method],
      weight,
      instantText(at),
      parametersHash(parameters, []),
      instantText(dueAt),
      isDemanded ? instantText(at) : null,
    ],
  );
  return queued?.id ?? null;
}

/** The parameters of the runs that are kept up to date by themselves: FAC_4's kinds, DETOUR, each profile (§6.3). */
export const CIRCLE_RUNS: readonly Parameters[] = WALK_PROFILES.map((profile) => parametersOf({ kinds: CIRCLE_KINDS, profile }));

/** After what changes destinations or origins, at an instant that may be past: the runs of the circle again, ten minutes later. */
export async function queueAfterChange(transaction: Pick<Transaction, 'rows'>, at: Date, changedAt = at): Promise<void> {
  const dueAt = new Date(changedAt.getTime() + AFTER_CHANGE_MS);
  for (const parameters of CIRCLE_RUNS) await queueRun(transaction, parameters, { at, dueAt });
}

/** The same from a command, whoever gave it. */
export const queueCircleRuns = (ctx: CommandContext): Promise<void> => ctx.asService(() => queueAfterChange(ctx, ctx.at));

const listeners = new Set<() => void>();

/** Calls back when this process has put a run into the queue that may begin at once. @returns what ends it */
export function onQueued(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Tells the job of this process; that of another one looks every few seconds. */
export const tellQueued = (): void => {
  for (const listener of listeners) listener();
};
