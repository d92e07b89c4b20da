import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { facilityById, locationOf, sharesOn, stateOn } from '../../subgraphs/facilities/src/facility/facility.read.ts';
import {
  facilities,
  facilitiesNear,
  facilitiesOf,
  facilitiesOperatedBy,
} from '../../subgraphs/facilities/src/facility/facility-list.read.ts';
import { isOpen, openingOf } from '../../subgraphs/facilities/src/facility/opening.read.ts';
import { combinedBy, conflictsOf, spaceById, spaces } from '../../subgraphs/facilities/src/facility/space.read.ts';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { HubError } from '../../subgraphs/shared/src/errors.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { HOURS, place, putFacility, putShare, putState } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(definition);
  const { owner } = world;
  await putFacility(owner, 'F1', 'a', 'og1');
  await putFacility(owner, 'F2', 'b', 'og1');
  await putFacility(owner, 'F3', 'c');
  await putState(owner, { id: 'F1', from: '2022-01-01', to: '2024-01-01', status: 'UNDER_CONSTRUCTION' });
  await putState(owner, { id: 'F1', from: '2024-01-01', usable: '100', lat: 34.6, lng: 112.4, rules: HOURS });
  await putState(owner, { id: 'F2', kind: 'CANTEEN', lat: 34.605, lng: 112.4 });
  await putState(owner, { id: 'F3', status: 'CLOSED', lat: 34.6001, lng: 112.4, rules: HOURS });
  await putShare(owner, 'F1', 'a', '0.6');
  await putShare(owner, 'F1', 'b', '0.4');
  await owner.query(
    `insert into space (id, facility_id, name, usable_area, resident_activity, capacity, bookable, equipment, combines) values
      ('r1', 'F1', '一号室', 40, true, 30, true, '{投影}', '{}'), ('r2', 'F1', '二号室', 60, true, 50, true, '{}', '{}'),
      ('r3', 'F1', '大厅', null, true, 80, true, '{投影,音响}', '{r1,r2}'), ('r4', 'F1', '办公室', 20, false, 4, false, '{}', '{}')`,
  );
});
afterAll(() => world?.drop());

const near = (metres: number) => ({ lat: 34.6, lng: 112.4, crs: 'WGS84' as const, metres });
/** Organization has published 2025 with 1 October off; it can be made silent. */
let isSilent = false;
const graph = {
  ask: async <T>(_: string, { year }: Record<string, unknown>) => {
    if (isSilent) throw new HubError('SOURCE_UNAVAILABLE');
    return { workCalendar: { year, status: 'PUBLISHED', holidays: [{ date: '2025-10-01', name: '国庆节' }], makeUpWorkdays: [] } } as T;
  },
  communities: async () => ['a'],
} as Graph;
const context = (): Context => world.context({}, { graph });
const idsOf = async (filter: Parameters<typeof facilities>[1]) => (await facilities(context(), filter, {})).nodes.map(({ id }) => id);

