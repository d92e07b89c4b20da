import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { followCompounds } from '../../subgraphs/facilities/src/coverage/compound-event.job.ts';
import { finishRun, ownStore, type Store } from '../../subgraphs/facilities/src/coverage/coverage.job.ts';
import { parametersOf } from '../../subgraphs/facilities/src/coverage/coverage.rules.ts';
import { queueAfterChange, queueRun } from '../../subgraphs/facilities/src/coverage/queue.commands.ts';
import { planNight, startCoverage, takeRun } from '../../subgraphs/facilities/src/coverage/queue.job.ts';
import { tellReopened } from '../../subgraphs/facilities/src/facility/reopening.job.ts';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import { now } from '../../subgraphs/shared/src/clock.ts';
import { addDays, dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import { HubError } from '../../subgraphs/shared/src/errors.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import type { Services } from '../../subgraphs/shared/src/subgraph.ts';
import { seenBefore, writeAtOnce } from '../at-once.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { organization, send } from './acting.ts';
import { putFacility, putState } from './world.ts';

let world: TestDatabase;
let store: Store;
beforeAll(async () => {
  world = await testDatabase(definition);
  store = ownStore(world);
});
beforeEach(() =>
  rows(
    'alter table coverage_run disable trigger all; delete from coverage_distance; delete from coverage_run; alter table coverage_run enable trigger all',
  ),
);
afterAll(() => world?.drop());

const rows = async (sql: string, params: unknown[] = []) => (await world.owner.query(sql, params)).rows;
const ORIGIN = {
  compoundId: 'X1',
  communityId: 'a',
  households: 10,
  residents60Plus: 1,
  points: [{ lat: 34.6, lng: 112.4 }],
  estimated: false,
};
const origins = async () => ({ origins: [ORIGIN], dataAsOf: '2026-01-01T00:00:00+08:00' });
const log = { info: () => undefined, error: () => undefined } as unknown as Services['log'];
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let n = 0; n < 100 && !(await holds()); n++) await new Promise((resolve) => setTimeout(resolve, 50));
};
const runs = () => rows('select profile, status, kinds, attempt, failure from coverage_run order by started_at, profile');
const statuses = async () => (await runs()).map(({ status }) => status).sort();

interface Neighbour {
  isSilent: boolean;
  events: { id: string; name: string; at: string; objectId: string }[];
  graph: Graph;
  happen(name: string, at: Date): void;
}

/** Organization: origins, and a list of events that grows. */
function neighbour(): Neighbour {
  const self: Neighbour = {
    isSilent: false,
    events: [],
    graph: {
      ask: async <T>(query: string, variables: Record<string, unknown>) => {
        if (self.isSilent) throw new HubError('SOURCE_UNAVAILABLE');
        const pageInfo = { endCursor: null, hasNextPage: false };
        if (query.includes('walkOrigins')) return { walkOrigins: { nodes: [ORIGIN], pageInfo } } as T;
        const nodes = self.events.slice(Number(variables.after ?? 0), Number(variables.after ?? 0) + 2);
        const end = Number(variables.after ?? 0) + nodes.length;
        return {
          page: { nodes, pageInfo: { endCursor: nodes.length > 0 ? String(end) : null, hasNextPage: end < self.events.length } },
        } as T;
      },
      communities: async () => [],
    } as Graph,
    happen: (name: string, at: Date) =>
      void self.events.push({ id: `ev${self.events.length}`, name, at: at.toISOString(), objectId: 'cp_1' }),
  };
  return self;
}

const queue = (kinds: string[], dueAt = now()) =>
  store((transaction) => queueRun(transaction, parametersOf({ kinds }), { at: now(), dueAt }));

