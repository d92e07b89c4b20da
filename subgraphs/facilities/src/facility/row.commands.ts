import type { Transaction } from '../../../shared/src/database.ts';

/** Columns and what they become. The names are ours, never a caller's. */
export type Columns = Readonly<Record<string, unknown>>;

/** Makes a row. */
export async function insertRow({ rows }: Pick<Transaction, 'rows'>, table: string, columns: Columns): Promise<void> {
  const names = Object.keys(columns).join(', ');
  await rows(`insert into ${table} (${names}) select ${names} from jsonb_populate_record(null::${table}, $1::jsonb)`, [
    JSON.stringify(columns),
  ]);
}

/** Changes a row and raises its version; without columns the version alone. */
export async function updateRow({ rows }: Pick<Transaction, 'rows'>, table: string, id: string, columns: Columns): Promise<void> {
  const sets = Object.keys(columns).map((name) => `${name} = n.${name}, `);
  await rows(
    `update ${table} t set ${sets.join('')}version = t.version + 1 from jsonb_populate_record(null::${table}, $2::jsonb) n where t.id = $1`,
    [id, JSON.stringify(columns)],
  );
}
