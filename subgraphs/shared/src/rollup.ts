/**
 * Roll-ups (design §5): sums of many facts by community and day or month, kept in schema `rollup` of a department's database. Facts append what
 * they change to `rollup.<name>_delta` in the same transaction (triggers of the department's migration), `rollup.fold()` merges it into
 * `rollup.<name>`, and a figure reads both in one statement, so it is exact at once whoever has folded what.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { NOBODY } from './row-scope.ts';
import type { Services } from './subgraph.ts';

/** A roll-up as data: its tables are `rollup.<name>` and `rollup.<name>_delta`. */
export interface Rollup {
  name: string;
  /** Columns that breakdowns need; rows of all of them together are kept beside (grains DAY and MONTH against DAY_BY and MONTH_BY). */
  dimensions: readonly string[];
  measures: readonly string[];
}

/**
 * Relations for a `with`: `span`, the cells of a relation with the months that lie wholly inside, and `part`, whose rows add up to what
 * happened in them: (n, the columns `carried`, dimensions where they are asked, measures).
 *
 * Whole months come from months, the days before and after them from days, and what is not folded yet from the deltas.
 * @param cells a relation with n, community_id, "from" and "to" (days, half-open).
 * @param by the breakdown asked; empty: dimensions are left out.
 */
export function partsOf(
  { name, dimensions, measures }: Rollup,
  by: readonly string[],
  { cells = 'cell', carried = [] }: { cells?: string; carried?: readonly string[] } = {},
): string {
  const grain = by.length === 0 ? ['MONTH', 'DAY'] : ['MONTH_BY', 'DAY_BY'];
  const asked = by.length === 0 ? [] : dimensions;
  const columns = [...['n', ...carried].map((column) => `s.${column}`), ...[...asked, ...measures].map((column) => `r.${column}`)].join(
    ', ',
  );
  const rolled = (of: string, from: string, to: string) => `select ${columns} from span s join rollup.${name} r
    on r.community_id = s.community_id and r.grain = '${of}' and r.day >= ${from} and r.day < ${to}`;
  return `${spansOf(cells)},
  part as (
    ${rolled(grain[0] as string, 's.first_month', 's.end_month')}
    union all ${rolled(grain[1] as string, 's."from"', 'least(s.first_month, s."to")')}
    union all ${rolled(grain[1] as string, 'greatest(s.first_month, s.end_month)', 's."to"')}
    union all select ${columns} from span s join rollup.${name}_delta r on r.community_id = s.community_id and r.day >= s."from" and r.day < s."to"
  )`;
}

/** Relation `span`: the cells with `first_month` and `end_month`, between which whole months lie, if there are any. */
export const spansOf = (cells: string): string => `span as (
    select c.*, date_trunc('month', c."from" + interval '1 month - 1 day')::date as first_month, date_trunc('month', c."to"::timestamp)::date as end_month
    from ${cells} c
  )`;

const FOLD_EVERY_MS = 1_000;
const FOLD_MS = 60_000;

/**
 * Folds the department's roll-ups as long as its process runs. Any number of processes may: one folds, the others leave it to him. When none
 * does, figures stay exact and grow slower.
 * @returns what ends it.
 */
export function startFolding({ database, log }: Pick<Services, 'database' | 'log'>, everyMs = FOLD_EVERY_MS): () => void {
  const ending = new AbortController();
  void (async () => {
    while (!ending.signal.aborted) {
      await database
        .write({ ...NOBODY, roles: ['SERVICE'], deadline: Date.now() + FOLD_MS }, (transaction) => transaction.rows('select rollup.fold()'))
        .catch((error: unknown) => log.warn({ reason: (error as Error).message }, 'roll-ups were not folded'));
      await pause(everyMs, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    }
  })();
  return () => ending.abort();
}
