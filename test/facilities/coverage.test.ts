import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originsThroughGraph, runCoverage } from '../../subgraphs/facilities/src/coverage/coverage.job.ts';
import {
  coverageOf,
  coverageRuns,
  distancesIn,
  distancesOfRun,
  nearestFacilities,
  runById,
} from '../../subgraphs/facilities/src/coverage/coverage.read.ts';
import { type Origin, parametersOf, rateOf } from '../../subgraphs/facilities/src/coverage/coverage.rules.ts';
import { nightsAround, startCoverage } from '../../subgraphs/facilities/src/coverage/queue.job.ts';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { figures } from '../../subgraphs/facilities/src/summary/summary.figures.ts';
import { EARTH_RADIUS_M } from '../../subgraphs/shared/src/domain/geo.ts';
import { HubError } from '../../subgraphs/shared/src/errors.ts';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import type { Services } from '../../subgraphs/shared/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { HOURS, place, putFacility, putState, storeOf } from './world.ts';

/** G13 on a line to the north, in metres: X1 0, F1 300, X2 1,200, F2 1,700, X3 2,900. */
const north = (metres: number) => ({ lat: 34.6 + metres / ((EARTH_RADIUS_M * Math.PI) / 180), lng: 112.4 });
const origin = (compoundId: string, communityId: string, households: number | null, metres: number | null): Origin => ({
  compoundId,
  communityId,
  households,
  residents60Plus: 10,
  points: metres === null ? [] : [north(metres)],
  estimated: false,
});
const X1 = origin('X1', 'a', 400, 0);
const X2 = origin('X2', 'b', 1000, 1200);
const X3 = origin('X3', 'c', 600, 2900);
const origins = async (list = [X1, X2, X3]) => ({ origins: list, dataAsOf: '2025-06-30T02:30:00+08:00' });

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(definition);
  for (const [id, metres, rules] of [
    ['F1', 300, HOURS],
    ['F2', 1700, HOURS],
  ] as const) {
    await putFacility(world.owner, id, 'a');
    await putState(world.owner, { id, kind: 'PARTY_MASS_SERVICE_CENTRE', ...north(metres), rules });
  }
  // None of these is a destination: closed, hours unknown, too few hours, another kind.
  for (const [id, change] of [
    ['closed', { status: 'CLOSED' }],
    ['unknown', { rules: null }],
    ['seldom', { rules: JSON.stringify([{ weekdays: [1, 2], from: '09:00', to: '18:59' }]) }],
    ['other', { kind: 'CANTEEN' }],
  ] as const) {
    await putFacility(world.owner, id, 'a');
    await putState(world.owner, { id, kind: 'NEIGHBOURHOOD_CENTRE', ...north(2900), rules: HOURS, ...change });
  }
});
afterAll(() => world?.drop());

const day = (date: string) => new Date(`${date}T02:30:00+08:00`);
/** Runs of a day follow each other by a minute: the last one is the last made. */
let minutes = 0;
const made = async (options: Parameters<typeof runCoverage>[1], read: Parameters<typeof runCoverage>[2] = () => origins()) => {
  const at = new Date(day('2025-06-30').getTime() + 60_000 * minutes++);
  const { id } = await runCoverage(storeOf(world), { at, ...options }, read);
  return runById(world.context(), id);
};
const straight = (thresholdMetres: number) => ({ method: 'STRAIGHT' as const, thresholdMetres });

