import type { CommandContext } from '../../../shared/src/command.ts';
import type { HubError } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';
import { freeCode } from './compound.rules.ts';

interface Numbering {
  table: 'compound' | 'building';
  /** Code of the community or compound. */
  above: string;
  serials: Parameters<typeof freeCode>[2];
  /** As the caller wants it; by the hub when null. */
  wanted: string | null | undefined;
  field: string;
}

/**
 * A code that nobody has or had. Who numbers below one place goes one after the other (`inTurn`).
 * @throws HubError COMPOUND_CODE_TAKEN, BUILDING_CODE_TAKEN; VALIDATION_FAILED for a code that does not begin with the one above
 */
export async function newCode(ctx: CommandContext, { table, above, serials, wanted, field }: Numbering): Promise<string> {
  const taken = (details: Record<string, unknown>): HubError =>
    refuse(table === 'compound' ? 'COMPOUND_CODE_TAKEN' : 'BUILDING_CODE_TAKEN', { field: [field], details });
  if (wanted && !wanted.startsWith(above)) throw refuse('VALIDATION_FAILED', { field: [field], details: { above } });
  const rows = await ctx.rows<{ code: string }>(
    `select code from ${table} where code like $1 union all select code from former_code where code like $1`,
    [`${above}___`],
  );
  const codes = new Set(rows.map(({ code }) => code));
  if (wanted) {
    if (codes.has(wanted)) throw taken({ code: wanted, free: freeCode(above, codes, serials) });
    return wanted;
  }
  const free = freeCode(above, codes, serials);
  if (!free) throw taken({ above });
  return free;
}

/** A compound takes another code: the one before goes on answering, and its buildings are numbered below the new one. */
export async function recodeCompound(ctx: CommandContext, id: string, code: string, until: string): Promise<void> {
  await ctx.rows('insert into former_code (code, object_id, until) select c.code, c.id, $2::date from compound c where c.id = $1', [
    id,
    until,
  ]);
  await ctx.rows(
    'insert into former_code (code, object_id, until) select b.code, b.id, $2::date from building b where b.compound_id = $1',
    [id, until],
  );
  await ctx.rows('update compound set code = $2 where id = $1', [id, code]);
  await ctx.rows('update building set code = $2 || right(code, 3), version = version + 1 where compound_id = $1', [id, code]);
}
