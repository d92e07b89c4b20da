/** Holds a department's roll-ups against its facts and makes them anew: what `npm run rollup` does, as the owner of the database. */
import pg from 'pg';

/** A row that the roll-up does not keep as the facts say. */
export interface Difference {
  roll_up: string;
  /** Community, grain, day and dimensions, in this order. */
  place: string;
  kept: string;
  counted: string;
}

/** Where roll-ups (with what is not folded yet) and facts differ, all seen at one instant; commands may go on. */
export async function differencesOf(ownerUrl: string): Promise<Difference[]> {
  return owning(ownerUrl, async (client) => (await client.query<Difference>('select * from rollup.difference order by 1, 2')).rows);
}

/** Makes the roll-ups anew from the facts of one instant; commands and figures may go on meanwhile. */
export async function rebuildRollups(ownerUrl: string): Promise<void> {
  await owning(ownerUrl, async (client) => {
    // Taken before the snapshot: what was folded until now lies in it.
    await client.query(`select pg_advisory_lock(hashtext('rollup'))`);
    await client.query('begin isolation level repeatable read');
    await client.query('select rollup.rebuild()');
    await client.query('commit');
    // The connection ends here, and the lock with it.
  });
}

/**
 * Loads many facts at once, as the owner inside a transaction: they are not counted one by one, the roll-ups are made at the end. A load without
 * it is as exact and takes longer.
 */
export async function loadingFacts(client: pg.ClientBase, tables: readonly string[], load: () => Promise<void>): Promise<void> {
  for (const table of tables) await client.query(`alter table ${pg.escapeIdentifier(table)} disable trigger roll_up_inserted`);
  await load();
  for (const table of tables) await client.query(`alter table ${pg.escapeIdentifier(table)} enable trigger roll_up_inserted`);
  await client.query('select rollup.rebuild()');
}

async function owning<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'rollup' });
  // A connection that breaks fails the statement under way, which is what the caller hears of.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