describe('a coverage run', () => {
  it('G13: covers X1 and X2 within 1,000 m, seven in ten households', async () => {
    const run = await made(straight(1000));
    expect(run).toMatchObject({ status: 'DONE', covered: 1400, total: 2000, unknownCompounds: 0, origins: 3, facilities: 2 });
    expect(run && rateOf(run)).toBe('70.00');
    const { nodes } = await distancesOfRun(world.context(), run?.id ?? '', {});
    expect(nodes.map(({ compound, facilityId, metres, covered }) => [compound.id, facilityId, metres, covered])).toEqual([
      ['X3', 'F2', 1200, false],
      ['X2', 'F2', 500, true],
      ['X1', 'F1', 300, true],
    ]);
  });

  it('G13: without F2 a threshold of 900 m still covers X2, 899 m does not', async () => {
    await world.owner.query(`update facility_state set status = 'TEMPORARILY_CLOSED' where facility_id = 'F2'`);
    const [inclusive, below] = [await made(straight(900)), await made(straight(899))];
    await world.owner.query(`update facility_state set status = 'OPEN' where facility_id = 'F2'`);
    expect([inclusive && rateOf(inclusive), below && rateOf(below)]).toEqual(['70.00', '20.00']);
    expect(inclusive?.parametersHash).not.toBe(below?.parametersHash);
  });

  it('by detour is 1.3 times as far, with the threshold and the weight of its profile', async () => {
    const adult = await made({});
    expect(adult).toMatchObject({ method: 'DETOUR', detourFactor: '1.3', thresholdMetres: 1000, weight: 'HOUSEHOLDS', covered: 1400 });
    const { nodes } = await distancesOfRun(world.context(), adult?.id ?? '', {});
    expect(nodes.map(({ metres }) => metres)).toEqual([1560, 650, 390]);
    expect(await made({ profile: 'ELDER' })).toMatchObject({ thresholdMetres: 750, weight: 'RESIDENTS_60_PLUS', covered: 20, total: 30 });
    expect(await made({ profile: 'WHEELCHAIR' })).toMatchObject({ thresholdMetres: 620, covered: 400 });
  });

  it('leaves out of the rate what nobody counted or located', async () => {
    const run = await made({}, () => origins([X1, { ...X2, households: null }, origin('X4', 'c', 50, null)]));
    expect(run).toMatchObject({ covered: 400, total: 400, unknownCompounds: 1, origins: 3 });
  });

  it('that fails keeps its code, and nobody is misled by its numbers', async () => {
    const silent = async () => {
      throw new HubError('SOURCE_UNAVAILABLE');
    };
    expect(await made({}, silent)).toMatchObject({ status: 'FAILED', failure: 'SOURCE_UNAVAILABLE', total: 0 });
    expect(await made({}, () => origins([]))).toMatchObject({ status: 'FAILED', failure: 'NO_ORIGINS' });
  });

  it('takes a threshold from 100 to 5,000 m', () => {
    for (const thresholdMetres of [99, 5001, 100.5]) {
      expect(() => parametersOf({ thresholdMetres })).toThrow(expect.objectContaining({ code: 'PARAMETER_RANGE' }));
    }
    expect(parametersOf({ thresholdMetres: 100, kinds: ['SPORTS', 'CANTEEN', 'SPORTS'] }).kinds).toEqual(['CANTEEN', 'SPORTS']);
  });

  it('never changes once it is closed', async () => {
    const run = await made({});
    const change = storeOf(world)((transaction) => transaction.rows(`update coverage_run set covered = 0 where id = $1`, [run?.id]));
    await expect(change).rejects.toThrow();
    await expect(storeOf(world)((transaction) => transaction.rows('delete from coverage_distance'))).rejects.toThrow();
  });
});

