/** Triage and dispatch (§7.2, §7.4, §7.9) on PostgreSQL, and a case's whole way to HANDLED; every code on it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdClock } from '../clock.ts';
import {
  ASSISTANT,
  type ChainWorld,
  COMMUNITY,
  COMPANY,
  DEPARTMENT,
  HOTLINE,
  LEADER,
  OTHER_STREET,
  openChain,
  outside,
  RESIDENT,
  STREET,
} from './chain.ts';
import { assist, dispatch, done, handling, type Input, lead, MORNING, progress, send, triage, upTo, use } from './chain-steps.ts';

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

describe('a case', () => {
  it('goes from receipt to handling, and keeps what happened', async () => {
    const { caseId, reportIds, orderIds } = await upTo('IN_PROGRESS', [lead('dept', { contactNeeded: true }), assist('dept2')]);
    await done(ASSISTANT, 'acceptOrder', { orderId: orderIds[1], expectedVersion: 1 });
    holdClock('2025-06-03T10:00:00+08:00');
    await done(DEPARTMENT, 'recordProgress', progress(orderIds[0]!, { toReporters: true }));
    holdClock('2025-06-04T15:00:00+08:00');
    const { case: row } = await done(DEPARTMENT, 'handleCase', handling(caseId));
    expect(row).toMatchObject({
      ...{ state: 'HANDLED', result: '已更换灯具', owner: { id: 'dept' }, lastHandledAt: '2025-06-04T15:00:00+08:00' },
      orders: [
        { to: { id: 'dept' }, role: 'LEAD', status: 'DONE', superior: { id: 'so1' }, contactNeeded: true },
        { to: { id: 'dept2' }, role: 'ASSIST', status: 'CANCELLED' },
      ],
      clocks: [
        { kind: 'RESOLVE', dueAt: '2025-06-10T00:00:00+08:00', state: 'MET', stoppedAt: '2025-06-04T15:00:00+08:00' },
        { kind: 'RESPOND', dueAt: '2025-06-03T09:00:00+08:00', state: 'BREACHED', stoppedAt: '2025-06-03T10:00:00+08:00' },
        { kind: 'FOLLOW_UP', startedAt: '2025-06-04T15:00:00+08:00', dueAt: '2025-06-06T00:00:00+08:00', state: 'RUNNING' },
      ],
    });
    const events = row?.events as { kind: string; from: string | null; to: string; actorRole: string }[];
    expect(events.map(({ kind, from, to, actorRole }) => [kind, from, to, actorRole])).toEqual([
      ['case.received', null, 'RECEIVED', 'SERVICE'],
      ['case.triaged', 'RECEIVED', 'TRIAGED', 'STREET_STAFF'],
      ['case.dispatched', 'TRIAGED', 'DISPATCHED', 'STREET_STAFF'],
      ['case.accepted', 'DISPATCHED', 'ACCEPTED', 'DEPARTMENT_STAFF'],
      ['case.inProgress', 'ACCEPTED', 'IN_PROGRESS', 'DEPARTMENT_STAFF'],
      ['case.handled', 'IN_PROGRESS', 'HANDLED', 'DEPARTMENT_STAFF'],
    ]);
    const [report] = await chain.rows<object>('select state, responded_at, category_id from report where id = $1', reportIds);
    expect(report).toEqual({ state: 'ANSWERED', responded_at: '2025-06-03T10:00:00+08:00', category_id: 'k1' });
    const told = await chain.rows<{ name: string }>(`select name from hub.event where other_id = $1 order by seq`, [caseId]);
    expect(told.map(({ name }) => name)).toEqual([
      ...['order.sent', 'order.sent', 'order.accepted', 'order.accepted', 'order.done', 'order.cancelled'],
    ]);
    expect(row?.evidence).toEqual([{ kind: 'AFTER', takenOn: '2025-06-02', file: { id: 'fl_1 of dept', mediaType: 'image/jpeg' } }]);
  });

  it('that is dispatched once more by the same key is dispatched once', async () => {
    const { caseId } = await upTo('TRIAGED');
    const input = dispatch(caseId, [lead('dept')]);
    expect(await chain.act(STREET, 'dispatchCase', input)).toEqual(await chain.act(STREET, 'dispatchCase', input));
    expect(await chain.rows('select 1 from dispatch_order where case_id = $1', [caseId])).toHaveLength(1);
  });
});

describe('triage', () => {
  it('takes the urgency and its deadlines, for the case and its reports, from the day of receipt', async () => {
    const receivedAt = new Date('2025-05-30T16:00:00+08:00');
    const { caseId, reportIds } = await chain.receive({ receivedAt });
    const { case: row } = await done(HOTLINE, 'triageCase', triage(caseId, { urgency: 'URGENT', categoryId: 'k2' }));
    expect(row?.clocks).toMatchObject([
      { kind: 'RESOLVE', startedAt: '2025-05-30T16:00:00+08:00', dueAt: '2025-06-06T00:00:00+08:00' },
      { kind: 'RESPOND', dueAt: '2025-05-31T16:00:00+08:00' },
    ]);
    const again = await done(STREET, 'triageCase', triage(caseId, { expectedVersion: 2, urgency: 'EMERGENCY' }));
    expect(again.case).toMatchObject({
      state: 'TRIAGED',
      version: 3,
      clocks: [{ dueAt: '2025-05-31T16:00:00+08:00' }, { dueAt: '2025-05-30T18:00:00+08:00' }],
    });
    expect(await chain.rows('select respond_by, category_id from report where id = $1', reportIds)).toEqual([
      { respond_by: '2025-05-30T18:00:00+08:00', category_id: 'k1' },
    ]);
  });

  it('moves the case and its reports to where it happened', async () => {
    const { caseId, reportIds } = await chain.receive();
    const { case: row } = await done(STREET, 'triageCase', triage(caseId, { areaCode: '410305001000', compoundId: 'cp2' }));
    expect(row).toMatchObject({ area: { id: 'c2' }, compound: { id: 'cp2' } });
    expect(await chain.rows('select community_id, compound_id from report where id = $1', reportIds)).toEqual([
      { community_id: 'c2', compound_id: 'cp2' },
    ]);
    expect(await chain.rows(`select distinct community_id from sla_clock where case_id = $1`, [caseId])).toEqual([{ community_id: 'c2' }]);
  });

  it('cannot pass what the redactor is unsure of, until a person has decided it', async () => {
    const { caseId, reportIds } = await chain.receive({ reports: [{}, { redaction: 'UNSURE' }] });
    const [, unsure] = reportIds;
    const refused = await chain.act(STREET, 'triageCase', triage(caseId));
    expect(refused.errors).toMatchObject([{ code: 'REDACTION_INCOMPLETE', details: { reportIds: [unsure] } }]);
    const text = (redactedText: string) => [{ reportId: unsure, redactedTitle: '灯', redactedText }];
    await done(STREET, 'triageCase', triage(caseId, { redactedTexts: text('请打13800001111联系'), summary: '电话13800001111的住户报修' }));
    const [kept] = await chain.rows<{ redacted_text: string; summary: string }>(
      'select redacted_text, summary from report r join grievance_case c on c.id = r.case_id where r.id = $1',
      [unsure],
    );
    expect(kept).toEqual({ redacted_text: '请打■联系', summary: '电话■的住户报修' });
    await done(STREET, 'triageCase', triage(caseId, { expectedVersion: 2 }));
  });

  it('names everything that is missing', async () => {
    const { caseId } = await chain.receive();
    const of = (changes: Input) => send(STREET, 'triageCase', triage(caseId, changes));
    expect(await of({ title: ' ', summary: '', categoryId: 'k' })).toEqual([
      ...['TRIAGE_INCOMPLETE title', 'TRIAGE_INCOMPLETE summary', 'TRIAGE_INCOMPLETE categoryId'],
    ]);
    expect(await of({ categoryId: 'k9' })).toEqual(['TRIAGE_INCOMPLETE categoryId']);
    expect(await of({ title: 'x'.repeat(101) })).toEqual(['VALIDATION_FAILED title']);
    expect(await of({ redactedTexts: [{ reportId: 'rp_x', redactedTitle: 'a', redactedText: ' ' }] })).toEqual([
      'VALIDATION_FAILED redactedTexts 0 redactedText',
    ]);
    expect(await of({ redactedTexts: [{ reportId: 'rp_x', redactedTitle: 'a', redactedText: 'b' }] })).toEqual([
      'NOT_FOUND redactedTexts 0 reportId',
    ]);
    expect(await of({ areaCode: '410305001000' })).toEqual(['VALIDATION_FAILED areaCode']);
    expect(await of({ areaCode: '410305009000' })).toEqual(['NOT_FOUND areaCode']);
    expect(await of({ compoundId: 'cp9' })).toEqual(['NOT_FOUND compoundId']);
    expect(await of({ subjectOrganizationId: 'nobody' })).toEqual(['NOT_FOUND subjectOrganizationId']);
    expect(await of({ subjectOrganizationId: 'so1' })).toEqual(['CONFLICT_OF_INTEREST subjectOrganizationId']);
    expect(await of({ expectedVersion: 7 })).toEqual(['VERSION_CONFLICT']);
    expect(await send(STREET, 'triageCase', triage('ca_none'))).toEqual(['NOT_FOUND caseId']);
    expect(await send(OTHER_STREET, 'triageCase', triage(caseId))).toEqual(['NOT_FOUND caseId']);
  });

  it('stays inside the places of the caller, and is for triagers alone', async () => {
    const { caseId } = await chain.receive();
    const out = triage(caseId, { areaCode: '410305002003' });
    await expect(chain.act(STREET, 'triageCase', out)).rejects.toThrow('OUT_OF_AREA_SCOPE');
    await expect(chain.act(COMMUNITY, 'triageCase', triage(caseId, { areaCode: '410305001002' }))).rejects.toThrow('OUT_OF_AREA_SCOPE');
    for (const claims of [DEPARTMENT, COMPANY, RESIDENT, LEADER])
      await expect(chain.act(claims, 'triageCase', triage(caseId))).rejects.toThrow('FORBIDDEN');
    await done(COMMUNITY, 'triageCase', triage(caseId));
    await done(STREET, 'dispatchCase', dispatch(caseId, [lead('so1')]));
    expect(await send(STREET, 'triageCase', triage(caseId, { expectedVersion: 3 }))).toEqual(['INVALID_TRANSITION']);
  });

  it('goes on with what organization last said while it is silent, and waits for it otherwise', async () => {
    const { caseId } = await chain.receive();
    outside.silent = true;
    await done(STREET, 'triageCase', triage(caseId));
    await expect(chain.act(STREET, 'dispatchCase', dispatch(caseId, [lead('bureau')]))).rejects.toThrow('SOURCE_UNAVAILABLE');
    outside.silent = false;
    await done(STREET, 'dispatchCase', dispatch(caseId, [lead('bureau')]));
  });
});

describe('dispatch', () => {
  it('needs exactly one LEAD, each organization once, all of them known', async () => {
    const { caseId } = await upTo('TRIAGED');
    const of = (orders: Input[], changes: Input = {}) => send(STREET, 'dispatchCase', dispatch(caseId, orders, changes));
    expect(await of([])).toEqual(['LEAD_REQUIRED orders']);
    expect(await of([assist('dept')])).toEqual(['LEAD_REQUIRED orders']);
    expect(await of([lead('dept'), lead('dept2')])).toEqual(['LEAD_REQUIRED orders']);
    expect(await of([lead('dept'), assist('dept')])).toEqual(['VALIDATION_FAILED orders']);
    expect(await of([lead('nobody')])).toEqual(['NOT_FOUND orders 0 organizationId']);
    expect(await of([lead('dept', { superiorId: 'nobody' })])).toEqual(['NOT_FOUND orders 0 superiorId']);
    expect(await of([lead('dept', { handlerId: 'x' })])).toEqual(['NOT_FOUND orders 0 handlerId']);
    expect(await of([lead('dept')], { expectedVersion: 1 })).toEqual(['VERSION_CONFLICT']);
    expect(await of([lead('dept')], { idempotencyKey: 'short' })).toEqual(['IDEMPOTENCY_KEY_REQUIRED idempotencyKey']);
    expect(await send(STREET, 'dispatchCase', dispatch('ca_none', null))).toEqual(['NOT_FOUND caseId']);
    expect(await chain.rows('select 1 from dispatch_order where case_id = $1', [caseId])).toEqual([]);
    const { caseId: untriaged } = await chain.receive();
    expect(await send(STREET, 'dispatchCase', dispatch(untriaged, [lead('dept')], { expectedVersion: 1 }))).toEqual(['INVALID_TRANSITION']);
  });

  it('is for triagers of the place, even if another one works on the case', async () => {
    const { caseId } = await upTo('TRIAGED');
    expect(await send(OTHER_STREET, 'dispatchCase', dispatch(caseId, [lead('so2')]))).toEqual(['NOT_FOUND caseId']);
    await done(STREET, 'dispatchCase', dispatch(caseId, [lead('so2')]));
    await expect(chain.act(OTHER_STREET, 'dispatchCase', dispatch(caseId, [lead('dept')], { expectedVersion: 3 }))).rejects.toThrow(
      'OUT_OF_AREA_SCOPE',
    );
    for (const claims of [COMMUNITY, DEPARTMENT, LEADER])
      await expect(chain.act(claims, 'dispatchCase', dispatch(caseId, null))).rejects.toThrow('FORBIDDEN');
  });

  it('never goes to the organization complained about, nor below it, nor escalates to it', async () => {
    const { caseId } = await upTo('TRIAGED', [], { subjectOrganizationId: 'pc' });
    for (const order of [lead('pc'), lead('pc2'), lead('dept', { superiorId: 'pc' })])
      expect(await send(STREET, 'dispatchCase', dispatch(caseId, [order]))).toEqual(['CONFLICT_OF_INTEREST orders 0']);
    expect(await send(STREET, 'dispatchCase', dispatch(caseId, [lead('dept'), assist('pc2')]))).toEqual(['CONFLICT_OF_INTEREST orders 1']);
    await done(STREET, 'dispatchCase', dispatch(caseId, [lead('dept')]));
    expect((await chain.ask(COMPANY, `{ case(id: "${caseId}") { id } }`)).data).toEqual({ case: null });
    const hidden = await chain.receive();
    await done(HOTLINE, 'triageCase', triage(hidden.caseId, { subjectOrganizationId: 'so1' }));
    expect(await send(STREET, 'dispatchCase', dispatch(hidden.caseId, [lead('dept')]))).toEqual(['NOT_FOUND caseId']);
    expect(await send(HOTLINE, 'dispatchCase', dispatch(hidden.caseId, null))).toEqual(['CONFLICT_OF_INTEREST orders 0']);
    const { case: row } = await done(HOTLINE, 'dispatchCase', dispatch(hidden.caseId, [lead('dept')]));
    expect(row?.orders).toMatchObject([{ superior: null }]);
  });

  it('goes by the first rule that fits, and to the street office without one', async () => {
    const byRules = async (changes: Input = {}) => {
      const { caseId } = await upTo('TRIAGED', [], changes);
      const { case: row } = await done(STREET, 'dispatchCase', dispatch(caseId, null));
      const orders = row?.orders as { to: { id: string }; superior: { id: string } | null; rule: { id: string } | null }[];
      const events = row?.events as { kind: string; rule: { id: string } | null }[];
      const event = events.find(({ kind }) => kind === 'case.dispatched');
      expect(event?.rule).toEqual(orders[0]?.rule);
      // The LEAD comes first; who assists is sent his order in the same moment.
      const [first, ...assists] = orders.map(({ to, superior, rule }) => [to.id, superior?.id, rule?.id]);
      return [first, ...assists.sort()];
    };
    // 2 June 2025 is a day off.
    holdClock('2025-06-03T09:00:00+08:00');
    expect(await byRules()).toEqual([['so1', undefined, undefined]]);
    await chain.world.owner.query(`insert into routing_rule (id, "order", category_id, area_id, management, during, lead_id, assist_ids, superior_id) values
      ('r1', 1, 'k2', 's1', null, 'OUTSIDE_OFFICE_HOURS', 'hot', '{}', null), ('r2', 2, 'k2', 's2', null, 'ALWAYS', 'dept', '{}', null),
      ('r3', 3, 'k', 'c1', 'NONE', 'ALWAYS', 'rc1', '{}', null), ('r4', 4, 'k2', null, null, 'OFFICE_HOURS', 'pc2', '{dept2,pc}', 'bureau'),
      ('r5', 5, 'k', null, null, 'ALWAYS', 'dept', '{}', null)`);
    expect(await byRules()).toEqual([['dept', 'so1', 'r5']]);
    expect(await byRules({ compoundId: 'cp1' })).toEqual([['rc1', 'so1', 'r3']]);
    expect(await byRules({ categoryId: 'k2' })).toEqual([
      ['pc2', 'bureau', 'r4'],
      ['dept2', 'bureau', 'r4'],
      ['pc', 'bureau', 'r4'],
    ]);
    expect(await byRules({ categoryId: 'k2', subjectOrganizationId: 'pc' })).toEqual([['dept', 'so1', 'r5']]);
    holdClock('2025-06-02T19:00:00+08:00');
    expect(await byRules({ categoryId: 'k2' })).toEqual([['hot', 'so1', 'r1']]);
    await chain.world.owner.query('delete from routing_rule');
  });

  it('after a second return is the joint decision of the street, and is not returned again', async () => {
    const { caseId } = await upTo('TRIAGED');
    await chain.world.owner.query(
      `insert into dispatch_order (id, case_id, community_id, urgency, to_id, dispatcher_id, role, status, policy_id, dispatched_at, accept_by, accept_warn_at,
         returned_at, return_reason, due_at)
       select $1 || n, $1, 'c1', 'GENERAL', 'dept' || n, 'so1', 'LEAD', 'RETURNED', 'g', now(), now(), now(), now(), 'NOT_OUR_DUTY', now() from generate_series(1, 2) n`,
      [caseId],
    );
    await chain.world.owner.query(`update grievance_case set state = 'RETURNED' where id = $1`, [caseId]);
    expect(await send(STREET, 'dispatchCase', dispatch(caseId, [lead('dept')]))).toEqual(['JOINT_DECISION_REQUIRED jointDecision']);
    expect(await send(HOTLINE, 'dispatchCase', dispatch(caseId, [lead('dept')], { jointDecision: true }))).toEqual([
      'JOINT_DECISION_REQUIRED jointDecision',
    ]);
    const { case: row } = await done(STREET, 'dispatchCase', dispatch(caseId, [lead('dept')], { jointDecision: true }));
    const orders = row?.orders as { status: string; returnForbidden: boolean }[];
    expect(orders.find(({ status }) => status === 'SENT')?.returnForbidden).toBe(true);
  });
});
