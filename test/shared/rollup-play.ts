/**
 * Many clients write facts of one database at the same time, fold and rebuild its roll-ups, and roll back; meanwhile and afterwards every figure
 * equals the raw sums of the same snapshot, and the roll-ups equal the facts. The raw sums are the straight SQL's, which knows no roll-up.
 */
import fc from 'fast-check';
import pg from 'pg';
import { expect } from 'vitest';
import { columnTypes, SESSION_OPTIONS } from '../../subgraphs/shared/src/column-types.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import type { Figure } from '../../subgraphs/shared/src/figure.ts';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import type { Membership, Place } from '../../subgraphs/shared/src/membership.ts';
import { rebuildRollups } from '../../subgraphs/shared/src/rollup-check.ts';
import { holdClock } from '../clock.ts';
import type { TestDatabase } from '../database.ts';
import { exact, written } from '../straight/exact.ts';
import type { Basis, Period, Places } from '../straight/places.ts';
import type { Database, StraightRow } from '../straight/row.ts';

/** `GENERATED_RUNS=2000` looks longer. */
export const RUNS = Number(process.env.GENERATED_RUNS ?? 100);
const CLIENTS = 4;

/** One statement, or several in one transaction that may be rolled back. */
export type Step = { sql: string } | { sql: string[]; commit: boolean } | 'FOLD' | 'REBUILD';

/** Facts happen from 2025-01-25 on for so many days. */
const DAYS = 105;
const FIRST = Date.UTC(2025, 0, 25);
const dayText = (n: number): string => new Date(FIRST + n * 86_400_000).toISOString().slice(0, 10);

export const days = fc.integer({ min: 0, max: DAYS - 1 }).map(dayText);
/** Three communities; `c1` moves from street `s1` to `s2` in the middle of March. */
export const communities = fc.constantFrom('c1', 'c2', 'c3');
const MOVED = '2025-03-17';

const member = (communityId: string, streetId: string, recordedFrom: string | null, recordedTo: string | null): Membership => ({
  ...{ communityId, streetId, districtId: 'd', recordedFrom, recordedTo, current: recordedTo === null, stats: [] },
});
const MEMBERSHIP = [
  member('c1', 's1', null, MOVED),
  member('c1', 's2', MOVED, null),
  member('c2', 's1', null, null),
  member('c3', 's2', null, null),
];
const AREAS = ['d', 's1', 's2', 'c1', 'c2', 'c3'];

const placeOf = (id: string): Place => {
  const own = new Set(
    MEMBERSHIP.filter((row) => [row.communityId, row.streetId, row.districtId].includes(id)).map((row) => row.communityId),
  );
  return { id, membership: MEMBERSHIP.filter((row) => own.has(row.communityId)) };
};

const UNKNOWN = { households: null, population: null, residents60Plus: null, residents65Plus: null };

/** The same memberships as the straight SQL is handed them. */
function placesOf(period: Period, basis: Basis): Places {
  const rows = MEMBERSHIP.filter((row) => basis === 'AS_RECORDED' || row.current);
  const open = (day: string | null): string | null => (basis === 'RESTATED' ? null : day);
  return {
    ...{ areas: AREAS, period, basis, day: period.end },
    stays: rows.map((row, no) => ({
      ...{ no, communityId: row.communityId, since: open(row.recordedFrom), until: open(row.recordedTo), there: true, ...UNKNOWN },
    })),
    roll: rows.flatMap((row, no) => [row.communityId, row.streetId, row.districtId].map((areaId) => ({ areaId, no }))),
  };
}

interface Asked {
  period: Period;
  basis: Basis;
  today: string;
}
const custom = fc
  .tuple(fc.integer({ min: -3, max: DAYS }), fc.integer({ min: 1, max: DAYS }))
  .map(([from, length]): Period => ({ grain: 'CUSTOM', start: dayText(from), end: dayText(from + length) }));
const asked: fc.Arbitrary<Asked> = fc
  .record({
    period: fc.oneof(
      custom,
      fc.constantFrom<Period>(
        { grain: 'YEAR', start: '2025-01-01', end: '2026-01-01' },
        { grain: 'MONTH', start: '2025-03-01', end: '2025-04-01' },
      ),
    ),
    basis: fc.constantFrom<Basis>('RESTATED', 'AS_RECORDED'),
    today: fc.integer({ min: 30, max: DAYS + 60 }).map(dayText),
  })
  .filter(({ period, today }) => period.start <= today);

export interface Game {
  world: TestDatabase;
  figures: readonly Figure[];
  /** The raw sums by SQL straight over the facts. */
  straight(database: Database, places: Places, today: string): Promise<StraightRow[]>;
  step: fc.Arbitrary<string>;
  /** Empties the facts, and fills in what others belong to. */
  empty: string;
  /** More that must hold in one snapshot. */
  also?(database: Database, context: Context): Promise<void>;
}

