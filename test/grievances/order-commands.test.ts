/** Orders (§7.2, §7.3, §7.9) on PostgreSQL: acceptance, work, progress with pauses, handling; every code on the way. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdClock } from '../clock.ts';
import { ASSISTANT, BUREAU, type ChainWorld, DEPARTMENT, HOTLINE, LEADER, openChain, outside, RESIDENT, STREET } from './chain.ts';
import { assist, dispatch, done, handling, type Input, lead, MORNING, progress, send, upTo, use } from './chain-steps.ts';

let chain: ChainWorld;
beforeAll(async () => {
  chain = await openChain();
  use(chain);
});
afterAll(() => chain?.world.drop());
beforeEach(() => {
  holdClock(MORNING);
  outside.silent = false;
});

describe('an order', () => {
  it('is accepted by its organization, until the last instant of its time', async () => {
    const { caseId, orderIds } = await upTo('DISPATCHED');
    const accept = (changes: Input = {}): Input => ({ orderId: orderIds[0], expectedVersion: 1, ...changes });
    expect(await send(STREET, 'acceptOrder', accept())).toEqual(['NOT_ORDER_HOLDER orderId']);
    expect(await send(BUREAU, 'acceptOrder', accept())).toEqual(['NOT_FOUND orderId']);
    expect(await send(DEPARTMENT, 'acceptOrder', accept({ orderId: 'do_none' }))).toEqual(['NOT_FOUND orderId']);
    expect(await send(DEPARTMENT, 'acceptOrder', accept({ handlerId: 'x' }))).toEqual(['NOT_FOUND handlerId']);
    expect(await send(DEPARTMENT, 'acceptOrder', accept({ expectedVersion: 2 }))).toEqual(['VERSION_CONFLICT']);
    expect(await send(DEPARTMENT, 'startWork', accept())).toEqual(['INVALID_TRANSITION']);
    for (const claims of [HOTLINE, RESIDENT, LEADER]) await expect(chain.act(claims, 'acceptOrder', accept())).rejects.toThrow('FORBIDDEN');
    holdClock('2025-06-04T00:00:00.001+08:00');
    expect(await send(DEPARTMENT, 'acceptOrder', accept())).toEqual(['ACCEPT_WINDOW']);
    holdClock('2025-06-04T00:00:00+08:00');
    const { order } = await done(DEPARTMENT, 'acceptOrder', accept({ handlerId: 'oh1' }));
    expect(order).toMatchObject({ status: 'ACCEPTED', dueAt: '2025-06-10T00:00:00+08:00' });
    expect(await send(DEPARTMENT, 'acceptOrder', accept({ expectedVersion: 2 }))).toEqual(['INVALID_TRANSITION']);
    expect(await chain.rows('select owner_id from grievance_case where id = $1', [caseId])).toEqual([{ owner_id: 'dept' }]);
  });

  it('of who assists is accepted, begun and done apart from the case', async () => {
    const { caseId, orderIds } = await upTo('DISPATCHED', [lead('dept'), assist('dept2')]);
    const [, orderId] = orderIds;
    await done(ASSISTANT, 'acceptOrder', { orderId, expectedVersion: 1 });
    await done(ASSISTANT, 'startWork', { orderId, expectedVersion: 2 });
    const { order } = await done(ASSISTANT, 'recordProgress', progress(orderId!, { done: true, text: '已配合' }));
    expect(order).toMatchObject({ status: 'DONE', result: '已配合', case: { state: 'DISPATCHED' } });
    expect(await send(ASSISTANT, 'recordProgress', progress(orderId!))).toEqual(['INVALID_TRANSITION']);
    expect(await send(ASSISTANT, 'handleCase', handling(caseId, { expectedVersion: 3 }))).toEqual(['NOT_ORDER_HOLDER caseId']);
  });

  it('is worked on by who accepted it, with texts and proof that go together', async () => {
    const { orderIds } = await upTo('DISPATCHED', [lead('dept'), assist('dept2')]);
    const [orderId = '', other = ''] = orderIds;
    const of = (changes: Input) => send(DEPARTMENT, 'recordProgress', progress(orderId, changes));
    expect(await of({})).toEqual(['INVALID_TRANSITION']);
    await done(DEPARTMENT, 'acceptOrder', { orderId, expectedVersion: 1 });
    await done(ASSISTANT, 'acceptOrder', { orderId: other, expectedVersion: 1 });
    expect(await of({ text: ' ' })).toEqual(['VALIDATION_FAILED text']);
    expect(await of({ done: true })).toEqual(['VALIDATION_FAILED done']);
    expect(await of({ pauseUntil: '2025-06-03' })).toEqual(['VALIDATION_FAILED pauseUntil']);
    expect(await of({ pauseClocks: 'WAITING_REPORTER', resumeClocks: true })).toEqual(['VALIDATION_FAILED pauseClocks']);
    expect(await of({ resumeClocks: true })).toEqual(['INVALID_TRANSITION resumeClocks']);
    expect(await of({ evidence: [{ kind: 'BEFORE', fileId: ' ' }] })).toEqual(['VALIDATION_FAILED evidence 0 fileId']);
    expect(await of({ evidence: [{ kind: 'BEFORE', fileId: 'fl_2 of dept', takenOn: '2025-06-03' }] })).toEqual([
      'VALIDATION_FAILED evidence 0 takenOn',
    ]);
    expect(await send(ASSISTANT, 'recordProgress', progress(other, { suspensionWanted: 'FUNDS' }))).toEqual([
      'VALIDATION_FAILED suspensionWanted',
    ]);
    expect(await send(ASSISTANT, 'recordProgress', progress(orderId))).toEqual(['NOT_ORDER_HOLDER orderId']);
    await done(
      DEPARTMENT,
      'recordProgress',
      progress(orderId, { suspensionWanted: 'FUNDS', evidence: [{ kind: 'BEFORE', fileId: 'fl_2 of dept' }] }),
    );
    expect(await chain.rows('select suspension_wanted from dispatch_order where id = $1', [orderId])).toEqual([
      { suspension_wanted: 'FUNDS' },
    ]);
  });

  it('stands in the worklist of its organization', async () => {
    const { orderIds } = await upTo('IN_PROGRESS');
    const { data } = await chain.ask(
      DEPARTMENT,
      `{ order(id: "${orderIds[0]}") { status startedAt } orders(filter: { organizationId: "dept", statuses: [ACCEPTED] }) { nodes { id } } }`,
    );
    expect(data).toMatchObject({ order: { status: 'ACCEPTED', startedAt: MORNING } });
    expect((data as { orders: { nodes: { id: string }[] } }).orders.nodes.map(({ id }) => id)).toContain(orderIds[0]);
  });
});

describe('a pause of the clock', () => {
  const wait = { pauseClocks: 'WAITING_REPORTER', pauseUntil: '2025-06-09' };

  it('for the reporter holds once, for at most five working days', async () => {
    const { caseId, orderIds } = await upTo('IN_PROGRESS');
    const [orderId = ''] = orderIds;
    const of = (changes: Input) => send(DEPARTMENT, 'recordProgress', progress(orderId, changes));
    expect(await of({ ...wait, pauseUntil: '2025-06-10' })).toEqual(['PAUSE_LIMIT pauseClocks']);
    expect(await of({ pauseClocks: 'WAITING_REPORTER' })).toEqual(['PAUSE_LIMIT pauseClocks']);
    expect(await of({ pauseClocks: 'SUSPENDED' })).toEqual(['PAUSE_LIMIT pauseClocks']);
    expect(await of({ pauseClocks: 'FORCE_MAJEURE' })).toEqual(['PAUSE_LIMIT pauseClocks']);
    expect(await of({ ...wait, pauseUntil: '2025-06-01' })).toEqual(['VALIDATION_FAILED pauseUntil']);
    expect(await of(wait)).toEqual([]);
    expect(await of(wait)).toEqual(['PAUSE_LIMIT pauseClocks']);
    const clock = `select due_at, paused_since from sla_clock where case_id = '${caseId}' and kind = 'RESOLVE'`;
    expect(await chain.rows(clock)).toEqual([{ due_at: '2025-06-10T00:00:00+08:00', paused_since: '2025-06-02T09:00:00+08:00' }]);
    holdClock('2025-06-04T09:00:00+08:00');
    expect(await of({ resumeClocks: true })).toEqual([]);
    // The day of receipt does not count, so one day and nine hours of working time were lost.
    expect(await chain.rows(clock)).toEqual([{ due_at: '2025-06-11T09:00:00+08:00', paused_since: null }]);
    expect(await chain.rows('select due_at from dispatch_order where id = $1', [orderId])).toEqual([
      { due_at: '2025-06-11T09:00:00+08:00' },
    ]);
    expect(await of(wait)).toEqual(['PAUSE_LIMIT pauseClocks']);
    holdClock('2025-06-12T09:00:00+08:00');
    expect(await of({ pauseClocks: 'FORCE_MAJEURE' })).toEqual(['PAUSE_LIMIT pauseClocks']);
  });

  it('moves what those who assist have to end by as well', async () => {
    const { caseId, orderIds } = await upTo('IN_PROGRESS', [lead('dept'), assist('dept2')]);
    await done(ASSISTANT, 'acceptOrder', { orderId: orderIds[1], expectedVersion: 1 });
    const [orderId = ''] = orderIds;
    await done(DEPARTMENT, 'recordProgress', progress(orderId, wait));
    holdClock('2025-06-04T09:00:00+08:00');
    await done(DEPARTMENT, 'recordProgress', progress(orderId, { resumeClocks: true }));
    const dueAt = '2025-06-11T09:00:00+08:00';
    expect(await chain.rows('select due_at from dispatch_order where case_id = $1', [caseId])).toEqual([
      { due_at: dueAt },
      { due_at: dueAt },
    ]);
  });

  it('by force majeure is approved by who dispatched to himself, and ends with the work', async () => {
    const { caseId } = await upTo('TRIAGED');
    await done(STREET, 'dispatchCase', dispatch(caseId, [lead('so1')]));
    const [{ id: orderId } = { id: '' }] = await chain.rows<{ id: string }>('select id from dispatch_order where case_id = $1', [caseId]);
    await done(STREET, 'acceptOrder', { orderId, expectedVersion: 1 });
    await done(STREET, 'startWork', { orderId, expectedVersion: 2 });
    await done(STREET, 'recordProgress', progress(orderId, { pauseClocks: 'FORCE_MAJEURE' }));
    holdClock('2025-06-05T09:00:00+08:00');
    const { case: row } = await done(STREET, 'handleCase', handling(caseId, { evidence: [{ kind: 'DOCUMENT', fileId: 'fl_1 of so1' }] }));
    expect(row?.clocks).toMatchObject([
      { kind: 'RESOLVE', state: 'MET', pauses: [{ reason: 'FORCE_MAJEURE', from: MORNING, to: '2025-06-05T09:00:00+08:00' }] },
      {},
      {},
    ]);
  });
});

describe('handling', () => {
  it('needs proof, a result and an answer, by who leads', async () => {
    const { caseId } = await upTo('IN_PROGRESS', [lead('dept'), assist('dept2')]);
    const of = (changes: Input) => send(DEPARTMENT, 'handleCase', handling(caseId, changes));
    expect(await of({ evidence: [{ kind: 'BEFORE', fileId: 'fl_1 of dept' }] })).toEqual(['EVIDENCE_REQUIRED evidence']);
    expect(await of({ result: ' ' })).toEqual(['VALIDATION_FAILED result']);
    expect(await of({ messageToReporters: '' })).toEqual(['VALIDATION_FAILED messageToReporters']);
    expect(await of({ expectedVersion: 4 })).toEqual(['VERSION_CONFLICT']);
    const file = { kind: 'DOCUMENT', fileId: 'fl_2 of dept' };
    expect(await of({ evidence: [file, file] })).toEqual(['VALIDATION_FAILED evidence 1 fileId']);
    // What another organization uploaded, and what nobody did.
    for (const fileId of ['fl_1 of dept2', 'fl_9'])
      expect(await of({ evidence: [file, { kind: 'AFTER', fileId }] })).toEqual(['VALIDATION_FAILED evidence 1 fileId']);
    expect(await send(STREET, 'handleCase', handling(caseId))).toEqual(['NOT_ORDER_HOLDER caseId']);
    expect(await send(ASSISTANT, 'handleCase', handling(caseId))).toEqual(['NOT_ORDER_HOLDER caseId']);
    expect(await send(BUREAU, 'handleCase', handling(caseId))).toEqual(['NOT_FOUND caseId']);
    expect(await of({ evidence: [file] })).toEqual([]);
    expect(await of({ expectedVersion: 6 })).toEqual(['INVALID_TRANSITION']);
  });

  it('comes after the work began', async () => {
    const { caseId } = await upTo('ACCEPTED');
    expect(await send(DEPARTMENT, 'handleCase', handling(caseId, { expectedVersion: 4 }))).toEqual(['INVALID_TRANSITION']);
  });
});
