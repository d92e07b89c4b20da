import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type Behind, follow } from '../../subgraphs/shared/src/consumer.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { HubError } from '../../subgraphs/shared/src/errors.ts';
import { type EventRow, events } from '../../subgraphs/shared/src/event.read.ts';
import { type Graph, GraphRefusal } from '../../subgraphs/shared/src/graph.ts';
import { Seal } from '../../subgraphs/shared/src/seal.ts';
import type { Services } from '../../subgraphs/shared/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

/** The department whose events are followed, and the one that follows them. */
let source: TestDatabase;
let target: TestDatabase;
beforeAll(async () => {
  [source, target] = await Promise.all([testDatabase(fixture), testDatabase(fixture)]);
  // No constraint keeps an effect from happening twice: the cursor has to.
  await target.owner.query(
    'create table effect (n bigint generated always as identity, event_id text, name text); grant insert on effect to fixture_app',
  );
});
afterAll(() => Promise.all([source.drop(), target.drop()]));
beforeEach(async () => {
  await target.owner.query('truncate effect; delete from hub.cursor');
  await source.owner.query('delete from hub.event');
});

const EVENT = `insert into hub.event (id, name, at, object_type, object_id, actor_role) values ($1, $2, now(), 'Thing', 'th_1', 'SERVICE')`;
const tell = async (...names: string[]): Promise<void> => {
  for (const name of names) await source.owner.query(EVENT, [`ev_${name}`, name.replace(/\d+$/, '')]);
};

interface Gate {
  isSilent: boolean;
  keys?: ConstructorParameters<typeof Seal>[0];
  /** Holds an answer with so many events back. */
  hold?: (events: number) => Promise<void>;
}

/** The graph as far as a list of events goes: the owner's own read of them, without the gateway in between. */
const graphTo = (gate: Gate): Graph =>
  ({
    ask: async (_query: string, { after, first }: { after: string | null; first: number }) => {
      if (gate.isSilent) throw new HubError('SOURCE_UNAVAILABLE');
      const ctx: Context = source.context();
      const seal = gate.keys ? new Seal(gate.keys, 'cursor') : ctx.seal;
      const page = await events({ ...source.session(), claims: ctx.claims, seal } as Context, 'organizationEvents', { after, first }).catch(
        (error: unknown) => {
          throw error instanceof HubError ? new GraphRefusal([error.code]) : error;
        },
      );
      await gate.hold?.(page.nodes.length);
      return { page };
    },
  }) as unknown as Graph;

const errors: unknown[] = [];
const log = { error: (each: unknown) => void errors.push(each), info: () => undefined } as unknown as Services['log'];

interface Follower {
  behind: () => Behind;
  stop: () => Promise<void>;
}

/** Starts one that notes each event it is handed. */
function begin({
  gate = { isSilent: false },
  names = ['told'],
  handle = async () => undefined,
  everyMs = 10,
}: {
  gate?: Gate;
  names?: string[];
  handle?: (event: Pick<EventRow, 'id' | 'name'>) => Promise<void>;
  everyMs?: number;
} = {}): Follower {
  const behind: Services['behind'] = new Map();
  const services = { database: target.database, graph: graphTo(gate), log, behind };
  const stop = follow(services, {
    name: 'test',
    events: 'organizationEvents',
    names,
    everyMs,
    handle: async ({ rows }, told) => {
      for (const event of told) {
        await rows('insert into effect (event_id, name) values ($1, $2)', [event.id, event.name]);
        await handle(event);
      }
    },
  });
  return { stop, behind: () => behind.get('test')?.() as Behind };
}

const effects = async (): Promise<string[]> =>
  (await target.owner.query<{ event_id: string }>('select event_id from effect order by n')).rows.map((row) => row.event_id);
const until = (ids: string[]): Promise<void> =>
  vi.waitFor(async () => expect(await effects()).toEqual(ids), { timeout: 15_000, interval: 20 });

test('what happened before and what happens while it follows takes effect once, in its order; other events are passed over', async () => {
  await tell('told1', 'other1', 'told2');
  const follower = begin();
  await until(['ev_told1', 'ev_told2']);
  await tell('other2', 'told3');
  await until(['ev_told1', 'ev_told2', 'ev_told3']);
  await follower.stop();
  const again = begin();
  await tell('told4');
  await until(['ev_told1', 'ev_told2', 'ev_told3', 'ev_told4']);
  await again.stop();
});

test('more than a page is read on at once', async () => {
  await source.owner.query(
    `insert into hub.event (id, name, at, object_type, object_id, actor_role)
     select 'ev_' || lpad(n::text, 4, '0'), 'told', now(), 'Thing', 'th_1', 'SERVICE' from generate_series(1, 450) n`,
  );
  const follower = begin({ everyMs: 60_000 });
  await vi.waitFor(async () => expect((await effects()).length).toBe(450), { timeout: 10_000 });
  await follower.stop();
});

test('an effect that fails leaves neither itself nor the cursor, is said in the log, and is tried again', async () => {
  await tell('told1', 'told2');
  let tries = 0;
  errors.length = 0;
  const follower = begin({
    handle: async ({ id }) => {
      if (id === 'ev_told2' && ++tries < 3) throw new Error('not yet');
    },
  });
  await until(['ev_told1', 'ev_told2']);
  expect(tries).toBe(3);
  expect(errors).toHaveLength(2);
  await follower.stop();
});

