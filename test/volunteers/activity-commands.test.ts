import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import { holdClock } from '../clock.ts';
import type { TestDatabase } from '../database.ts';
import { act, ask, type Caller, codes, type Outcome, recorder, resident, staffOf } from './act.ts';
import { draft, NOW, newKey, service, UPLOADED, volunteersWorld } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await volunteersWorld();
  holdClock(NOW);
});
afterAll(async () => {
  holdClock(null);
  await world?.drop();
});

const shift = (more: Record<string, unknown> = {}) => ({
  startsAt: '2026-03-01T08:00:00+08:00',
  endsAt: '2026-03-01T12:00:00+08:00',
  capacity: 10,
  checkInMethods: ['ORGANIZER_LIST'],
  ...more,
});
const activity = (more: Record<string, unknown> = {}) => ({
  title: '清扫楼道',
  organizerId: 'og1',
  communityId: 'c',
  category: 'ENVIRONMENT',
  description: '清扫 3 号楼楼道',
  withCoins: false,
  riskLevel: 'ORDINARY',
  shifts: [shift()],
  idempotencyKey: newKey(),
  ...more,
});
const og1 = recorder('og1');
const create = (caller: Caller, input: Record<string, unknown>) => act(world, caller, 'createActivity', input);

describe('an activity', () => {
  it('is made as a draft from its first shift to its last, and shown to its organizer and the staff of the place alone', async () => {
    const late = shift({ startsAt: '2026-03-08T08:00:00+08:00', endsAt: '2026-03-08T10:00:00+08:00', capacity: 3 });
    const outcome = await create(
      og1,
      activity({ compoundId: 'k', facilityId: 'f', location: { lat: 34.66, lng: 112.37, crs: 'GCJ02' }, shifts: [late, shift()] }),
    );
    expect(outcome).toMatchObject({
      ok: true,
      activity: {
        ...{ status: 'DRAFT', startsAt: '2026-03-01T08:00:00+08:00', endsAt: '2026-03-08T10:00:00+08:00', version: 1 },
        shifts: [{ capacity: 10 }, { capacity: 3 }],
        events: [{ seq: 1, from: null, to: 'DRAFT', actorRole: 'ORG_REPRESENTATIVE' }],
      },
    });
    const { id } = outcome.activity as { id: string };
    const seen = async (caller: Caller) => (await ask(world, caller, `{ activity(id: "${id}") { title } }`)).data?.activity;
    expect(await seen(og1)).toEqual({ title: '清扫楼道' });
    expect(await seen(staffOf('c'))).toEqual({ title: '清扫楼道' });
    expect(await seen(recorder('og2'))).toBeNull();
    expect(await seen(resident('login-1'))).toBeNull();
    const kept = await world.owner.query('select lat::numeric(6, 2)::text, venue_id, compound_id from activity where id = $1', [id]);
    expect(kept.rows).toEqual([{ lat: '34.66', venue_id: 'f', compound_id: 'k' }]);
  });

  it('is recorded by its organizer, and whoever sees the record sees the activity', async () => {
    const { activity: made } = (await create(og1, activity())) as unknown as { activity: { id: string } };
    const records = { ...draft(service(1, '08:00', '09:00')), activityId: made.id };
    expect((await act(world, og1, 'draftRecords', records)).ok).toBe(true);
    const { data } = await ask(world, resident('login-1'), '{ myVolunteer { serviceRecords { nodes { activity { title } } } } }');
    expect(data).toEqual({ myVolunteer: { serviceRecords: { nodes: [{ activity: { title: '清扫楼道' } }] } } });
  });

  it('is made once by one key, when 32 ask at once', async () => {
    const input = activity();
    const outcomes = await Promise.all(Array.from({ length: 32 }, () => create(og1, input)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    const { id } = (outcomes[0] as Outcome).activity as { id: string };
    expect((await world.owner.query('select 1 from shift where activity_id = $1', [id])).rowCount).toBe(1);
  });

  it('is staff’s for any organization in their community, and an organization’s for itself', async () => {
    expect((await create(staffOf('c'), activity({ organizerId: 'og2' }))).ok).toBe(true);
    expect(codes(await create(staffOf('c'), activity({ organizerId: 'og9' })))).toEqual(['NOT_FOUND']);
    await expect(create(staffOf('b'), activity())).rejects.toThrow('OUT_OF_AREA_SCOPE');
    await expect(create(recorder('og2'), activity())).rejects.toThrow('FORBIDDEN');
    await expect(create(resident('login-1'), activity())).rejects.toThrow('FORBIDDEN');
  });

  it('is refused with every fault named', async () => {
    const outcome = await create(
      og1,
      activity({
        ...{ title: ' ', description: '', riskLevel: 'HAZARDOUS', insured: true },
        shifts: [shift({ id: 'sh_1', endsAt: '2026-03-01T08:00:00+08:00', capacity: 0, checkInMethods: [], minAge: -1 })],
      }),
    );
    expect(outcome.errors.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['VALIDATION_FAILED', 'title'],
      ['VALIDATION_FAILED', 'description'],
      ['INSURANCE_REQUIRED', 'insuranceFileId'],
      ['VALIDATION_FAILED', 'shifts.0.id'],
      ['VALIDATION_FAILED', 'shifts.0.endsAt'],
      ['VALIDATION_FAILED', 'shifts.0.capacity'],
      ['VALIDATION_FAILED', 'shifts.0.checkInMethods'],
      ['VALIDATION_FAILED', 'shifts.0.minAge'],
    ]);
    expect(codes(await create(og1, activity({ shifts: [] })))).toEqual(['NO_SHIFT']);
    await expect(create(og1, activity({ shifts: Array.from({ length: 101 }, () => shift()) }))).rejects.toThrow('LIMIT_EXCEEDED');
  });

  it('that is hazardous brings its policy as a file, which its organizer and the staff of the place read', async () => {
    await world.owner.query(UPLOADED, ['fl_p', 'test', 'rep-og1']);
    const insured = { riskLevel: 'HAZARDOUS', insured: true, insuranceFileId: 'fl_p' };
    expect((await create(staffOf('c'), activity(insured))).errors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['insuranceFileId'] },
    ]);
    const { activity: made } = (await create(og1, activity(insured))) as unknown as { activity: { id: string } };
    const reads = (caller: Caller) => definition.mayReadFile?.(world.context(caller), { objectType: 'Activity', objectId: made.id });
    for (const caller of [og1, staffOf('c')]) expect(await reads(caller)).toBe(true);
    for (const caller of [recorder('og2'), staffOf('b'), resident('login-1', 'og1')]) expect(await reads(caller)).toBe(false);
  });

  it('is refused where there is no such place', async () => {
    expect((await create(og1, activity({ communityId: 'nowhere' }))).errors).toMatchObject([{ code: 'NOT_FOUND', field: ['communityId'] }]);
    expect((await create(og1, activity({ facilityId: 'none' }))).errors).toMatchObject([{ code: 'NOT_FOUND', field: ['facilityId'] }]);
    expect((await create(og1, activity({ compoundId: 'none' }))).errors).toMatchObject([{ code: 'NOT_FOUND', field: ['compoundId'] }]);
    expect((await create(og1, activity({ communityId: 'b', compoundId: 'k' }))).errors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['compoundId'] },
    ]);
    expect(codes(await create(og1, activity({ location: { lat: 134, lng: 112.37, crs: 'WGS84' } })))).toEqual(['VALIDATION_FAILED']);
  });
});

