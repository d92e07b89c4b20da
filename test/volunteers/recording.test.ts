import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/src/database.ts';
import { holdClock } from '../clock.ts';
import { claimsOf, type TestDatabase } from '../database.ts';
import { act, ask, type Caller, codes, type Outcome, recorder, staffOf } from './act.ts';
import { draft, NOW, newKey, numberOf, service, volunteersWorld } from './world.ts';

let world: TestDatabase;
const og1 = recorder('og1');

beforeAll(async () => {
  world = await volunteersWorld();
});
beforeEach(async () => {
  holdClock(NOW);
  await world.owner.query('delete from service_record');
});
afterAll(async () => {
  holdClock(null);
  await world?.drop();
});

const on = (day: string): void => holdClock(`${day}T10:00:00+08:00`);
const does = (caller: Caller, name: string, input: Record<string, unknown>) => act(world, caller, name, input);
const idsOf = (outcome: Outcome): string[] => (outcome.records as { id: string }[]).map(({ id }) => id);
const stored = async (id: string) =>
  (await world.owner.query('select status, version, national_sync as sync, confirmed_at as at from service_record where id = $1', [id]))
    .rows[0];

/** Ids of drafts by og1. */
async function drafted(...records: object[]): Promise<string[]> {
  const outcome = await does(og1, 'draftRecords', draft(...records));
  expect(outcome.errors).toEqual([]);
  return idsOf(outcome);
}

/** One record brought to a state; the clock stands on the day of the last step. */
async function recordAt(state: 'DRAFT' | 'NOTICED' | 'CONFIRMED', volunteer = 1): Promise<string> {
  const [id = ''] = await drafted(service(volunteer, '08:00', '10:00'));
  if (state === 'DRAFT') return id;
  expect((await does(og1, 'publishRecordNotice', { recordIds: [id] })).ok).toBe(true);
  if (state === 'NOTICED') return id;
  on('2026-03-10');
  expect((await does(og1, 'confirmRecords', { recordIds: [id] })).ok).toBe(true);
  return id;
}

