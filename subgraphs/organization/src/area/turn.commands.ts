import type { CommandContext } from '../../../shared/src/command.ts';

/**
 * Commands about the same thing (a place, a post, an organization) go one after the other from here to their end, so that what one has checked
 * still holds when it writes. Always by sorted ids, so that two commands never wait for each other.
 */
export async function inTurn(ctx: Pick<CommandContext, 'rows'>, ...ids: readonly string[]): Promise<void> {
  const sorted = [...new Set(ids)].sort();
  if (sorted.length > 0) await ctx.rows('select pg_advisory_xact_lock(hashtextextended(id, 0)) from unnest($1::text[]) id', [sorted]);
}