/** Steps of one client: single statements, two in a transaction, a fold and now and then a rebuild. */
const script = (statement: fc.Arbitrary<string>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: statement.map((sql): Step => ({ sql })) },
      { weight: 3, arbitrary: fc.record({ sql: fc.array(statement, { minLength: 2, maxLength: 3 }), commit: fc.boolean() }) },
      { weight: 3, arbitrary: fc.constant<Step>('FOLD') },
      { weight: 1, arbitrary: fc.constant<Step>('REBUILD') },
    ),
    { minLength: 1, maxLength: 8 },
  );

/** Two that wait for each other, what is written without the row it belongs to, and what is there already: refused, and nothing of it is kept. */
const REFUSED = ['40P01', '23503', '23505', '23P01'];

async function run(client: pg.Client, step: Step, ownerUrl: string): Promise<void> {
  if (step === 'FOLD') return void (await client.query('select rollup.fold()'));
  if (step === 'REBUILD') return rebuildRollups(ownerUrl);
  const [statements, end] =
    typeof step.sql === 'string' ? [[step.sql], 'commit'] : [step.sql, 'commit' in step && step.commit ? 'commit' : 'rollback'];
  try {
    await client.query('begin');
    for (const sql of statements) await client.query(sql);
    await client.query(end);
  } catch (error) {
    await client.query('rollback');
    if (!REFUSED.includes((error as pg.DatabaseError).code ?? '')) throw error;
  }
}

const connect = async (world: TestDatabase): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: world.url('owner'), types: columnTypes, options: SESSION_OPTIONS });
  await client.connect();
  return client;
};

/** Every figure of every place equals the raw sums, both read in one snapshot. */
async function compare({ world, figures, straight, also }: Game, client: pg.Client, { period, basis, today }: Asked): Promise<void> {
  await client.query('begin isolation level repeatable read read only');
  try {
    // One after the other: they share the snapshot of one connection.
    let turn: Promise<unknown> = Promise.resolve();
    const figureRows = <T extends object>(sql: string, params: readonly unknown[] = []): Promise<T[]> => {
      const rows = turn.then(async () => (await client.query<T>(sql, [...params])).rows);
      turn = rows.catch(() => undefined);
      return rows;
    };
    const context = world.context({}, { figureRows });
    holdClock(`${today}T12:00:00+08:00`);
    const answers = await readFigures(
      context,
      figures,
      AREAS.map((id) => ({ place: placeOf(id), period, basis })),
    );
    const rows = await straight(client, placesOf(period, basis), today);
    const said = answers.flatMap((list, n) =>
      list.map(
        ({ figure: { key }, value }) =>
          `${AREAS[n]} ${key} ${value.numerator}/${value.denominator} ${JSON.stringify(value.excluded ?? [])}`,
      ),
    );
    const keys = new Set(figures.map(({ key }) => key));
    const raw = rows
      .filter(({ key }) => keys.has(key))
      .map(({ areaId, key, numerator, denominator, excluded }) => {
        const counts = Object.entries(excluded).map(([reason, count]) => ({ reason, count }));
        return `${areaId} ${key} ${normal(numerator)}/${normal(denominator)} ${JSON.stringify(counts)}`;
      });
    expect(said.sort()).toEqual(raw.sort());
    const { rows: differences } = await client.query('select * from rollup.difference');
    expect(differences).toEqual([]);
    await also?.(client, context);
  } finally {
    await client.query('rollback');
  }
}

const normal = (number: string | null): string => (number === null ? 'null' : ratioText(written(exact(number))));
/** As `Ratio` writes itself: whole, or as a fraction. */
const ratioText = (text: string): string => {
  const { n, d } = exact(text);
  return d === 1n ? String(n) : `${n}/${d}`;
};

/** Plays generated games with several clients at a time; throws with the one that goes wrong. */
export async function play(game: Game): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(game.world)));
  const watcher = await connect(game.world);
  let folds = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(game.step, { maxLength: 12 }),
        fc.tuple(...clients.map(() => script(game.step))),
        fc.array(asked, { minLength: 1, maxLength: 3 }),
        async (before, scripts, questions) => {
          await watcher.query(game.empty);
          for (const sql of before) await run(watcher, { sql }, game.world.url('owner'));
          let writing = true;
          const written = Promise.all(
            scripts.map(async (steps, n) => {
              for (const step of steps) await run(clients[n] as pg.Client, step, game.world.url('owner'));
              folds += steps.filter((step) => step === 'FOLD').length;
            }),
          ).finally(() => {
            writing = false;
          });
          const watched = (async () => {
            for (let n = 0; writing; n++) await compare(game, watcher, questions[n % questions.length] as Asked);
          })();
          await Promise.all([written, watched]);
          for (const question of questions) await compare(game, watcher, question);
          await watcher.query('select rollup.fold()');
          for (const question of questions) await compare(game, watcher, question);
        },
      ),
      // With several clients a smaller game seldom goes wrong the same way.
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(folds).toBeGreaterThan(RUNS / 4);
  } finally {
    holdClock(null);
    await Promise.all([...clients, watcher].map((client) => client.end()));
  }
}