test('while the graph is silent it waits longer and longer, says how far it is behind, and catches up afterwards', async () => {
  const gate: Gate = { isSilent: false };
  errors.length = 0;
  await tell('told1');
  const follower = begin({ gate });
  await until(['ev_told1']);
  await vi.waitFor(() => expect(follower.behind()).toEqual({ events: 'organizationEvents', seconds: 0, failures: 0 }));
  gate.isSilent = true;
  await tell('told2');
  await vi.waitFor(() => expect(follower.behind().failures).toBeGreaterThanOrEqual(3), { timeout: 5_000 });
  await pause(1_100);
  expect(follower.behind().seconds).toBeGreaterThanOrEqual(1);
  expect(follower.behind().failures).toBeLessThan(10);
  expect(await effects()).toEqual(['ev_told1']);
  gate.isSilent = false;
  await until(['ev_told1', 'ev_told2']);
  await vi.waitFor(() => expect(follower.behind().failures).toBe(0));
  expect(errors).toEqual([]);
  await follower.stop();
});

test('one that never reached the end of the list says so', async () => {
  const follower = begin({ gate: { isSilent: true } });
  await vi.waitFor(() => expect(follower.behind().failures).toBeGreaterThan(0));
  expect(follower.behind().seconds).toBeNull();
  await follower.stop();
});

test('two processes that were told the same page handle it once', async () => {
  await tell('told1', 'told2');
  let asking = 0;
  const both = Promise.withResolvers<void>();
  const gate: Gate = {
    isSilent: false,
    // Transactions of other databases may hold events back for a moment: only a page that tells something counts.
    hold: async (told) => {
      if (told === 0) return;
      if (++asking === 2) both.resolve();
      await both.promise;
    },
  };
  const followers = [begin({ gate }), begin({ gate })];
  await until(['ev_told1', 'ev_told2']);
  await pause(200);
  await Promise.all(followers.map(({ stop }) => stop()));
  expect(await effects()).toEqual(['ev_told1', 'ev_told2']);
});

test('stopping waits for what is being handled, which is whole', async () => {
  await tell('told1');
  const begun = Promise.withResolvers<void>();
  const follower = begin({
    handle: async () => {
      begun.resolve();
      await pause(300);
    },
  });
  await begun.promise;
  await follower.stop();
  expect(await effects()).toEqual(['ev_told1']);
});

test('a cursor that the owner does not know any more is found again by the event that was handled last', async () => {
  const gate: Gate = { isSilent: false, keys: [{ id: 'old', secret: Buffer.alloc(32, 1) }] };
  await tell('told1', 'other1', 'told2');
  const before = begin({ gate });
  await until(['ev_told1', 'ev_told2']);
  await before.stop();
  gate.keys = [{ id: 'new', secret: Buffer.alloc(32, 2) }];
  await tell('told3');
  const after = begin({ gate });
  await until(['ev_told1', 'ev_told2', 'ev_told3']);
  await after.stop();
});

/** A transaction of the owner: what it tells in which pauses, and whether it is taken back in the end. */
const transaction = fc.record({
  startMs: fc.nat(250),
  steps: fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }),
  isTakenBack: fc.nat(5).map((n) => n === 0),
});

interface Told {
  ids: string[];
  begun: number;
  committed: number;
}

describe('with long and short transactions, two processes, and connections that are cut', () => {
  test('none is lost, none takes effect twice, and the order is that of the commits', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 4, maxLength: 14 }), async (all) => {
        await target.owner.query('truncate effect; delete from hub.cursor');
        await source.owner.query('delete from hub.event');
        const followers = [begin({ everyMs: 5 }), begin({ everyMs: 7 })];
        let clock = 0;
        const work = all.map(async ({ startMs, steps, isTakenBack }, n): Promise<Told> => {
          await pause(startMs);
          const client = new pg.Client({ connectionString: source.url('owner') });
          await client.connect();
          const ids = steps.map((_, step) => `ev_${n}_${step}`);
          const begun = clock++;
          await client.query('begin');
          for (const [step, ms] of steps.entries()) {
            await client.query(EVENT, [ids[step], 'told']);
            await pause(ms);
          }
          await client.query(isTakenBack ? 'rollback' : 'commit');
          const committed = clock++;
          await client.end();
          return { ids: isTakenBack ? [] : ids, begun, committed };
        });
        const cutting = cutConnections(4);
        const told = await Promise.all(work);
        await cutting;
        const wanted = told.flatMap(({ ids }) => ids).sort();
        await vi.waitFor(async () => expect((await effects()).toSorted()).toEqual(wanted), { timeout: 10_000, interval: 20 });
        await pause(40);
        await Promise.all(followers.map(({ stop }) => stop()));

        const order = await effects();
        expect(order.toSorted()).toEqual(wanted);
        for (const { ids } of told) expect(order.filter((id) => ids.includes(id))).toEqual(ids);
        for (const earlier of told) {
          for (const later of told) {
            if (earlier.committed < later.begun && earlier.ids.length > 0 && later.ids.length > 0)
              expect(order.indexOf(earlier.ids.at(-1) as string)).toBeLessThan(order.indexOf(later.ids[0] as string));
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  /** Ends the connections of the followers, as a kill of their processes does, wherever they are. */
  async function cutConnections(times: number): Promise<void> {
    const server = new pg.Client({ connectionString: inject('postgresUrl') });
    await server.connect();
    const database = new URL(target.url('app')).pathname.slice(1);
    for (let n = 0; n < times; n++) {
      await pause(60);
      await server.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'fixture_app'`, [
        database,
      ]);
    }
    await server.end();
  }
});
