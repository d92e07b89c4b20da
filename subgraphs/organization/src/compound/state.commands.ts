import type { CommandContext } from '../../../shared/src/command.ts';
import { beginState, type StateChange } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';

/**
 * Begins a state of something that is dated (§4.1).
 * @throws HubError EFFECTIVE_DATE_INVALID before a later change that is recorded, and before the first state
 */
export async function changeState(ctx: CommandContext, change: StateChange, field: readonly string[] = ['effectiveOn']): Promise<void> {
  const { table, key, from } = change;
  const thing = Object.keys(key)
    .map((column, index) => `${column} = $${index + 2}`)
    .join(' and ');
  const [later] = await ctx.rows<{ day: string }>(
    `select max(valid_from) as day from ${table} where ${thing} and valid_from > $1 having max(valid_from) is not null`,
    [from, ...Object.values(key)],
  );
  if (later) throw refuse('EFFECTIVE_DATE_INVALID', { field, details: { earliest: later.day } });
  if (!(await beginState(ctx, change))) throw refuse('EFFECTIVE_DATE_INVALID', { field, details: { from } });
}
