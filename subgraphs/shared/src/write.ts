/** What commands write with, beside their own SQL: versions, constraints that are rules, dated state. */
import { StatementError, type Transaction } from './database.ts';
import { HubError } from './errors.ts';
import { holdsOn } from './span.entity.ts';

/** @throws HubError VERSION_CONFLICT, with the present version, when the caller saw another one (overview §3.4). */
export function expectVersion(version: number, expected: number | null | undefined): void {
  if (version !== expected) throw new HubError('VERSION_CONFLICT', { version });
}

/**
 * Turns a broken constraint into the error of the rule that it keeps:
 *
 *     await refusing(ctx.rows('insert …'), { space_name_once: () => refuse('SPACE_NAME_TAKEN', { field: ['name'] }) });
 */
export async function refusing<T>(work: Promise<T>, rules: Readonly<Record<string, () => HubError>>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const rule = error instanceof StatementError && error.constraint !== undefined ? rules[error.constraint] : undefined;
    throw rule ? rule() : error;
  }
}

/** A change of dated state (`span.entity.ts`). All names are ours, never a caller's. */
export interface StateChange {
  table: string;
  /** Key columns of the thing, without `valid_from`. */
  key: Readonly<Record<string, string>>;
  /** First day of the new state. */
  from: string;
  /** Columns that differ from the state before. */
  changes: Readonly<Record<string, unknown>>;
}

/**
 * From a day on the thing is what it was on that day with these changes: the row that holds then ends, and a new one takes its place until that
 * row's end. A row that begins on the same day is changed. What was true before stays as it was (overview §2.3).
 * @returns whether there was a state on that day; without one nothing is written.
 */
export async function beginState({ rows }: Pick<Transaction, 'rows'>, { table, key, from, changes }: StateChange): Promise<boolean> {
  const columns = Object.keys(key);
  const values = Object.values(key);
  const day = `$${columns.length + 1}::date`;
  const thing = columns.map((column, index) => `t.${column} = $${index + 1}`).join(' and ');
  const [held] = await rows<{ row: Record<string, unknown>; begins: boolean }>(
    `select to_jsonb(t) as row, t.valid_from = ${day} as begins from ${table} t where ${thing} and ${holdsOn('t', day)} for update`,
    [...values, from],
  );
  if (!held) return false;
  const names = Object.keys(changes);
  if (held.begins) {
    if (names.length === 0) return true;
    const sets = names.map((name) => `${name} = n.${name}`).join(', ');
    await rows(
      `update ${table} t set ${sets} from jsonb_populate_record(null::${table}, $${columns.length + 2}::jsonb) n where ${thing} and t.valid_from = ${day}`,
      [...values, from, JSON.stringify(changes)],
    );
    return true;
  }
  await rows(`update ${table} t set valid_to = ${day} where ${thing} and ${holdsOn('t', day)}`, [...values, from]);
  await rows(`insert into ${table} select * from jsonb_populate_record(null::${table}, $1::jsonb)`, [
    JSON.stringify({ ...held.row, ...changes, valid_from: from }),
  ]);
  return true;
}