describe('the database keeps, whatever a command forgets,', () => {
  const insertAs = (caller: Caller, organizer: string) =>
    world.session(caller).write(({ rows }) =>
      rows(
        `insert into activity (id, title, organizer_id, community_id, category, description, status, risk_level, insured, starts_at, ends_at)
         values ('x', 'x', $1, 'c', 'ORDER', 'x', 'DRAFT', 'ORDINARY', false, '2026-03-01', '2026-03-02')`,
        [organizer],
      ),
    );
  const shiftAs = (caller: Caller, activityId: string) =>
    world
      .session(caller)
      .write(({ rows }) =>
        rows(
          `insert into shift (id, activity_id, starts_at, ends_at, capacity, check_in_methods) values ('x', $1, '2026-03-01', '2026-03-02', 1, '{}')`,
          [activityId],
        ),
      );

  it('that an activity is made by its organizer or the staff of the place', async () => {
    await expect(insertAs(recorder('og2'), 'og1')).rejects.toThrow('42501');
    await expect(insertAs(staffOf('b'), 'og1')).rejects.toThrow('42501');
    await expect(shiftAs(recorder('og2'), 'a')).rejects.toThrow('42501');
    await insertAs(og1, 'og1');
    await shiftAs(staffOf('c'), 'x');
  });
});