describe('the queue of coverage runs', () => {
  it('gives a run to one process, however many take at once', async () => {
    for (const kind of ['CANTEEN', 'LIBRARY', 'SPORTS']) await queue([kind]);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeRun(store)));
    const ids = taken.flatMap((run) => (run ? [run.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    for (let run = await takeRun(store); run; run = await takeRun(store)) ids.push(run.id);
    expect(new Set(ids).size).toBe(3);
  });

  it('lets a run wait until it is due', async () => {
    await queue(['CANTEEN'], new Date(now().getTime() + 60_000));
    expect(await takeRun(store)).toBeNull();
    expect(await queue(['CANTEEN'])).toBeNull();
  });

  it('takes up a run whose process died, and the dead one stores nothing any more', async () => {
    await queue(['CANTEEN']);
    const dead = await takeRun(store);
    expect(await takeRun(store)).toBeNull();
    await rows(`update coverage_run set lease_until = now() - interval '1 second'`);
    const again = await takeRun(store);
    expect([dead?.attempt, again?.attempt, again?.id === dead?.id]).toEqual([1, 2, true]);
    if (!dead || !again) throw new Error('nothing was taken');
    expect(await finishRun(store, dead, origins)).toBe('OVERTAKEN');
    expect(await finishRun(store, again, origins)).toBe('DONE');
    expect(await finishRun(store, dead, async () => Promise.reject(new HubError('SOURCE_UNAVAILABLE')))).toBe('OVERTAKEN');
    expect(await runs()).toMatchObject([{ status: 'DONE', attempt: 2, failure: null }]);
  });

  it('takes up no run whose process is late, but is storing what it found', async () => {
    await queue(['CANTEEN']);
    const late = await takeRun(store);
    if (!late) throw new Error('nothing was taken');
    await rows(`update coverage_run set lease_until = now() - interval '1 second'`);
    expect(
      await writeAtOnce<unknown>(
        world,
        'coverage_distance',
        () => finishRun(store, late, origins),
        () => takeRun(store),
      ),
    ).toEqual(['DONE', null]);
  });

  it('is worked off by two processes, each run once, and tells of it', async () => {
    const { graph } = neighbour();
    for (const kind of ['CANTEEN', 'LIBRARY', 'SPORTS', 'CHILDCARE']) await queue([kind]);
    const services = { database: world.database, graph, log, districtCode: '410305000000' };
    const ends = [startCoverage(services, 20), startCoverage(services, 20)];
    await until(async () => (await statuses()).filter((status) => status === 'DONE').length === 7);
    await Promise.all(ends.map((end) => end()));
    expect(await statuses()).toEqual(Array(7).fill('DONE'));
    expect((await runs()).map(({ attempt }) => attempt)).toEqual(Array(7).fill(1));
    expect(
      await rows(`select to_state from hub.event where name = 'coverage-run.finished' and object_id in (select id from coverage_run)`),
    ).toHaveLength(7);
  });

  it('repeats a run of the circle that failed, ten minutes later', async () => {
    const { graph } = neighbour();
    const empty = {
      ...graph,
      ask: async <T>(query: string, variables: Record<string, unknown>) => {
        if (query.includes('walkOrigins')) return { walkOrigins: { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } } } as T;
        return graph.ask<T>(query, variables);
      },
    };
    const end = startCoverage({ database: world.database, graph: empty, log, districtCode: '410305000000' }, 20);
    await until(async () => (await statuses()).length === 6);
    await end();
    expect(await statuses()).toEqual(['FAILED', 'FAILED', 'FAILED', 'QUEUED', 'QUEUED', 'QUEUED']);
    expect(new Set((await runs()).map(({ failure }) => failure))).toEqual(new Set(['NO_ORIGINS', null]));
    expect(
      await rows(`select count(*)::int as n from coverage_run where status = 'QUEUED' and due_at > now() + interval '590 seconds'`),
    ).toEqual([{ n: 3 }]);
  });

  it('is filled by who may ask alone, and finished by the process alone, in the database as well', async () => {
    const as = (role: Role, sql: string) => world.session({ roles: [role] }).write((transaction) => transaction.rows(sql));
    const insert = `insert into coverage_run (id, status, kinds, method, profile, threshold_metres, detour_factor, weight, started_at, parameters_hash)
      values ('cr_x', 'QUEUED', '{CANTEEN}', 'DETOUR', 'ADULT', 1000, 1.3, 'HOUSEHOLDS', now(), 'x')`;
    const due = 'update coverage_run set due_at = now() returning id';
    const distance = `insert into coverage_distance (run_id, compound_id, community_id, covered, weight, estimated, origin_known)
      values ('cr_x', 'p1', 'a', false, 1, false, true) returning run_id`;
    await expect(as('COMMUNITY_STAFF', insert)).rejects.toMatchObject({ sqlState: '42501' });
    await as('STREET_STAFF', insert);
    expect(await as('COMMUNITY_STAFF', due)).toEqual([]);
    expect(await as('STREET_STAFF', due)).toEqual([{ id: 'cr_x' }]);
    await expect(as('STREET_STAFF', distance)).rejects.toMatchObject({ sqlState: '42501' });
    expect(await as('SERVICE', distance)).toEqual([{ run_id: 'cr_x' }]);
  });

  it('gets every night its runs, and those of other kinds that somebody asked for in thirty days', async () => {
    const others = organization();
    await send(world, others.graph, 'street', 'runCoverage', { kinds: ['CANTEEN'], thresholdMetres: 800 });
    await send(world, others.graph, 'street', 'runCoverage', { kinds: ['LIBRARY'] });
    await rows(`update coverage_run set status = 'FAILED', failure = 'X',
      demanded_at = demanded_at - case when kinds = '{LIBRARY}' then interval '32 days' else interval '29 days' end`);
    await planNight(store, now());
    await planNight(store, now());
    const queued = await rows(
      `select kinds, profile, threshold_metres as metres from coverage_run where status = 'QUEUED' order by kinds, profile`,
    );
    expect(queued.map(({ kinds, profile, metres }) => `${kinds} ${profile} ${metres}`)).toEqual([
      'CANTEEN ADULT 800',
      ...['ADULT 1000', 'ELDER 750', 'WHEELCHAIR 620'].map((rest) => `NEIGHBOURHOOD_CENTRE,PARTY_MASS_SERVICE_CENTRE ${rest}`),
    ]);
  });
});

