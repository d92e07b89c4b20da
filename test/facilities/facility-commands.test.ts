import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { now } from '../../subgraphs/shared/src/clock.ts';
import { addDays, dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import { writeAtOnce } from '../at-once.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { type Caller, organization, send as sendTo } from './acting.ts';

const others = organization();
let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(definition);
});
afterAll(() => world?.drop());

const today = dateIn(now());
const send = (who: Caller, name: string, input: Record<string, unknown>) => sendTo(world, others.graph, who, name, input);
const rows = async (sql: string, params: unknown[] = []) => (await world.owner.query(sql, params)).rows;
const events = async (id: string) =>
  (await rows('select name, from_state, to_state, "on" from hub.event where object_id = $1 order by seq', [id])).map((each) => each.name);

let places = 0;
/** A facility where no other stands. */
const place = () => ({ lat: 34.6 + 0.01 * ++places, lng: 112.4, crs: 'WGS84' });
const CENTRE = {
  name: '一号院活动室',
  kind: 'ACTIVITY_ROOM',
  communityId: 'a',
  tenure: 'OWNED',
  provisionMode: 'RENOVATION',
  address: '一号院',
};
const register = async (input: Record<string, unknown> = {}, who: Caller = 'staff') => {
  const told = await send(who, 'upsertFacility', { ...CENTRE, location: place(), ...input });
  expect(told.errors).toEqual([]);
  return told.facility as { id: string; version: number } & Record<string, never>;
};
const refused = async (who: Caller, name: string, input: Record<string, unknown>) => {
  const { ok, errors } = await send(who, name, input);
  expect(ok).toBe(false);
  return errors.map(({ code, field }) => `${code} ${(field ?? []).join('.')}`);
};