describe('a draft', () => {
  it('is made with its minutes rounded down to five, and its history', async () => {
    const outcome = await does(og1, 'draftRecords', draft(service(1, '08:00', '10:04'), service(2, '08:00', '10:00', { minutes: 58 })));
    expect(outcome.records).toMatchObject([
      { status: 'DRAFT', minutes: 120, on: '2026-03-01', projectName: '春季清扫', activity: { id: 'a' }, version: 1 },
      { status: 'DRAFT', minutes: 55 },
    ]);
    const { data } = await ask(
      world,
      og1,
      `{ serviceRecord(id: "${idsOf(outcome)[0]}") { events { seq from to actorRole actorOrganization { id } } } }`,
    );
    expect(data?.serviceRecord).toEqual({
      events: [{ seq: 1, from: null, to: 'DRAFT', actorRole: 'ORG_REPRESENTATIVE', actorOrganization: { id: 'og1' } }],
    });
  });

  it('is made once by the same key, and answered again', async () => {
    const input = draft(service(1, '08:00', '10:00'));
    const first = await does(og1, 'draftRecords', input);
    expect(await does(og1, 'draftRecords', input)).toEqual(first);
    expect(codes(await does(og1, 'draftRecords', { ...input, projectName: '别的' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    const { rows } = await world.owner.query('select count(*)::int as n from service_record');
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('is refused to who did not run the activity, and for what he cannot know of', async () => {
    expect(codes(await does(recorder('og2'), 'draftRecords', draft(service(1, '08:00', '10:00'))))).toEqual(['NOT_RECORDER']);
    expect(codes(await does(og1, 'draftRecords', { ...draft(service(1, '08:00', '10:00')), activityId: 'secret' }))).toEqual(['NOT_FOUND']);
    expect(codes(await does(og1, 'draftRecords', { ...draft(service(1, '08:00', '10:00')), activityId: 'gone' }))).toEqual([
      'INVALID_TRANSITION',
    ]);
    await expect(does(staffOf('c'), 'draftRecords', draft(service(1, '08:00', '10:00')))).rejects.toThrow('FORBIDDEN');
  });

  it('is refused, with every fault named, and nothing of it stays', async () => {
    const outcome = await does(
      og1,
      'draftRecords',
      draft(
        service(1, '10:00', '09:00'),
        service(2, '05:00', '07:00'),
        service(3, '08:00', '08:30', { minutes: 60 }),
        service(4, '08:00', '08:04'),
        service(5, '08:00', '09:00', { place: ' ', content: '' }),
        service(6, '08:00', '09:00'),
      ),
    );
    expect(outcome.errors.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['VALIDATION_FAILED', 'records.0.endsAt'],
      ['VALIDATION_FAILED', 'records.1.startsAt'],
      ['VALIDATION_FAILED', 'records.2.minutes'],
      ['VALIDATION_FAILED', 'records.3.minutes'],
      ['VALIDATION_FAILED', 'records.4.place'],
      ['VALIDATION_FAILED', 'records.4.content'],
    ]);
    expect((await world.owner.query('select 1 from service_record')).rowCount).toBe(0);
    expect(codes(await does(og1, 'draftRecords', draft()))).toEqual(['VALIDATION_FAILED']);
  });

  it('is refused for service that is not over', async () => {
    holdClock('2026-03-01T09:00:00+08:00');
    expect((await does(og1, 'draftRecords', draft(service(1, '08:00', '10:00')))).errors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['records', '0', 'endsAt'], details: { expected: 'not in the future' } },
    ]);
  });

  it('is refused for an unknown number, somebody who had left, and a minor before the consent', async () => {
    const unknown = await does(og1, 'draftRecords', draft(service(1, '08:00', '09:00'), service(999, '08:00', '09:00')));
    expect(unknown.errors).toMatchObject([{ code: 'NOT_FOUND', field: ['records', '1', 'volunteerNumber'] }]);
    const outcome = await does(og1, 'draftRecords', draft(service(41, '08:00', '09:00'), service(42, '08:00', '09:00')));
    expect(codes(outcome)).toEqual(['GUARDIAN_REQUIRED', 'VALIDATION_FAILED']);
  });

  it('is refused for more records than a call takes', async () => {
    const records = Array.from({ length: 201 }, () => service(1, '08:00', '09:00'));
    await expect(does(og1, 'draftRecords', draft(...records))).rejects.toThrow('LIMIT_EXCEEDED');
  });
});

describe('nobody serves', () => {
  it('in two places at once, whoever recorded the first', async () => {
    await drafted(service(1, '08:00', '10:00'));
    const elsewhere = { ...draft(service(1, '09:59', '11:00'), service(1, '10:00', '11:00')), activityId: 'other' };
    const outcome = await does(recorder('og2'), 'draftRecords', elsewhere);
    expect(outcome.errors).toMatchObject([
      { code: 'RECORD_OVERLAP', field: ['records', '0', 'startsAt'] },
      { code: 'RECORD_OVERLAP', field: ['records', '1', 'startsAt'] },
    ]);
    const after = await does(recorder('og2'), 'draftRecords', { ...elsewhere, records: [service(1, '10:00', '11:00')] });
    expect(after.ok).toBe(true);
  });

  it('in two places at once although the check did not see it: the database keeps it', async () => {
    await drafted(service(1, '08:00', '10:00'));
    await expect(
      world.owner.query(`insert into service_record (id, volunteer_id, activity_id, community_id, category, recorder_id, "on", place, starts_at, ends_at,
        minutes, content, recorded_by, status) select 'twice', volunteer_id, activity_id, community_id, category, recorder_id, "on", place, starts_at, ends_at,
        minutes, content, recorded_by, status from service_record`),
    ).rejects.toThrow('service_record_overlap');
  });

  it('more than twelve hours a day, all organizations together; the override waits for two signatures', async () => {
    const whole = draft(service(1, '06:00', '14:00'), service(1, '14:00', '18:05'));
    expect((await does(og1, 'draftRecords', whole)).errors).toMatchObject([
      { code: 'DAY_LIMIT', field: ['records', '0', 'minutes'], details: { limitMinutes: 720 } },
      { code: 'DAY_LIMIT', field: ['records', '1', 'minutes'] },
    ]);
    await drafted(service(1, '06:00', '14:00'), service(1, '14:00', '18:00'));
    const more = { ...draft(service(1, '18:00', '18:05')), activityId: 'other', overrideDayLimit: true };
    expect((await does(recorder('og2'), 'draftRecords', more)).errors).toMatchObject([
      { code: 'DAY_LIMIT', details: { limitMinutes: 720, override: 'UNAVAILABLE' } },
    ]);
  });

  it('more than twelve hours a day, when 32 record at once for him', async () => {
    // Each on a connection of its own, so that all of them race.
    const databases = Array.from({ length: 8 }, () => openDatabase('volunteers', world.config));
    const quarter = (n: number): [string, string] => [clock(n * 25), clock(n * 25 + 25)];
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, n) => {
        const caller = n % 2 === 0 ? og1 : recorder('og2');
        const input = { ...draft(service(1, ...quarter(n)), service(2, ...quarter(31 - n))), activityId: n % 2 === 0 ? 'a' : 'other' };
        return act(world, caller, 'draftRecords', input, databases[n % 8]?.session(claimsOf(caller)));
      }),
    );
    await Promise.all(databases.map((each) => each.close()));
    const { rows } = await world.owner.query(
      'select volunteer_id as id, sum(minutes)::int as minutes from service_record group by 1 order by 1',
    );
    expect(rows).toEqual([
      { id: 'v1', minutes: 700 },
      { id: 'v2', minutes: 700 },
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(28);
    expect(new Set(outcomes.flatMap(codes))).toEqual(new Set(['DAY_LIMIT']));
  });
});

/** 06:00 and so many minutes. */
const clock = (minutes: number): string =>
  `${String(6 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

describe('a correction', () => {
  const correct = (recordId: string, expectedVersion: number, record = service(1, '08:00', '09:00')) => ({
    ...{ recordId, record, reason: '早退', expectedVersion, idempotencyKey: newKey() },
  });

  it('is a new record on notice, and the old one is locked', async () => {
    const recordId = await recordAt('CONFIRMED');
    const outcome = await does(og1, 'correctRecord', correct(recordId, 3));
    expect(outcome.records).toMatchObject([
      {
        status: 'NOTICED',
        minutes: 60,
        noticeFrom: '2026-03-10',
        noticeTo: '2026-03-17',
        corrects: { id: recordId },
        projectName: '春季清扫',
      },
      { id: recordId, status: 'CORRECTED', confirmedAt: '2026-03-10T10:00:00+08:00', nationalSync: 'PENDING' },
    ]);
    for (const [name, input] of [
      ['correctRecord', correct(recordId, 4)],
      ['voidRecord', { recordId, reason: '作废', expectedVersion: 4, idempotencyKey: newKey() }],
      ['confirmRecords', { recordIds: [recordId] }],
      ['publishRecordNotice', { recordIds: [recordId] }],
      ['settleRecordDispute', { recordId, uphold: true, reason: '成立' }],
    ] as const) {
      expect(codes(await does(og1, name, input)), name).toEqual(['RECORD_LOCKED']);
    }
  });

  it('may name another volunteer, and is judged like a draft', async () => {
    const recordId = await recordAt('CONFIRMED');
    await drafted(service(2, '13:00', '14:00'));
    expect(codes(await does(og1, 'correctRecord', correct(recordId, 3, service(2, '13:30', '14:30'))))).toEqual(['RECORD_OVERLAP']);
    expect(codes(await does(og1, 'correctRecord', correct(recordId, 3, service(999, '13:30', '14:30'))))).toEqual(['NOT_FOUND']);
    expect(codes(await does(og1, 'correctRecord', correct(recordId, 3, service(1, '08:00', '09:00', { responsible: null }))))).toEqual([
      'VALIDATION_FAILED',
    ]);
    expect((await stored(recordId)).status).toBe('CONFIRMED');
    expect((await does(og1, 'correctRecord', correct(recordId, 3, service(2, '14:00', '14:30')))).ok).toBe(true);
  });

  it('is refused for another version, another state, another organization', async () => {
    const recordId = await recordAt('NOTICED');
    expect((await does(og1, 'correctRecord', correct(recordId, 1))).errors).toMatchObject([
      { code: 'VERSION_CONFLICT', details: { version: 2 } },
    ]);
    expect(codes(await does(og1, 'correctRecord', correct(recordId, 2)))).toEqual(['INVALID_TRANSITION']);
    expect(codes(await does(recorder('og2'), 'correctRecord', correct(recordId, 2)))).toEqual(['NOT_FOUND']);
  });

  it('of one record by 16 at once is one correction', async () => {
    const recordId = await recordAt('CONFIRMED');
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => does(og1, 'correctRecord', correct(recordId, 3))));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(outcomes.flatMap(codes))).toEqual(new Set(['VERSION_CONFLICT']));
  });
});

describe('the database keeps, whatever a command forgets,', () => {
  const insertAs = (caller: Caller, recorderId: string) =>
    world.session(caller).write(({ rows }) =>
      rows(
        `insert into service_record (id, volunteer_id, activity_id, community_id, category, recorder_id, "on", place, starts_at, ends_at, minutes, content,
           recorded_by, status) values ('x', 'v1', 'a', 'c', 'ENVIRONMENT', $1, '2026-03-01', 'x', '2026-03-01T08:00+08:00', '2026-03-01T09:00+08:00', 60, 'x',
           'x', 'DRAFT')`,
        [recorderId],
      ),
    );

  it('that only the organization of the activity records', async () => {
    await expect(insertAs(recorder('og2'), 'og2')).rejects.toThrow('42501');
    await expect(insertAs(recorder('og2'), 'og1')).rejects.toThrow('42501');
    await expect(insertAs({ ...staffOf('c'), organization: 'og1' }, 'og1')).rejects.toThrow('42501');
    await insertAs(og1, 'og1');
  });

  it('that what a record says of the service does not change', async () => {
    await insertAs(og1, 'og1');
    await expect(world.session(og1).write(({ rows }) => rows('update service_record set minutes = 720'))).rejects.toThrow('42501');
    await expect(world.session(og1).write(({ rows }) => rows('delete from service_record'))).rejects.toThrow('42501');
  });

  it('that nobody but a recorder looks volunteers up', async () => {
    const look = (caller: Caller) =>
      world.session(caller).write(({ rows }) => rows('select * from lock_volunteers($1, $2)', [[numberOf(1)], []]));
    await expect(look(staffOf('c'))).rejects.toThrow('42501');
    expect(await look(og1)).toEqual([{ id: 'v1', number: numberOf(1) }]);
  });
});
