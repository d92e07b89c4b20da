import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { instantText } from '../../../shared/src/domain/period.ts';
import { refuse } from '../errors.ts';
import { type RunRow, runById } from './coverage.read.ts';
import { type Parameters, parametersHash, parametersOf } from './coverage.rules.ts';
import type { RunCoverageInput } from './coverage-command.type.ts';
import { queueRun, tellQueued } from './queue.commands.ts';

const ANY_ORIGIN = 'query AnyOrigin { compounds(filter: {}, first: 1) { nodes { id } } }';
/** A run is asked for at once; whether there are compounds is told with it only if organization answers as fast. */
const PATIENCE_MS = 500;

/** Before the command: is there anything to walk from? True unless organization says that there is not. */
export async function hasOrigins({ graph }: Pick<Context, 'graph'>): Promise<boolean> {
  const asked = graph.ask<{ compounds: { nodes: unknown[] } | null }>(ANY_ORIGIN, {}).then(
    ({ compounds }) => compounds?.nodes.length !== 0,
    () => true,
  );
  const patience = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, true).unref());
  return Promise.race([asked, patience]);
}

/**
 * `runCoverage` (§6.3): puts a run into the queue and answers; an equal one that is QUEUED or RUNNING is given back, and one that waits for
 * later begins now.
 * @throws HubError PARAMETER_RANGE, NO_ORIGINS
 */
export async function runCoverage(ctx: CommandContext, input: RunCoverageInput, isAnythingThere: boolean): Promise<{ run: RunRow | null }> {
  const { kinds, method, profile } = input;
  const parameters = parametersOf({
    kinds,
    method,
    profile,
    thresholdMetres: input.thresholdMetres ?? undefined,
    weight: input.weight ?? undefined,
  });
  if (!isAnythingThere) throw refuse('NO_ORIGINS');
  const queueing = { at: ctx.at, dueAt: ctx.at, isDemanded: true };
  // Between looking and queueing another caller may queue the same, which is then given back.
  const id = (await equalRun(ctx, parameters)) ?? (await queueRun(ctx, parameters, queueing)) ?? (await equalRun(ctx, parameters));
  if (id === null) throw new Error('a coverage run was queued and begun within one command');
  ctx.afterCommit(tellQueued);
  return { run: await runById(ctx, id) };
}

async function equalRun(ctx: CommandContext, parameters: Parameters): Promise<string | null> {
  const [equal] = await ctx.rows<{ id: string }>(
    `update coverage_run set demanded_at = $2, due_at = least(due_at, $2)
     where id = (select id from coverage_run where parameters_hash = $1 and status in ('QUEUED', 'RUNNING') order by status = 'QUEUED' desc, id limit 1)
       and status in ('QUEUED', 'RUNNING')
     returning id`,
    [parametersHash(parameters, []), instantText(ctx.at)],
  );
  return equal?.id ?? null;
}