describe('coverage seen from a place', () => {
  const ask = (id: string, asOf: string) => coverageOf(world.context(), place(id), { profile: 'ADULT', method: 'DETOUR', asOf });

  it('is that of its communities in the last run begun by the day', async () => {
    await made({ at: day('2025-07-10') }, () => origins([{ ...X1, estimated: true }, X2, X3]));
    expect(await ask('d', '2025-07-10')).toMatchObject({ covered: 1400, total: 2000, rate: '70.00', quality: 'ESTIMATED' });
    expect(await ask('s2', '2025-07-10')).toMatchObject({ covered: 0, total: 600, rate: '0.00', quality: 'MEASURED' });
    expect(await ask('x', '2025-07-10')).toMatchObject({ total: 0, rate: null });
    expect((await ask('d', '2025-07-18'))?.quality).toBe('PARTIAL');
    expect((await ask('d', '2025-07-09'))?.run.startedAt).toContain('2025-06-30');
    expect(await ask('d', '2025-06-29')).toBeNull();
  });

  it('lists its compounds farthest first, those outside alone if asked', async () => {
    const ctx = world.context();
    const seen = await coverageOf(ctx, place('d'), { profile: 'ADULT', method: 'DETOUR', asOf: '2025-07-10' });
    const ids = async (uncoveredOnly: boolean) =>
      seen && (await distancesIn(ctx, seen, { uncoveredOnly })).nodes.map(({ compound }) => compound.id);
    expect([await ids(false), await ids(true)]).toEqual([['X3', 'X2', 'X1'], ['X3']]);
  });

  it('costs two statements for many places, and a compound knows its nearest facility', async () => {
    const ctx = world.context();
    await Promise.all(
      ['d', 's1', 's2', 'a'].map((id) => coverageOf(ctx, place(id), { profile: 'ADULT', method: 'DETOUR', asOf: '2025-07-10' })),
    );
    expect(ctx.statements()).toBe(2);
    const near = world.context();
    const lists = await Promise.all(['X1', 'X2', 'gone'].map((id) => nearestFacilities(near, id, 'ADULT')));
    expect(lists.map((list) => list.map(({ facilityId, metres }) => [facilityId, metres]))).toEqual([[['F1', 390]], [['F2', 650]], []]);
    expect(near.statements()).toBe(1);
  });

  it('is FAC_4 and FAC_5, null before the first run, partial a week after the last', async () => {
    const month = (start: string, end: string) => ({ grain: 'MONTH', start, end }) as const;
    const values = async (id: string, period: ReturnType<typeof month>) => {
      const [list = []] = await readFigures(world.context(), figures.figures(['FAC_4', 'FAC_5']), [
        { place: place(id), period, basis: 'RESTATED' },
      ]);
      return list.map(({ value }) => [value.value?.toDecimal(2) ?? value.reason, value.quality]);
    };
    expect(await values('d', month('2025-05-01', '2025-06-01'))).toEqual([
      ['NO_DATA', undefined],
      ['NO_DATA', undefined],
    ]);
    expect(await values('d', month('2025-06-01', '2025-07-01'))).toEqual([
      ['70.00', 'MEASURED'],
      ['66.67', 'MEASURED'],
    ]);
    expect(await values('d', month('2025-07-01', '2025-08-01'))).toEqual([
      ['70.00', 'PARTIAL'],
      ['66.67', 'PARTIAL'],
    ]);
    expect(await values('x', month('2025-06-01', '2025-07-01'))).toEqual([
      ['NO_DENOMINATOR', 'MEASURED'],
      ['NO_DENOMINATOR', 'MEASURED'],
    ]);
  });
});

describe('the nightly runs', () => {
  const pages = [[X1, X2], [X3]];
  const answering = (): Pick<Graph, 'ask'> => ({
    ask: async <T>(_: string, { after }: Record<string, unknown>) => {
      const n = Number(after ?? 0);
      const pageInfo = { endCursor: String(n + 1), hasNextPage: n + 1 < pages.length };
      return { walkOrigins: { nodes: pages[n], pageInfo } } as T;
    },
  });

  it('read the origins page by page', async () => {
    const read = await originsThroughGraph(answering() as Graph, '410305000000');
    expect(read.origins.map(({ compoundId }) => compoundId)).toEqual(['X1', 'X2', 'X3']);
  });

  it('begin at 02:30 in Asia/Shanghai', () => {
    const { last, next } = nightsAround(new Date('2025-06-30T02:29:59+08:00'));
    expect([last.toISOString(), next.toISOString()]).toEqual(['2025-06-28T18:30:00.000Z', '2025-06-29T18:30:00.000Z']);
    expect(nightsAround(next).last).toEqual(next);
  });

  it('wait while the graph is silent, then are made for the three profiles, and once only', async () => {
    let isSilent = true;
    const graph = {
      ask: (query: string, variables: Record<string, unknown>) =>
        isSilent ? Promise.reject(new HubError('SOURCE_UNAVAILABLE')) : answering().ask(query, variables),
    } as Graph;
    const log = { info: () => undefined } as unknown as Services['log'];
    const services = { database: world.database, vault: world.vault, graph, log, behind: new Map(), districtCode: '410305000000' };
    const today = async () => (await coverageRuns(world.context(), { from: '2026-01-01' }, { first: 200 })).nodes;
    const stop = startCoverage(services, 50);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await today()).map(({ status }) => status)).toEqual(['QUEUED', 'QUEUED', 'QUEUED']);
    await stop();
    isSilent = false;
    for (let n = 0; n < 2; n++) {
      const end = startCoverage(services, 50);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await end();
    }
    const runs = await today();
    expect(runs.map(({ profile, status }) => `${profile} ${status}`).sort()).toEqual(['ADULT DONE', 'ELDER DONE', 'WHEELCHAIR DONE']);
  });
});