describe('facilities', () => {
  it('are listed by name, or from near to far within reach on foot', async () => {
    expect(await idsOf({})).toEqual(['F1', 'F2', 'F3']);
    // F2 is 556 m away, 723 m on foot.
    expect(await idsOf({ near: near(723) })).toEqual(['F1', 'F3', 'F2']);
    expect(await idsOf({ near: near(722) })).toEqual(['F1', 'F3']);
  });

  it('are found by what they are, where they stand, whom they belong to and whether they are open', async () => {
    expect(await idsOf({ kinds: ['CANTEEN'] })).toEqual(['F2']);
    expect(await idsOf({ statuses: ['CLOSED'] })).toEqual(['F3']);
    expect(await idsOf({ areaCode: '410305008001' })).toEqual(['F1']);
    expect(await idsOf({ operatorId: 'og1', text: 'f2' })).toEqual(['F2']);
    expect(await idsOf({ openAt: '2025-09-30T10:00:00+08:00' })).toEqual(['F1']);
    expect(await idsOf({ openAt: '2025-10-01T10:00:00+08:00' })).toEqual([]);
    expect(await idsOf({ bbox: { south: 34.604, west: 112, north: 35, east: 113, crs: 'WGS84' } })).toEqual(['F2']);
  });

  it('page without gaps, whatever the order', async () => {
    const ctx = context();
    const first = await facilities(ctx, { near: near(5000) }, { first: 2 });
    const second = await facilities(ctx, { near: near(5000) }, { first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(['F1', 'F3', 'F2']);
    await expect(facilities(ctx, {}, { after: first.pageInfo.endCursor })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('near a point are the OPEN ones, with the walking time of an adult', async () => {
    const found = await facilitiesNear(context(), near(1000), {});
    expect(found.map(({ facility, metres, minutes }) => [facility.id, metres, minutes])).toEqual([
      ['F1', 0, '0.00'],
      ['F2', 723, '10.86'],
    ]);
  });

  it('of many places cost one statement', async () => {
    const ctx = context();
    const pages = await Promise.all(['d', 's1', 'c'].map((id) => facilitiesOf(ctx, place(id), {}, {})));
    expect(pages.map(({ nodes }) => nodes.map(({ id }) => id))).toEqual([['F1', 'F2', 'F3'], ['F1', 'F2'], ['F3']]);
    expect(ctx.statements()).toBe(1);
    expect((await facilitiesOperatedBy(ctx, 'og1', {})).nodes.map(({ id }) => id)).toEqual(['F1', 'F2']);
  });

  it('tell their state of a day, PLANNED before the first', async () => {
    const ctx = context();
    const of = async (day: string) => (await stateOn(ctx, 'F1', day)).status;
    expect(await Promise.all([of('2021-12-31'), of('2022-01-01'), of('2024-01-01')])).toEqual(['PLANNED', 'UNDER_CONSTRUCTION', 'OPEN']);
    expect(ctx.statements()).toBe(1);
    expect(await sharesOn(ctx, 'F1', null)).toMatchObject([
      { community: { id: 'a' }, share: '0.6' },
      { community: { id: 'b' }, share: '0.4' },
    ]);
    expect(await locationOf(ctx, 'F1', 'WGS84')).toMatchObject({ lat: 34.6, lng: 112.4, crs: 'WGS84' });
    expect(await facilityById(ctx, 'nobody')).toBeNull();
  });
});

describe('opening hours', () => {
  it('are data, and unknown where nobody recorded them', async () => {
    expect(await openingOf(context(), 'F1')).toMatchObject({ osm: 'Mo-Fr 08:00-18:00; PH off', weeklyHours: '50.00' });
    expect(await openingOf(context(), 'F2')).toMatchObject({ osm: null, rules: [], weeklyHours: null });
  });

  it('keep the last good calendar while organization is silent', async () => {
    const holiday = '2025-10-01T10:00:00+08:00';
    expect(await isOpen(context(), 'F1', holiday)).toBe('CLOSED');
    isSilent = true;
    expect(await isOpen(context(), 'F1', holiday)).toBe('CLOSED');
    expect(await isOpen(context(), 'F1', '2025-09-30T10:00:00+08:00')).toBe('OPEN');
    expect(await isOpen(context(), 'F2', holiday)).toBe('UNKNOWN');
    expect(await isOpen(context(), 'F3', holiday)).toBe('CLOSED');
    // 2031 was never read: statutory days hold.
    expect(await isOpen(context(), 'F1', '2031-10-01T10:00:00+08:00')).toBe('CLOSED');
    expect(await isOpen(context(), 'F1', '2031-10-08T10:00:00+08:00')).toBe('OPEN');
    isSilent = false;
  });
});

describe('spaces', () => {
  it('that share a room are in conflict', async () => {
    const ctx = context();
    const of = async (id: string) => {
      const space = await spaceById(ctx, id);
      return space ? (await conflictsOf(ctx, space)).map((other) => other.id).sort() : null;
    };
    expect([await of('r1'), await of('r3'), await of('r4')]).toEqual([['r3'], ['r1', 'r2'], []]);
    const hall = await spaceById(ctx, 'r3');
    expect(hall && (await combinedBy(ctx, hall)).map(({ id }) => id).sort()).toEqual(['r1', 'r2']);
  });

  it('are found by what they offer', async () => {
    const ids = async (filter: Parameters<typeof spaces>[1]) => (await spaces(context(), filter, {})).nodes.map(({ id }) => id).sort();
    expect(await ids({ minCapacity: 50 })).toEqual(['r2', 'r3']);
    expect(await ids({ equipment: ['投影', '音响'], near: near(100) })).toEqual(['r3']);
    expect(await ids({ bookable: false })).toEqual(['r4']);
  });
});
