/**
 * Roll-ups (design §5): sums of many facts by community and day or month, kept in schema `rollup` of a department's database. Facts append what
 * they change to `rollup.<name>_delta` in the same transaction (triggers of the department's migration), `rollup.fold()` merges it into
 * `rollup.<name>`, and a figure reads both in one statement, so it is exact at once whoever has folded what.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { NOBODY } from './row-scope.ts';
import type { Services } from './subgraph.ts';

/**
 * A roll-up as data: `rollup.<name>` holds sums by community and day or month, `rollup.<name>_by` by month and dimensions, `rollup.<name>_delta`
 * what is not folded yet, and the view `rollup.<name>_fact` each fact with what it counts.
 */
export interface Rollup {
  name: string;
  /** Columns that breakdowns need. */
  dimensions: readonly string[];
  measures: readonly string[];
  /** Column of the facts' view that tells when: a date `day` or an instant `at`. */
  when: 'day' | 'at';
}

const MIDNIGHT = {
  day: (day: string) => day,
  at: (day: string) => `${day}::timestamp at time zone 'Asia/Shanghai'`,
};

/**
 * Relations for a `with`, of which `part` is the last: its rows add up to what happened in the cells: (n, the columns `carried`, dimensions
 * where they are asked, measures).
 *
 * Whole months come from months, the days before and after them from days, and what is not folded yet from the deltas. By dimensions there are
 * nearly as many sums of days as facts, so there the edges come from the facts.
 * @param cells a relation with n, community_id, "from" and "to" (days, half-open).
 * @param by the breakdown asked; empty: dimensions are left out.
 */
export function partsOf(
  { name, dimensions, measures, when }: Rollup,
  by: readonly string[],
  { cells = 'cell', carried = [] }: { cells?: string; carried?: readonly string[] } = {},
): string {
  const columns = ['n', ...carried].map((column) => `s.${column}`).join(', ');
  const sums = [...(by.length === 0 ? [] : dimensions), ...measures].map((column) => `r.${column}`).join(', ');
  // Row by row and not joined: the planner cannot know that most cells have no edges, and would read all days.
  const rows = (spans: string, table: string, condition: string) => `select ${columns}, ${sums} from ${spans} s
    cross join lateral (select * from rollup.${table} r where r.community_id = s.community_id and ${condition} offset 0) r`;
  const within = (column: string, from: string, to: string) => `r.${column} >= ${from} and r.${column} < ${to}`;
  const months = within('day', 's.first_month', 's.end_month');
  const unfolded = (days: string) =>
    `select ${columns}, ${sums} from span s join rollup.${name}_delta r on r.community_id = s.community_id and ${days}`;
  const parts =
    by.length === 0
      ? [
          rows('span', name, `r.grain = 'MONTH' and ${months}`),
          rows('edge', name, `r.grain = 'DAY' and ${within('day', 's."from"', 's."to"')}`),
          unfolded(within('day', 's."from"', 's."to"')),
        ]
      : [
          rows('span', `${name}_by`, months),
          rows('edge', `${name}_fact`, within(when, MIDNIGHT[when]('s."from"'), MIDNIGHT[when]('s."to"'))),
          unfolded(months),
        ];
  return `${spansOf(cells, carried)},
  part as (${parts.join('\n    union all ')})`;
}

/**
 * Relations `span`, the cells with `first_month` and `end_month`, between which their whole months lie, if there are any; and `edge`, the days
 * before and after these.
 */
export function spansOf(cells: string, carried: readonly string[] = []): string {
  const columns = ['n', 'community_id', ...carried].join(', ');
  return `span as (
    select ${columns}, "from", "to", date_trunc('month', "from" + interval '1 month - 1 day')::date as first_month,
      date_trunc('month', "to"::timestamp)::date as end_month
    from ${cells}
  ),
  edge as (
    select ${columns}, "from", least(first_month, "to") as "to" from span where "from" < first_month
    union all select ${columns}, greatest(first_month, end_month), "to" from span where greatest(first_month, end_month) < "to"
  )`;
}

const FOLD_EVERY_MS = 1_000;
const FOLD_MS = 60_000;

/**
 * Folds the department's roll-ups as long as its process runs, a part at a time. Any number of processes may: one folds, the others leave it to
 * him. When none does, figures stay exact and grow slower.
 * @returns what ends it.
 */
export function startFolding({ database, log }: Pick<Services, 'database' | 'log'>, everyMs = FOLD_EVERY_MS): () => void {
  const ending = new AbortController();
  const fold = () =>
    database.write({ ...NOBODY, roles: ['SERVICE'], deadline: Date.now() + FOLD_MS }, ({ rows }) =>
      rows<{ folded: string | null }>('select rollup.fold() as folded'),
    );
  void (async () => {
    for (let failed = false; !ending.signal.aborted; ) {
      try {
        const [row] = await fold();
        failed = false;
        if (Number(row?.folded) > 0) continue;
      } catch (error) {
        // Said once: while the database is away there is nothing else to tell.
        if (!failed) log.warn({ reason: (error as Error).message }, 'roll-ups were not folded');
        failed = true;
      }
      await pause(everyMs, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    }
  })();
  return () => ending.abort();
}
