/**
 * Two at once, for certain: a transaction is made to stand still at a place of its way while others go theirs, so that a guard against a race is
 * missed by every run of its test and not by one in ten.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TestDatabase } from './database.ts';

type Owned = Pick<TestDatabase, 'owner'>;

/** An advisory lock, of this database alone. */
const GATE = 4_103_07;
const LOOKS = 1_000;
const LOOK_MS = 10;

/**
 * Begins one after the other; each goes on until it waits, before its first row of the table or for a lock that one before it holds, or has ended.
 * Then all may write.
 * @param table where an insert or an update stands still, e.g. `hub.event`.
 * @returns what they came to, in the order in which they began.
 */
export async function writeAtOnce<T>(world: Owned, table: string, ...works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const stand = `begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end`;
  await world.owner.query(`create function public.stand_still() returns trigger language plpgsql as '${stand}'`);
  await world.owner.query(
    `create trigger a_stand_still before insert or update on ${table} for each row execute function public.stand_still()`,
  );
  return behindGate(world, async () => {
    const begun: Promise<T>[] = [];
    let ended = 0;
    for (const work of works) {
      begun.push(work());
      begun
        .at(-1)
        ?.catch(() => undefined)
        .finally(() => ended++);
      await until(world, (waiting) => waiting + ended >= begun.length);
    }
    return begun;
  });
}

/**
 * Lets `second` go all its way while `first` stands still in a statement: it sees the table as it was, and has locked nothing yet.
 * @param table whose rows `first` reads.
 * @param first sends the statement that it is given at the beginning of its transaction.
 */
export async function seenBefore<T>(
  world: Owned,
  table: string,
  first: (standStill: string) => Promise<T>,
  second: () => Promise<T>,
): Promise<T[]> {
  const stand = `begin if current_setting(''test.stand_still'', true) = ''yes'' then perform pg_advisory_xact_lock_shared(${GATE}); end if; return true; end`;
  await world.owner.query(`create function public.stand_still() returns boolean language plpgsql as '${stand}'`);
  await world.owner.query(`create policy a_stand_still on ${table} as restrictive for select using (public.stand_still())`);
  return behindGate(world, async () => {
    const begun = first(`set local test.stand_still = 'yes'`);
    begun.catch(() => undefined);
    await until(world, (waiting) => waiting === 1);
    return [begun, Promise.resolve(await second())];
  });
}

/** Closes the gate, opens it when all have come, and takes it away when all have ended. */
async function behindGate<T>({ owner }: Owned, come: () => Promise<Promise<T>[]>): Promise<T[]> {
  await owner.query('select pg_advisory_lock($1)', [GATE]);
  let begun: Promise<T>[] = [];
  try {
    begun = await come();
  } finally {
    await owner.query('select pg_advisory_unlock($1)', [GATE]);
    await Promise.allSettled(begun);
    await owner.query('drop function public.stand_still() cascade');
  }
  return Promise.all(begun);
}

/** Waits until so many of this database's connections wait for a lock. */
async function until({ owner }: Owned, holds: (waiting: number) => boolean): Promise<void> {
  for (let n = 0; n < LOOKS; n++) {
    const { rows } = await owner.query<{ waiting: number }>(
      `select count(distinct pid)::int as waiting from pg_locks join pg_stat_activity using (pid) where datname = current_database() and not granted`,
    );
    if (holds(rows[0]?.waiting ?? 0)) return;
    await pause(LOOK_MS);
  }
  throw new Error('nobody stands still');
}
