import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdClock } from '../clock.ts';
import type { TestDatabase } from '../database.ts';
import { act, ask, auditor, type Caller, codes, type Outcome, recorder, resident } from './act.ts';
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

describe('a notice', () => {
  it('runs seven days and is seen by members, under-14s by four digits', async () => {
    const ids = await drafted(service(1, '08:00', '10:00'), service(43, '08:00', '10:00'));
    const outcome = await does(og1, 'publishRecordNotice', { recordIds: ids });
    expect(outcome.records).toMatchObject([{ status: 'NOTICED', noticeFrom: '2026-03-02', noticeTo: '2026-03-09', version: 2 }, {}]);
    const board = '{ recordNotices(organizationId: "og1") { nodes { displayName minutes noticeTo activityTitle } } }';
    const { data } = await ask(world, resident('login-7', 'og1'), board);
    expect(data?.recordNotices).toEqual({
      nodes: expect.arrayContaining([
        { displayName: '志愿者1', minutes: 120, noticeTo: '2026-03-09', activityTitle: '清扫楼道' },
        { displayName: numberOf(43).slice(-4), minutes: 120, noticeTo: '2026-03-09', activityTitle: '清扫楼道' },
      ]),
    });
    expect((await ask(world, resident('login-7', 'og2'), board)).data?.recordNotices).toEqual({ nodes: [] });
  });

  it('is refused without the person in charge, for what is no draft, for what is not there, naming each', async () => {
    const [bare = ''] = await drafted(service(1, '08:00', '10:00', { responsible: null }));
    const noticed = await recordAt('NOTICED', 2);
    const outcome = await does(og1, 'publishRecordNotice', { recordIds: [bare, noticed, 'sr_none'] });
    expect(outcome.errors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['recordIds', '0'] },
      { code: 'INVALID_TRANSITION', field: ['recordIds', '1'], details: { state: 'NOTICED' } },
      { code: 'NOT_FOUND', field: ['recordIds', '2'] },
    ]);
    expect(codes(await does(og1, 'publishRecordNotice', { recordIds: [] }))).toEqual(['VALIDATION_FAILED']);
    expect(codes(await does(recorder('og2'), 'publishRecordNotice', { recordIds: [bare] }))).toEqual(['NOT_FOUND']);
  });
});