describe("after organization's compounds changed", () => {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const following = (other: ReturnType<typeof neighbour>) =>
    followCompounds({ database: world.database, graph: other.graph, log, behind: new Map() }, 20);
  const due = async () =>
    rows(`select round(extract(epoch from due_at - now()) / 60)::int as minutes from coverage_run where status = 'QUEUED' order by 1`);

  it('the circle is computed again ten minutes later, once, whoever follows and however often', async () => {
    const other = neighbour();
    other.happen('organization.created', ago(5));
    other.happen('compound.changed', ago(1));
    other.happen('building.changed', ago(0));
    const ends = [following(other), following(other)];
    await until(async () => (await due()).length === 3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await Promise.all(ends.map((end) => end()));
    expect(await due()).toEqual(Array(3).fill({ minutes: 9 }));

    // Computed meanwhile, the events that took effect take none again.
    for (let run = await takeRun(store); run; run = await takeRun(store)) await finishRun(store, run, origins);
    await rows(`update coverage_run set due_at = now()`);
    for (let run = await takeRun(store); run; run = await takeRun(store)) await finishRun(store, run, origins);
    const end = following(other);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await end();
    expect(await statuses()).toEqual(Array(3).fill('DONE'));

    // Down while something happened: it is caught up, and what is more than ten minutes old is due at once.
    other.happen('compound.transferred', ago(30));
    other.happen('calendar.published', ago(0));
    other.isSilent = true;
    const back = following(other);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await due()).toEqual([]);
    other.isSilent = false;
    await until(async () => (await due()).length === 3);
    await back();
    expect(await due()).toEqual(Array(3).fill({ minutes: -20 }));
    expect((await takeRun(store))?.attempt).toBe(1);
  });
});

describe('a facility that was closed for a time', () => {
  const today = dateIn(now());
  const day = new Date(now().getTime() + 2 * 86_400_000);
  const closeForTwoDays = async (id: string): Promise<void> => {
    await putFacility(world.owner, id, 'a');
    await putState(world.owner, { id });
    const input = { facilityId: id, expectedVersion: 1, on: addDays(today, -5), until: addDays(today, 2), reason: '维修' };
    expect((await send(world, organization().graph, 'staff', 'closeFacility', input)).errors).toEqual([]);
  };

  it('is told to be open on its day, once, and the circle is computed again', async () => {
    await closeForTwoDays('R1');
    await rows(`update coverage_run set status = 'FAILED', failure = 'X'`);
    expect(await tellReopened(store, now())).toEqual([]);
    expect(await tellReopened(store, day)).toEqual(['R1']);
    expect(await tellReopened(store, day)).toEqual([]);
    expect(
      await rows(`select "on", from_state, to_state, actor_role from hub.event where name = 'facility.opened' and object_id = 'R1'`),
    ).toEqual([{ on: addDays(today, 2), from_state: 'TEMPORARILY_CLOSED', to_state: 'OPEN', actor_role: 'SERVICE' }]);
    expect(await statuses()).toEqual(['FAILED', 'FAILED', 'FAILED', 'QUEUED', 'QUEUED', 'QUEUED']);
  });

  it('is told by one process while another is telling', async () => {
    await closeForTwoDays('R2');
    const tell = () => tellReopened(store, day);
    expect(await writeAtOnce(world, 'hub.event', tell, tell)).toEqual([['R2'], []]);
  });

  it('is told once although one process saw it untold before another told it', async () => {
    await closeForTwoDays('R3');
    const slowly =
      (standStill: string): Store =>
      (work) =>
        store(async (transaction) => {
          await transaction.rows(standStill);
          return work(transaction);
        });
    const told = await seenBefore(
      world,
      'facility_state',
      (standStill) => tellReopened(slowly(standStill), day),
      () => tellReopened(store, day),
    );
    expect(told).toEqual([[], ['R3']]);
  });
});

describe('a change', () => {
  it('that is rolled back queues nothing', async () => {
    const failing = store(async (transaction) => {
      await queueAfterChange(transaction, now());
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await runs()).toEqual([]);
  });
});
