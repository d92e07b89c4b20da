import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { now } from '../../subgraphs/shared/src/clock.ts';
import { addDays, dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { type Caller, organization, read, send as sendTo } from './acting.ts';
import { putFacility, putState } from './world.ts';

const others = organization();
let world: TestDatabase;
let facilities = 0;
/** A facility of community a, run by og1, with 100 m² of usable area. */
let id: string;
beforeAll(async () => {
  world = await testDatabase(definition);
});
beforeEach(async () => {
  id = `F${++facilities}`;
  await putFacility(world.owner, id, 'a', 'og1');
  await putState(world.owner, { id, usable: '100' });
});
afterAll(() => world?.drop());

const today = dateIn(now());
const send = (who: Caller, name: string, input: Record<string, unknown>) => sendTo(world, others.graph, who, name, input);
const rows = async (sql: string, params: unknown[] = []) => (await world.owner.query(sql, params)).rows;
const refused = async (name: string, input: Record<string, unknown>, who: Caller = 'staff') => {
  const { ok, errors } = await send(who, name, input);
  expect(ok).toBe(false);
  return errors.map(({ code, field }) => `${code} ${(field ?? []).join('.')}`);
};

describe('opening hours are set', () => {
  const set = (input: object, expectedVersion = 1) => ({ facilityId: id, expectedVersion, ...input });

  it('from a text or from rules, the other derived', async () => {
    const told = await send(
      'operator',
      'setOpeningHours',
      set({ osm: 'Mo-Fr 08:00-18:00;PH off', exceptions: [{ date: '2026-10-01', open: true, from: '09:00', to: '11:00' }] }),
    );
    expect(told).toMatchObject({
      opening: {
        osm: 'Mo-Fr 08:00-18:00; PH off',
        weeklyHours: '50.00',
        rules: [{ weekdays: [1, 2, 3, 4, 5] }],
        exceptions: [{ open: true }],
      },
      facility: { version: 2 },
    });
    const rules = [{ weekdays: [6, 7], from: '09:00', to: '12:00' }];
    expect(await send('staff', 'setOpeningHours', set({ rules, onStatutoryHoliday: 'AS_SUNDAY' }, 2))).toMatchObject({
      opening: { osm: 'Sa-Su 09:00-12:00; PH 09:00-12:00', weeklyHours: '6.00', exceptions: [] },
    });
    expect(await rows('select name from hub.event where object_id = $1', [id])).toEqual(Array(2).fill({ name: 'opening-hours.changed' }));
  });

  it('from a day on; what was before stays as it was', async () => {
    await send('staff', 'setOpeningHours', set({ osm: 'Mo 08:00-18:00', effectiveOn: '2024-01-01' }));
    const states = await rows(
      'select valid_from, opening_osm as osm, usable_area as area from facility_state where facility_id = $1 order by valid_from',
      [id],
    );
    expect(states).toEqual([
      { valid_from: '2020-01-01', osm: null, area: '100.00' },
      { valid_from: '2024-01-01', osm: 'Mo 08:00-18:00; PH off', area: '100.00' },
    ]);
    expect(await refused('setOpeningHours', set({ osm: '24/7', effectiveOn: '2019-12-31' }, 2))).toEqual(['VALIDATION_FAILED effectiveOn']);
  });

  it('unless they cannot be read, or never open', async () => {
    expect(await refused('setOpeningHours', set({ osm: 'always' }))).toEqual(['OPENING_SYNTAX osm']);
    expect(await refused('setOpeningHours', set({ rules: [{ weekdays: [1], from: '8', to: '12:00' }] }))).toEqual([
      'OPENING_SYNTAX rules.0.from',
    ]);
    expect(await refused('setOpeningHours', set({ osm: 'off' }))).toEqual(['OPENING_NEVER_OPEN osm']);
    expect(await refused('setOpeningHours', set({}))).toEqual(['VALIDATION_FAILED osm']);
    expect(await refused('setOpeningHours', { expectedVersion: 1, osm: '24/7' })).toEqual(['VALIDATION_FAILED facilityId']);
    expect(await refused('setOpeningHours', set({ osm: '24/7' }, 9))).toEqual(['VERSION_CONFLICT ']);
    await expect(send('department', 'setOpeningHours', set({ osm: '24/7' }))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a space', () => {
  const make = async (input: object) => {
    const told = await send('staff', 'upsertSpace', { facilityId: id, name: '一号室', ...input });
    expect(told.errors).toEqual([]);
    return told.space as { id: string; version: number };
  };

  it('is a room with an area, or joins rooms and has none of its own', async () => {
    const [one, two] = [await make({ usableArea: '40' }), await make({ usableArea: '60.00', capacity: 30 })];
    const hall = await make({ name: '大厅', combineIds: [one.id, two.id] });
    expect(await refused('upsertSpace', { id: hall.id, expectedVersion: 1, usableArea: '10' })).toEqual(['VALIDATION_FAILED usableArea']);
    expect((await send('staff', 'upsertSpace', { id: two.id, expectedVersion: 1, combineIds: [one.id] })).space).toMatchObject({
      usableArea: null,
      version: 2,
      capacity: 30,
    });
    expect(await refused('upsertSpace', { id: one.id, expectedVersion: 1, combineIds: [hall.id] })).toEqual(['SHARED_CYCLE combineIds']);
    expect(await refused('upsertSpace', { id: one.id, expectedVersion: 1, combineIds: [one.id] })).toEqual(['SHARED_CYCLE combineIds']);
    expect(await refused('upsertSpace', { id: one.id, expectedVersion: 1, combineIds: ['r9', two.id] })).toEqual([
      'NOT_FOUND combineIds.0',
    ]);
  });

  it('is no larger than its facility together with the others', async () => {
    const one = await make({ usableArea: '99.99' });
    expect(await refused('upsertSpace', { facilityId: id, name: '二号室', usableArea: '0.02' })).toEqual([
      'SPACES_EXCEED_FACILITY usableArea',
    ]);
    await make({ usableArea: '0.01' });
    expect(await refused('upsertSpace', { id: one.id, expectedVersion: 1, usableArea: '100' })).toEqual([
      'SPACES_EXCEED_FACILITY usableArea',
    ]);
    expect(await refused('upsertFacility', { id, expectedVersion: 1, usableFloorArea: '99.99' })).toEqual([
      'SPACES_EXCEED_FACILITY usableFloorArea',
    ]);
    expect((await send('staff', 'upsertFacility', { id, expectedVersion: 1, usableFloorArea: '100' })).errors).toEqual([]);
    expect(await rows('select sum(usable_area) as area from space where facility_id = $1', [id])).toEqual([{ area: '100.00' }]);
  });

  it('is no larger than its facility when several are made at once', async () => {
    const told = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        send(n % 2 ? 'street' : 'operator', 'upsertSpace', { facilityId: id, name: `${n}`, usableArea: '30' }),
      ),
    );
    expect(told.map(({ ok }) => ok).filter(Boolean)).toHaveLength(3);
  });

  it('is changed by version, stays in its facility, and is kept by the same people', async () => {
    const { id: room } = await make({ usableArea: '10', equipment: ['投影', '投影 '] });
    expect(await refused('upsertSpace', { id: room, name: '新' })).toEqual(['VERSION_CONFLICT ']);
    expect(await refused('upsertSpace', { id: room, expectedVersion: 1, facilityId: 'F1' })).toEqual(['VALIDATION_FAILED facilityId']);
    expect(await refused('upsertSpace', { id: room, expectedVersion: 1, capacity: 0 })).toEqual(['VALIDATION_FAILED capacity']);
    expect(await refused('upsertSpace', { name: '无处' })).toEqual(['VALIDATION_FAILED facilityId']);
    for (const name of ['', ' ', '\u200b']) {
      expect(await refused('upsertSpace', { id: room, expectedVersion: 1, name })).toEqual(['VALIDATION_FAILED name']);
      expect(await refused('upsertSpace', { facilityId: id, name })).toEqual(['VALIDATION_FAILED name']);
    }
    expect(await rows('select version from space where facility_id = $1', [id])).toEqual([{ version: 1 }]);
    expect(await refused('upsertSpace', { id: 'sp_none', expectedVersion: 1 })).toEqual(['NOT_FOUND id']);
    await expect(send('department', 'upsertSpace', { id: room, expectedVersion: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await rows(`update facility set community_id = 'c' where id = $1`, [id]);
    await expect(send('staff', 'upsertSpace', { id: room, expectedVersion: 1 })).rejects.toMatchObject({ code: 'OUT_OF_AREA_SCOPE' });
  });

  it('is made once for one key', async () => {
    const input = { facilityId: id, name: '一号室', idempotencyKey: 'make-the-room' };
    const told = await Promise.all(Array.from({ length: 4 }, () => send('staff', 'upsertSpace', input)));
    expect(new Set(told.map(({ space }) => space.id)).size).toBe(1);
    expect(told.filter(({ replayed }) => replayed)).toHaveLength(3);
  });
});

describe('a coverage run is asked for', () => {
  const ask = (input: Record<string, unknown> = {}, who: Caller = 'street') => send(who, 'runCoverage', input);

  it('and answered QUEUED at once; an equal one is given back', async () => {
    const { run } = await ask({ kinds: ['CANTEEN', 'LIBRARY', 'CANTEEN'], profile: 'ELDER' });
    expect(run).toMatchObject({ status: 'QUEUED', kinds: ['CANTEEN', 'LIBRARY'], thresholdMetres: 750, weight: 'RESIDENTS_60_PLUS' });
    const again = await Promise.all(Array.from({ length: 6 }, () => ask({ kinds: ['LIBRARY', 'CANTEEN'], profile: 'ELDER' }, 'lead')));
    expect(new Set(again.map((told) => told.run.id))).toEqual(new Set([run.id]));
    await rows(`update coverage_run set status = 'RUNNING' where id = $1`, [run.id]);
    expect((await ask({ kinds: ['LIBRARY', 'CANTEEN'], profile: 'ELDER' })).run).toMatchObject({ id: run.id, status: 'RUNNING' });
    expect((await ask({ kinds: ['LIBRARY'], profile: 'ELDER' })).run.id).not.toBe(run.id);
  });

  it('at the same time by many, and made once', async () => {
    const told = await Promise.all(Array.from({ length: 8 }, () => ask({ kinds: ['SPORTS'] }, 'department')));
    expect(new Set(told.map(({ run }) => run.id)).size).toBe(1);
  });

  it('and one that waits for later begins now', async () => {
    const later = new Date(Date.now() + 600_000).toISOString();
    const { run } = await ask({ kinds: ['CHILDCARE'] });
    await rows('update coverage_run set due_at = $2, demanded_at = null where id = $1', [run.id, later]);
    await ask({ kinds: ['CHILDCARE'] });
    expect(
      await rows('select due_at <= now() as due, demanded_at is not null as demanded from coverage_run where id = $1', [run.id]),
    ).toEqual([{ due: true, demanded: true }]);
  });

  it('within the range, by those who may, while there is anything to walk from', async () => {
    expect(await refused('runCoverage', { thresholdMetres: 99 }, 'street')).toEqual(['PARAMETER_RANGE thresholdMetres']);
    expect(await refused('runCoverage', { thresholdMetres: 5001 }, 'street')).toEqual(['PARAMETER_RANGE thresholdMetres']);
    expect(await refused('runCoverage', { kinds: [] }, 'street')).toEqual(['PARAMETER_RANGE kinds']);
    await expect(ask({}, 'staff')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    others.isEmpty = true;
    expect(await refused('runCoverage', {}, 'street')).toEqual(['NO_ORIGINS ']);
    others.isEmpty = false;
    others.isSilent = true;
    expect((await ask({})).run.status).toBe('QUEUED');
    others.isSilent = false;
  });
});

describe('what happened', () => {
  it('is told to other departments in commit order, and shown as the history of the facility', async () => {
    await send('staff', 'assureFacility', { facilityId: id, expectedVersion: 1 });
    await send('staff', 'closeFacility', { facilityId: id, expectedVersion: 2, on: today, until: addDays(today, 2), reason: '维修' });
    const list = '{ facilityEvents { nodes { name objectType objectId on } pageInfo { endCursor } } }';
    await expect(read(world, 'lead', list)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    // Readers stay below every transaction of the server that is still open, those of test files beside this one included.
    const told = async (): Promise<object[]> => {
      const { facilityEvents } = (await read(world, 'service', list)) as unknown as { facilityEvents: { nodes: { objectId: string }[] } };
      return facilityEvents.nodes.filter(({ objectId }) => objectId === id);
    };
    await expect.poll(told, { timeout: 30_000 }).toEqual([
      { name: 'facility.assured', objectType: 'Facility', objectId: id, on: today },
      { name: 'facility.closed', objectType: 'Facility', objectId: id, on: today },
    ]);
    const { facility } = (await read(
      world,
      'staff',
      `{ facility(id: "${id}") { events { seq actorOrganization { id } actorRole from to reason } } }`,
    )) as unknown as { facility: object };
    expect(facility).toEqual({
      events: [
        { seq: 1, actorOrganization: { id: 'og9' }, actorRole: 'COMMUNITY_STAFF', from: 'OPEN', to: 'OPEN', reason: null },
        { seq: 2, actorOrganization: { id: 'og9' }, actorRole: 'COMMUNITY_STAFF', from: 'OPEN', to: 'TEMPORARILY_CLOSED', reason: '维修' },
      ],
    });
    await expect(read(world, 'resident', `{ facility(id: "${id}") { events { seq } } }`)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