describe('a facility is registered', () => {
  it('where somebody found it, kept as given and told in WGS-84', async () => {
    const given = { lat: 34.62, lng: 112.43, crs: 'GCJ02', precision: 'ENTRANCE' };
    const { id, location } = await register({ location: given });
    expect(location).toMatchObject({ precision: 'ENTRANCE', lat: expect.closeTo(34.621, 3), lng: expect.closeTo(112.4237, 3) });
    expect(await rows('select location_given as given from facility_state where facility_id = $1', [id])).toEqual([
      { given: { lat: 34.62, lng: 112.43, crs: 'GCJ02' } },
    ]);
  });

  it('as PLANNED, or as OPEN from the day on which it opened', async () => {
    const planned = await register();
    expect(planned).toMatchObject({ version: 1, status: 'PLANNED', openedOn: null, location: { precision: 'BUILDING' } });
    expect(await events(planned.id)).toEqual(['facility.created']);
    const open = await register({ openedOn: '2020-05-01', usableFloorArea: '120.5', grossFloorArea: '150' });
    expect(open).toMatchObject({ status: 'OPEN', openedOn: '2020-05-01', usableFloorArea: '120.50' });
    expect(await events(open.id)).toEqual(['facility.created', 'facility.opened']);
    expect(await refused('staff', 'upsertFacility', { ...CENTRE, openedOn: addDays(today, 1) })).toEqual(['VALIDATION_FAILED openedOn']);
    const known = await register({ openedOn: '2020-05-01', effectiveOn: '2019-01-01' });
    const states = await rows('select status, valid_from, valid_to from facility_state where facility_id = $1 order by valid_from', [
      known.id,
    ]);
    expect(states).toEqual([
      { status: 'PLANNED', valid_from: '2019-01-01', valid_to: '2020-05-01' },
      { status: 'OPEN', valid_from: '2020-05-01', valid_to: null },
    ]);
  });

  it('with all that it cannot be without, and tells everything that is missing at once', async () => {
    expect(await refused('staff', 'upsertFacility', { name: '一号院', communityId: 'a' })).toEqual([
      'VALIDATION_FAILED kind',
      'VALIDATION_FAILED tenure',
      'VALIDATION_FAILED provisionMode',
      'VALIDATION_FAILED address',
    ]);
    expect(await refused('staff', 'upsertFacility', { ...CENTRE, name: ' ', usableFloorArea: '1.005', activityArea: '-1' })).toEqual([
      'VALIDATION_FAILED name',
      'VALIDATION_FAILED usableFloorArea',
      'VALIDATION_FAILED activityArea',
    ]);
  });

  it('keeps the rules of §6.1', async () => {
    const wrong = (input: Record<string, unknown>) => refused('staff', 'upsertFacility', { ...CENTRE, ...input });
    expect(await wrong({ usableFloorArea: '100.01', grossFloorArea: '100' })).toEqual(['USABLE_EXCEEDS_GROSS usableFloorArea']);
    expect(await wrong({ usableFloorArea: '90', grossFloorArea: '100', activityArea: '91', activityAreaBasis: 'USABLE' })).toEqual([
      'ACTIVITY_EXCEEDS_AREA activityArea',
    ]);
    expect(await wrong({ activityArea: '10' })).toEqual(['VALIDATION_FAILED activityAreaBasis']);
    expect(await wrong({ tenure: 'LEASED', leaseFrom: '2026-01-01' })).toEqual(['LEASE_REQUIRED leaseTo']);
    expect(await wrong({ tenure: 'SHARED', leaseFrom: '2026-01-02', leaseTo: '2026-01-01' })).toEqual(['VALIDATION_FAILED leaseTo']);
    expect(await wrong({ leaseFrom: '2026-01-01' })).toEqual(['VALIDATION_FAILED leaseFrom']);
    expect(await wrong({ kind: 'NEIGHBOURHOOD_CENTRE' })).toEqual(['COMPOUND_REQUIRED servesCompoundIds']);
    expect(
      await wrong({
        shares: [
          { communityId: 'a', share: '0.6' },
          { communityId: 'b', share: '0.400001' },
        ],
      }),
    ).toEqual(['SHARES_EXCEED_ONE shares']);
    expect(await wrong({ shares: [{ communityId: 'a', share: '0' }] })).toEqual(['VALIDATION_FAILED shares.0']);
    expect(await rows('select id from facility where name = $1 and address = $2 and version > 1', [CENTRE.name, CENTRE.address])).toEqual(
      [],
    );
  });

  it('shares its area by households over the communities that it serves, else all to its own', async () => {
    const served = await register({ kind: 'NEIGHBOURHOOD_CENTRE', servesCompoundIds: ['p1', 'p2', 'p4'] });
    expect(served.serves).toEqual([
      { community: { id: 'b' }, share: '0.714286' },
      { community: { id: 'a' }, share: '0.285714' },
    ]);
    const alone = await register({ servesCompoundIds: ['p1', 'p4'] });
    expect(alone.serves).toEqual([{ community: { id: 'a' }, share: '1' }]);
  });

  it('only of what organization knows, which is asked before anything is written', async () => {
    expect(
      await refused('staff', 'upsertFacility', {
        ...CENTRE,
        communityId: 's1',
        compoundId: 'p9',
        operatorId: 'og5',
        servesCompoundIds: ['p1', 'p8'],
      }),
    ).toEqual(['NOT_FOUND communityId', 'NOT_FOUND compoundId', 'NOT_FOUND servesCompoundIds.1', 'NOT_FOUND operatorId']);
    expect(await refused('staff', 'upsertFacility', { ...CENTRE, compoundId: 'p2' })).toEqual(['VALIDATION_FAILED compoundId']);
    others.isSilent = true;
    await expect(send('staff', 'upsertFacility', CENTRE)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    others.isSilent = false;
  });

  it('once: one of like name within 50 m is the same, unless somebody says otherwise', async () => {
    const { lat, lng, crs } = place();
    const first = await register({ name: '西苑 党群服务中心', kind: 'PARTY_MASS_SERVICE_CENTRE', location: { lat, lng, crs } });
    const like = { ...CENTRE, name: '西苑活动室', location: { lat: lat + 0.0004, lng, crs } };
    const { errors } = await send('staff', 'upsertFacility', like);
    expect(errors).toMatchObject([{ code: 'FACILITY_DUPLICATE', details: { facilities: [first.id] } }]);
    await register({ ...like, location: { lat: lat + 0.0005, lng, crs } });
    await register({ ...like, name: '东苑活动室' });
    const both = await rows('select id from facility where name like $1', ['西苑%']);
    await register({ ...like, notDuplicateOf: both.map(({ id }) => id) });
  });

  it('once, however many ask at the same time', async () => {
    const same = { ...CENTRE, name: '北苑活动室', location: place() };
    const told = await writeAtOnce(
      world,
      'facility',
      ...(['staff', 'street', 'staff'] as const).map((who) => () => send(who, 'upsertFacility', same)),
    );
    expect(told.map(({ errors }) => errors.map(({ code }) => code))).toEqual([[], ['FACILITY_DUPLICATE'], ['FACILITY_DUPLICATE']]);
  });

  it('once for one key, and another input under the key is refused', async () => {
    const input = { ...CENTRE, location: place(), idempotencyKey: 'the-same-key' };
    const [one, two] = [await send('staff', 'upsertFacility', input), await send('staff', 'upsertFacility', input)];
    expect([one.replayed, two.replayed]).toEqual([false, true]);
    expect(two.facility).toEqual(one.facility);
    expect(await refused('staff', 'upsertFacility', { ...input, name: '另一个' })).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
  });
});

describe('who may', () => {
  it('change a facility is staff of its place and its operator', async () => {
    const { id } = await register({ operatorId: 'og1' });
    const change = (who: Caller, expectedVersion: number, input: object = { floor: '2' }) =>
      send(who, 'upsertFacility', { id, expectedVersion, ...input });
    expect((await change('street', 1)).ok).toBe(true);
    expect((await change('operator', 2)).ok).toBe(true);
    await expect(change('department', 3)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change('lead', 3)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change('resident', 3)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change('operator', 3, { operatorId: 'og2' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const far = await register({ communityId: 'b', servesCompoundIds: [] }, 'street');
    await expect(send('staff', 'assureFacility', { facilityId: far.id, expectedVersion: 1 })).rejects.toMatchObject({
      code: 'OUT_OF_AREA_SCOPE',
    });
    await expect(register({ communityId: 'c' })).rejects.toMatchObject({ code: 'OUT_OF_AREA_SCOPE' });
    await expect(register({ operatorId: 'og2' }, 'operator')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await register({ operatorId: 'og1' }, 'operator');
  });
});

describe('a change of a facility', () => {
  it('needs the version that the caller saw', async () => {
    const { id } = await register();
    expect(await refused('staff', 'upsertFacility', { id, floor: '2' })).toEqual(['VERSION_CONFLICT ']);
    const { errors } = await send('staff', 'upsertFacility', { id, expectedVersion: 7, floor: '2' });
    expect(errors).toMatchObject([{ code: 'VERSION_CONFLICT', details: { version: 1 } }]);
    expect(await refused('staff', 'upsertFacility', { id: 'fc_nobody', expectedVersion: 1 })).toEqual(['NOT_FOUND id']);
  });

  it('holds from its day on and leaves what was before, and what was said of later days', async () => {
    const { id } = await register({ openedOn: '2020-01-01', effectiveOn: '2020-01-01', usableFloorArea: '100' });
    const change = async (expectedVersion: number, effectiveOn: string, usableFloorArea: string) =>
      expect((await send('staff', 'upsertFacility', { id, expectedVersion, effectiveOn, usableFloorArea })).errors).toEqual([]);
    await change(1, '2025-01-01', '150');
    await change(2, '2023-01-01', '120');
    const areas = await rows('select valid_from, usable_area, status from facility_state where facility_id = $1 order by valid_from', [id]);
    expect(areas.map((each) => [each.valid_from, each.usable_area])).toEqual([
      ['2020-01-01', '100.00'],
      ['2023-01-01', '120.00'],
      ['2025-01-01', '150.00'],
    ]);
    expect(await refused('staff', 'upsertFacility', { id, expectedVersion: 3, effectiveOn: '2019-12-31', usableFloorArea: '1' })).toEqual([
      'VALIDATION_FAILED effectiveOn',
    ]);
  });

  it('of shares holds between its day and the next change', async () => {
    const { id } = await register({ effectiveOn: '2020-01-01', shares: [{ communityId: 'a', share: '1' }] });
    const share = async (expectedVersion: number, effectiveOn: string, shares: object[]) =>
      expect((await send('staff', 'upsertFacility', { id, expectedVersion, effectiveOn, shares })).errors).toEqual([]);
    await share(1, '2024-01-01', [
      { communityId: 'a', share: '0.5' },
      { communityId: 'b', share: '0.5' },
    ]);
    await share(2, '2022-01-01', [{ communityId: 'b', share: '0.25' }]);
    await share(3, '2024-01-01', [{ communityId: 'a', share: '0.5' }]);
    const on = async (day: string) =>
      (
        await rows(
          `select community_id || ' ' || trim_scale(share) as told from facility_share where facility_id = $1 and valid_from <= $2 and (valid_to is null or $2 < valid_to) order by 1`,
          [id, day],
        )
      ).map(({ told }) => told);
    expect([await on('2021-12-31'), await on('2022-01-01'), await on('2023-12-31'), await on('2024-01-01')]).toEqual([
      ['a 1'],
      ['b 0.25'],
      ['b 0.25'],
      ['a 0.5'],
    ]);
  });

  it('does not open it, and does not move its past to another community', async () => {
    const { id } = await register({ effectiveOn: '2024-01-01', kind: 'NEIGHBOURHOOD_CENTRE', servesCompoundIds: ['p1'] });
    expect(await refused('staff', 'upsertFacility', { id, expectedVersion: 1, openedOn: '2025-01-01' })).toEqual([
      'INVALID_TRANSITION openedOn',
    ]);
    expect(await refused('street', 'upsertFacility', { id, expectedVersion: 1, communityId: 'b' })).toEqual([
      'VALIDATION_FAILED communityId',
    ]);
    expect(await refused('staff', 'upsertFacility', { id, expectedVersion: 1, servesCompoundIds: [] })).toEqual([
      'COMPOUND_REQUIRED servesCompoundIds',
    ]);
    const fresh = await register();
    expect((await send('street', 'upsertFacility', { id: fresh.id, expectedVersion: 1, communityId: 'b' })).errors).toEqual([]);
    expect(await events(fresh.id)).toEqual(['facility.created', 'facility.changed', 'facility.moved']);
  });

  it('that ends a lease ends its days', async () => {
    const { id } = await register({ tenure: 'LEASED', leaseFrom: '2020-01-01', leaseTo: '2027-01-01' });
    expect(await send('staff', 'upsertFacility', { id, expectedVersion: 1, tenure: 'OWNED' })).toMatchObject({
      facility: { version: 2, leaseTo: null },
    });
  });
});

describe('an assurance', () => {
  it('is an act of an organization on a day that has come', async () => {
    const { id } = await register();
    expect(await send('staff', 'assureFacility', { facilityId: id, expectedVersion: 1 })).toMatchObject({
      facility: { version: 2, lastAssuredOn: today, assuredBy: { id: 'og9' } },
    });
    expect(await refused('staff', 'assureFacility', { facilityId: id, expectedVersion: 2, assuredOn: addDays(today, 1) })).toEqual([
      'DATE_IN_FUTURE assuredOn',
    ]);
    expect((await send('street', 'assureFacility', { facilityId: id, expectedVersion: 2 })).facility.assuredBy).toEqual({ id: 'og9' });
    expect(await events(id)).toEqual(['facility.created', 'facility.assured', 'facility.assured']);
    expect(await refused('staff', 'assureFacility', { facilityId: 'fc_none', expectedVersion: 1 })).toEqual(['NOT_FOUND facilityId']);
  });
});

describe('a facility is closed', () => {
  const close = (id: string, expectedVersion: number, input: object) => ({
    facilityId: id,
    expectedVersion,
    on: today,
    reason: '装修',
    ...input,
  });
  const states = async (id: string) =>
    (await rows('select status, valid_from from facility_state where facility_id = $1 order by valid_from', [id])).map(
      (each) => `${each.status} ${each.valid_from}`,
    );

  it('for good, and never opens again', async () => {
    const { id } = await register({ openedOn: '2020-01-01', effectiveOn: '2020-01-01' });
    expect(await send('staff', 'closeFacility', close(id, 1, {}))).toMatchObject({
      facility: { status: 'CLOSED', closedOn: today, version: 2 },
    });
    expect(await states(id)).toEqual(['OPEN 2020-01-01', `CLOSED ${today}`]);
    expect(await refused('staff', 'closeFacility', close(id, 2, {}))).toEqual(['INVALID_TRANSITION on']);
    expect((await rows(`select reason from hub.event where object_id = $1 and name = 'facility.closed'`, [id]))[0]).toEqual({
      reason: '装修',
    });
  });

  it('for a time, and is open again on the day', async () => {
    const { id } = await register({ openedOn: '2020-01-01', effectiveOn: '2020-01-01' });
    const until = addDays(today, 10);
    expect(await refused('staff', 'closeFacility', close(id, 1, { until: today }))).toEqual(['VALIDATION_FAILED until']);
    expect(await refused('staff', 'closeFacility', close(id, 1, { until, reason: ' ' }))).toEqual(['VALIDATION_FAILED reason']);
    expect(await refused('staff', 'closeFacility', close(id, 1, { on: '2019-12-31' }))).toEqual(['VALIDATION_FAILED on']);
    expect((await send('staff', 'closeFacility', close(id, 1, { until }))).facility).toMatchObject({
      status: 'TEMPORARILY_CLOSED',
      closedOn: null,
    });
    expect(await states(id)).toEqual(['OPEN 2020-01-01', `TEMPORARILY_CLOSED ${today}`, `OPEN ${until}`]);
    expect(await refused('staff', 'closeFacility', close(id, 2, { until }))).toEqual(['INVALID_TRANSITION on']);
    // Closed for good while it is closed for a time: it does not open on the day any more.
    expect((await send('staff', 'closeFacility', close(id, 2, { on: addDays(today, 3) }))).errors).toEqual([]);
    expect(await states(id)).toEqual(['OPEN 2020-01-01', `TEMPORARILY_CLOSED ${today}`, `CLOSED ${addDays(today, 3)}`, `CLOSED ${until}`]);
  });

  it('for a time only while it is open', async () => {
    const { id } = await register();
    expect(await refused('staff', 'closeFacility', close(id, 1, { until: addDays(today, 1) }))).toEqual(['INVALID_TRANSITION on']);
    expect((await send('staff', 'closeFacility', close(id, 1, {}))).facility.status).toBe('CLOSED');
  });

  it('and the coverage of the circle is computed again ten minutes later, once', async () => {
    await rows(`update coverage_run set status = 'FAILED', failure = 'X' where status = 'QUEUED'`);
    for (let n = 0; n < 2; n++) {
      const { id } = await register({ openedOn: '2020-01-01' });
      await send('staff', 'closeFacility', close(id, 1, {}));
    }
    const queued = await rows(
      `select profile, due_at > started_at + interval '599 seconds' as later from coverage_run where status = 'QUEUED' order by profile`,
    );
    expect(queued).toEqual(['ADULT', 'ELDER', 'WHEELCHAIR'].map((profile) => ({ profile, later: true })));
  });
});