describe('a confirmation', () => {
  it('waits until the last day of the notice is over', async () => {
    const id = await recordAt('NOTICED');
    on('2026-03-09');
    expect((await does(og1, 'confirmRecords', { recordIds: [id] })).errors).toMatchObject([
      { code: 'NOTICE_PERIOD', field: ['recordIds', '0'], details: { noticeTo: '2026-03-09' } },
    ]);
    on('2026-03-10');
    expect((await does(og1, 'confirmRecords', { recordIds: [id, id] })).records).toMatchObject([
      { status: 'CONFIRMED', confirmedAt: '2026-03-10T10:00:00+08:00', nationalSync: 'PENDING', version: 3 },
    ]);
    expect(codes(await does(og1, 'confirmRecords', { recordIds: [id] }))).toEqual(['INVALID_TRANSITION']);
  });

  it('happens once, when 32 ask for it at once', async () => {
    const id = await recordAt('NOTICED');
    on('2026-03-10');
    const outcomes = await Promise.all(Array.from({ length: 32 }, () => does(og1, 'confirmRecords', { recordIds: [id] })));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await stored(id)).toMatchObject({ status: 'CONFIRMED', version: 3 });
    const { rows } = await world.owner.query(
      `select count(*)::int as n from hub.event where object_id = $1 and name = 'record.confirmed'`,
      [id],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});

describe('a dispute', () => {
  const why = { reason: '我没有参加，电话 13800001234' };

  it('of a noticed record is anybody’s of the organization, the volunteer’s and the auditor’s, and its reason carries no telephone', async () => {
    for (const caller of [resident('login-1'), resident('login-7', 'og1'), recorder('og1', 'second'), auditor]) {
      await world.owner.query('delete from service_record');
      holdClock(NOW);
      const recordId = await recordAt('NOTICED');
      const outcome = await does(caller, 'disputeRecord', { recordId, ...why });
      expect(outcome).toMatchObject({ ok: true, records: caller.subject === 'login-7' ? null : [{ status: 'DISPUTED' }] });
      const { rows } = await world.owner.query(
        `select r.dispute_reason as kept, e.reason as told from service_record r join hub.event e on e.object_id = r.id where e.name = 'record.disputed'
           and r.id = $1`,
        [recordId],
      );
      expect(JSON.stringify(rows)).not.toContain('13800001234');
      expect(rows[0].kept).toContain('我没有参加');
    }
  });

  it('is nobody else’s business', async () => {
    const recordId = await recordAt('NOTICED');
    for (const caller of [resident('login-2'), resident('login-2', 'og2'), recorder('og2')]) {
      expect(codes(await does(caller, 'disputeRecord', { recordId, ...why }))).toEqual(['NOT_FOUND']);
    }
    expect(await stored(recordId)).toMatchObject({ status: 'NOTICED' });
  });

  it('of a confirmed record is the volunteer’s for thirty days and the auditor’s for good', async () => {
    const recordId = await recordAt('CONFIRMED');
    expect(codes(await does(recorder('og1', 'second'), 'disputeRecord', { recordId, ...why }))).toEqual(['DISPUTE_WINDOW']);
    on('2026-04-10');
    expect((await does(resident('login-1'), 'disputeRecord', { recordId, ...why })).errors).toMatchObject([
      { code: 'DISPUTE_WINDOW', details: { until: '2026-04-09' } },
    ]);
    on('2026-04-09');
    expect(codes(await does(resident('login-1'), 'disputeRecord', { recordId, reason: ' ' }))).toEqual(['VALIDATION_FAILED']);
    expect(codes(await does(resident('login-1'), 'disputeRecord', { recordId, ...why, expectedVersion: 1 }))).toEqual(['VERSION_CONFLICT']);
    expect((await does(resident('login-1'), 'disputeRecord', { recordId, ...why, expectedVersion: 3 })).ok).toBe(true);
    expect(codes(await does(auditor, 'disputeRecord', { recordId, ...why }))).toEqual(['INVALID_TRANSITION']);
    expect((await does(og1, 'settleRecordDispute', { recordId, uphold: true, reason: '签到表在' })).ok).toBe(true);
    on('2027-01-10');
    expect((await does(auditor, 'disputeRecord', { recordId, ...why })).ok).toBe(true);
  });

  it('is not settled by who opened it', async () => {
    const recordId = await recordAt('NOTICED');
    await does(og1, 'disputeRecord', { recordId, ...why });
    const settle = { recordId, uphold: true, reason: '签到表在' };
    expect(codes(await does(og1, 'settleRecordDispute', settle))).toEqual(['SELF_CONFIRMATION']);
    expect((await does(recorder('og1', 'second'), 'settleRecordDispute', settle)).records).toMatchObject([
      { status: 'NOTICED', version: 4 },
    ]);
    expect(codes(await does(og1, 'settleRecordDispute', settle))).toEqual(['INVALID_TRANSITION']);
  });

  it('that is upheld after the notice confirms the record, and one that was confirmed keeps its day', async () => {
    const recordId = await recordAt('NOTICED');
    await does(resident('login-1'), 'disputeRecord', { recordId, ...why });
    on('2026-03-12');
    const settle = { recordId, uphold: true, reason: '签到表在' };
    expect(codes(await does(og1, 'settleRecordDispute', { ...settle, expectedVersion: 1 }))).toEqual(['VERSION_CONFLICT']);
    expect((await does(og1, 'settleRecordDispute', settle)).records).toMatchObject([
      { status: 'CONFIRMED', confirmedAt: '2026-03-12T10:00:00+08:00', nationalSync: 'PENDING' },
    ]);
    await does(resident('login-1'), 'disputeRecord', { recordId, ...why });
    on('2026-03-20');
    expect((await does(og1, 'settleRecordDispute', settle)).records).toMatchObject([
      { status: 'CONFIRMED', confirmedAt: '2026-03-12T10:00:00+08:00' },
    ]);
  });

  it('that is not upheld voids the record, and makes room for another', async () => {
    const recordId = await recordAt('NOTICED');
    await does(resident('login-1'), 'disputeRecord', { recordId, ...why });
    expect((await does(og1, 'settleRecordDispute', { recordId, uphold: false, reason: '记错人' })).records).toMatchObject([
      { status: 'VOIDED' },
    ]);
    expect(codes(await does(resident('login-1'), 'disputeRecord', { recordId, ...why }))).toEqual(['RECORD_LOCKED']);
    expect(await drafted(service(1, '08:00', '10:00'))).toHaveLength(1);
  });
});

describe('a voided record', () => {
  it('was taken back with a reason, from every state that is not the last', async () => {
    for (const state of ['DRAFT', 'NOTICED', 'CONFIRMED'] as const) {
      await world.owner.query('delete from service_record');
      holdClock(NOW);
      const recordId = await recordAt(state);
      const { version } = await stored(recordId);
      const input = { recordId, reason: '重复', expectedVersion: version, idempotencyKey: newKey() };
      expect(codes(await does(og1, 'voidRecord', { ...input, reason: '', idempotencyKey: newKey() }))).toEqual(['VALIDATION_FAILED']);
      expect(codes(await does(og1, 'voidRecord', { ...input, expectedVersion: 99, idempotencyKey: newKey() }))).toEqual([
        'VERSION_CONFLICT',
      ]);
      expect((await does(og1, 'voidRecord', input)).records).toMatchObject([
        { status: 'VOIDED', nationalSync: state === 'CONFIRMED' ? 'PENDING' : null },
      ]);
      expect(codes(await does(recorder('og2'), 'voidRecord', { ...input, idempotencyKey: newKey() }))).toEqual(['NOT_FOUND']);
    }
  });
});
