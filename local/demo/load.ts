import type pg from 'pg';
import { everyOne, withClient } from '../databases.ts';
import type { Target } from '../prepare.ts';
import type { Steps } from '../steps.ts';
import type { Place, World, WorldOptions } from './world.types.ts';

/** What `subgraphs/<name>/seed.ts` offers. Everything is loaded by the owner inside the caller's transaction. */
interface Seed {
  /** Fills the department's tables from its part of the district. */
  seed(client: pg.Client, world: World): Promise<void>;
  /** Of the department that keeps the divisions: loads their editions. */
  seedDivisions?(client: pg.Client): Promise<void>;
  /** Of the same: the places of today. */
  places?(client: pg.Client): Promise<Place[]>;
}

/** A comment on the database: it commits or rolls back with the load, and is no table of the department's. */
const MARK = 'demo district loaded';

/**
 * Loads the division editions and the demo district, all departments at once, each in one transaction that also marks it as loaded:
 * an interrupted load leaves nothing behind and starts over the next time. What is loaded already stays as it is.
 * @returns whether there was anything to load
 */
export async function loadDemoDistrict(targets: readonly Target[], steps: Steps, options: WorldOptions = {}): Promise<boolean> {
  const loaded = await Promise.all(
    targets.map((target) => withClient(target.ownerUrl, (client) => isLoaded(client, nameOf(target.ownerUrl)))),
  );
  if (loaded.every(Boolean)) return false;
  const seeds = new Map(await Promise.all(targets.map(async ({ subgraph }) => [subgraph, await seedOf(subgraph)] as const)));

  // Divisions come first: every other department's rows point at their places.
  const keeper = targets.findIndex(({ subgraph }) => seeds.get(subgraph)?.seedDivisions);
  const home = targets[keeper];
  if (!home) throw new Error('no subgraph keeps the divisions');
  const seed = seeds.get(home.subgraph)!;
  await withClient(home.ownerUrl, async (client) => {
    await client.query('begin');
    if (!loaded[keeper]) await steps.run('division editions', '行政区划', () => seed.seedDivisions!(client));
    const places = await seed.places!(client);
    await steps.run('demo district', '演示区', async () => {
      // Only a first start needs it, so only a first start reads its code.
      const { buildWorld } = await import('./world.ts');
      const world = buildWorld(places, options);
      const others = targets.filter((_, index) => index !== keeper && !loaded[index]);
      await everyOne([
        ...others.map((target) => loadOne(target, seeds.get(target.subgraph)!, world)),
        loaded[keeper] ? client.query('rollback').then(() => undefined) : finish(client, home, seed, world),
      ]);
    });
  });
  return true;
}

const seedOf = (subgraph: string): Promise<Seed> => import(`../../subgraphs/${subgraph}/seed.ts`) as Promise<Seed>;

const loadOne = (target: Target, seed: Seed, world: World): Promise<void> =>
  withClient(target.ownerUrl, async (client) => {
    await client.query('begin');
    await finish(client, target, seed, world);
  });

async function finish(client: pg.Client, { ownerUrl }: Target, seed: Seed, world: World): Promise<void> {
  const indexes = await dropIndexes(client);
  await seed.seed(client, world);
  // Sorted once at the end, an index costs a fraction of what it costs row by row.
  for (const index of indexes) await client.query(index);
  const database = client.escapeIdentifier(nameOf(ownerUrl));
  await client.query(`comment on database ${database} is '${MARK}'`);
  await client.query('commit');
  // Fresh tables have no statistics and no visibility map: without them plans are slow and indexes alone do not answer.
  await client.query('vacuum analyze');
}

/** Drops the indexes that no constraint needs, within the transaction. @returns the statements that make them again */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where not indisunique and not indisexclusion
       and indrelid in (select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace)`,
  );
  if (rows.length > 0) await client.query(`drop index ${rows.map(({ name }) => name).join(', ')}`);
  return rows.map(({ definition }) => definition);
}

/** Whether a database holds the demo district, whole. Any database of the same server may be asked about. */
export async function isLoaded(client: pg.Client, database: string): Promise<boolean> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = $1`,
    [database],
  );
  return rows[0]?.mark === MARK;
}

const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));
