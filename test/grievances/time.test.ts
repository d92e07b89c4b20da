/** What time does to cases (§7.2, §7.3): escalation, pauses that end, follow-up; by any number of processes at once, and after any stop. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ToldCalendar, takeCalendars } from '../../subgraphs/grievances/src/case/calendar.job.ts';
import { workOff } from '../../subgraphs/grievances/src/case/chain.job.ts';
import { openDatabase } from '../../subgraphs/shared/src/database.ts';
import { holdClock } from '../clock.ts';
import { ASSISTANT, type ChainWorld, DEPARTMENT, openChain, SERVICE, STREET } from './chain.ts';
import { assist, dispatch, done, handling, lead, MORNING, progress, send, triage, upTo, use } from './chain-steps.ts';

let chain: ChainWorld;
beforeAll(async () => {
  chain = await openChain();
  use(chain);
});
afterAll(() => chain?.world.drop());
beforeEach(() => holdClock(MORNING));

const pass = (): Promise<void> => workOff(chain.world.database);
const stateOf = async (caseId: string): Promise<string | undefined> =>
  (await chain.rows<{ state: string }>('select state from grievance_case where id = $1', [caseId]))[0]?.state;
const eventsOf = async (id: string): Promise<string[]> =>
  (await chain.rows<{ name: string }>('select name from hub.event where object_id = $1 or other_id = $1 order by seq', [id])).map(
    ({ name }) => name,
  );
const ordersOf = (caseId: string) =>
  chain.rows<{ id: string; to_id: string; role: string; status: string; accept_by: string }>(
    'select id, to_id, role, status, accept_by from dispatch_order where case_id = $1 order by dispatched_at, role desc, id',
    [caseId],
  );
/** A handled case with reports as given. */
async function handledCase(reports: { anonymity?: string; channel?: string }[]) {
  holdClock(MORNING);
  const { caseId, reportIds } = await chain.receive({ reports });
  await done(STREET, 'triageCase', triage(caseId));
  await done(STREET, 'dispatchCase', dispatch(caseId, [lead('dept')]));
  const [order] = await ordersOf(caseId);
  await done(DEPARTMENT, 'acceptOrder', { orderId: order?.id, expectedVersion: 1 });
  await done(DEPARTMENT, 'startWork', { orderId: order?.id, expectedVersion: 2 });
  await done(DEPARTMENT, 'handleCase', handling(caseId));
  return { caseId, reportIds };
}
const questionsOf = (caseId: string) =>
  chain.rows<Record<string, unknown>>(
    `select f.asked_by, f.attempts, f.contacted, f.ended_at, f.round from follow_up f join report r on r.id = f.report_id where r.case_id = $1 order by f.round, f.report_id`,
    [caseId],
  );
const answer = (reportId: string | undefined, resolved: string, at: string) =>
  chain.world.owner.query(
    `update follow_up set contacted = 'REACHED', resolved = $2, answered_at = $3, ended_at = $3 where report_id = $1 and ended_at is null`,
    [reportId, resolved, at],
  );

describe('an order that nobody accepted', () => {
  it('goes to its superior when its time is over, and after him to nobody', async () => {
    const { caseId, orderIds } = await upTo('DISPATCHED', [lead('dept', { superiorId: 'bureau' }), assist('dept2')]);
    holdClock('2025-06-04T00:00:00+08:00');
    await pass();
    expect((await ordersOf(caseId)).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
    holdClock('2025-06-04T00:00:00.001+08:00');
    await pass();
    await pass();
    expect(await ordersOf(caseId)).toMatchObject([
      { to_id: 'dept', role: 'LEAD', status: 'ESCALATED' },
      { to_id: 'dept2', role: 'ASSIST', status: 'ESCALATED' },
      { to_id: 'bureau', role: 'LEAD', status: 'SENT', accept_by: '2025-06-06T00:00:00+08:00' },
    ]);
    expect(await send(DEPARTMENT, 'acceptOrder', { orderId: orderIds[0], expectedVersion: 2 })).toEqual(['ACCEPT_WINDOW']);
    holdClock('2025-06-07T09:00:00+08:00');
    await pass();
    expect((await ordersOf(caseId)).map(({ status }) => status)).toEqual(['ESCALATED', 'ESCALATED', 'ESCALATED']);
    expect(await stateOf(caseId)).toBe('DISPATCHED');
    expect((await eventsOf(caseId)).filter((name) => name === 'order.escalated')).toHaveLength(3);
    const gaps = await chain.ask(
      STREET,
      `{ _entities(representations: [{ __typename: "Area", id: "c1", membership: [{ communityId: "c1", streetId: "s1", districtId: "d", current: true }] }]) {
        ... on Area { grievanceGaps { code subjectId since } } } }`,
    );
    const { _entities } = gaps.data as { _entities: { grievanceGaps: { code: string; subjectId: string }[] }[] };
    expect(_entities[0]?.grievanceGaps.filter(({ code }) => code === 'CASE_UNACCEPTED').map(({ subjectId }) => subjectId)).toContain(
      caseId,
    );
  });

  it('takes the place of what its superior only assisted in', async () => {
    const { caseId, orderIds } = await upTo('DISPATCHED', [lead('dept', { superiorId: 'dept2' }), assist('dept2')]);
    await done(ASSISTANT, 'acceptOrder', { orderId: orderIds[1], expectedVersion: 1 });
    holdClock('2025-06-05T09:00:00+08:00');
    await pass();
    expect((await ordersOf(caseId)).map(({ to_id, role, status }) => [to_id, role, status])).toEqual([
      ['dept', 'LEAD', 'ESCALATED'],
      ['dept2', 'ASSIST', 'CANCELLED'],
      ['dept2', 'LEAD', 'SENT'],
    ]);
    expect((await eventsOf(orderIds[1] ?? '')).at(-1)).toBe('order.cancelled');
  });

  it('may be accepted by the superior in time', async () => {
    const { caseId } = await upTo('DISPATCHED');
    holdClock('2025-06-05T09:00:00+08:00');
    await pass();
    const [, order] = await ordersOf(caseId);
    expect(order).toMatchObject({ to_id: 'so1', status: 'SENT' });
    await done(STREET, 'acceptOrder', { orderId: order?.id, expectedVersion: 1 });
    expect(await stateOf(caseId)).toBe('ACCEPTED');
  });

  it('is escalated once, however many processes look at once', async () => {
    const cases = [];
    for (let n = 0; n < 6; n++) cases.push((await upTo('DISPATCHED')).caseId);
    holdClock('2025-06-05T09:00:00+08:00');
    const others = [1, 2].map(() => openDatabase('grievances', chain.world.config));
    try {
      await Promise.all([pass(), ...others.map(workOff), pass()]);
    } finally {
      await Promise.all(others.map((each) => each.close()));
    }
    for (const caseId of cases) {
      expect((await ordersOf(caseId)).map(({ status }) => status)).toEqual(['ESCALATED', 'SENT']);
      expect((await eventsOf(caseId)).filter((name) => name.startsWith('order.'))).toEqual(['order.sent', 'order.escalated', 'order.sent']);
    }
  });

  it('and is accepted in the same moment is one or the other', async () => {
    const { caseId, orderIds } = await upTo('DISPATCHED');
    holdClock('2025-06-04T00:00:00+08:00');
    const accepting = send(DEPARTMENT, 'acceptOrder', { orderId: orderIds[0], expectedVersion: 1 });
    holdClock('2025-06-04T00:00:01+08:00');
    const [codes] = await Promise.all([accepting, pass()]);
    // A case that is held at this moment is passed over until the next look.
    await pass();
    const [order] = await ordersOf(caseId);
    expect(order?.status).toBe(codes.length === 0 ? 'ACCEPTED' : 'ESCALATED');
    expect(await stateOf(caseId)).toBe(codes.length === 0 ? 'ACCEPTED' : 'DISPATCHED');
  });
});

describe('a pause that has an end', () => {
  it('ends at that instant, however late somebody looks', async () => {
    const { caseId, orderIds } = await upTo('IN_PROGRESS');
    await done(DEPARTMENT, 'recordProgress', progress(orderIds[0] ?? '', { pauseClocks: 'WAITING_REPORTER', pauseUntil: '2025-06-04' }));
    holdClock('2025-06-04T23:59:59+08:00');
    await pass();
    const pauses = `select to_at from clock_pause where case_id = '${caseId}'`;
    expect(await chain.rows(pauses)).toEqual([{ to_at: null }]);
    holdClock('2025-06-20T09:00:00+08:00');
    await pass();
    expect(await chain.rows(pauses)).toEqual([{ to_at: '2025-06-05T00:00:00+08:00' }]);
    const clock = `select due_at, paused_since from sla_clock where case_id = '${caseId}' and kind = 'RESOLVE'`;
    expect(await chain.rows(clock)).toEqual([{ due_at: '2025-06-12T00:00:00+08:00', paused_since: null }]);
    expect((await eventsOf(caseId)).filter((name) => name.startsWith('clock.'))).toEqual(['clock.paused', 'clock.resumed']);
  });
});

describe('what was handled', () => {
  it('is asked about, each reporter once, and closed when all have answered', async () => {
    const reports = [{}, { channel: 'MINI_PROGRAM' }, { anonymity: 'ANONYMOUS_WITH_RECEIPT' }, { anonymity: 'FULLY_ANONYMOUS' }];
    const { caseId, reportIds } = await handledCase(reports);
    await Promise.all([pass(), pass(), pass()]);
    expect(await stateOf(caseId)).toBe('FOLLOW_UP');
    expect((await questionsOf(caseId)).map(({ asked_by, contacted }) => `${asked_by} ${contacted}`).sort()).toEqual([
      ...['HOTLINE null', 'SELF_SERVICE ANONYMOUS', 'SELF_SERVICE null', 'SELF_SERVICE null'],
    ]);
    holdClock('2025-06-03T10:00:00+08:00');
    for (const reportId of reportIds.slice(0, 3)) {
      expect(await stateOf(caseId)).toBe('FOLLOW_UP');
      await answer(reportId, 'PARTLY', '2025-06-03T10:00:00+08:00');
      await chain.answered(caseId, reportId);
    }
    expect(await stateOf(caseId)).toBe('CLOSED');
    expect(await chain.rows('select distinct state from report where case_id = $1', [caseId])).toEqual([{ state: 'CLOSED' }]);
    expect(await chain.rows('select closed_at from grievance_case where id = $1', [caseId])).toEqual([
      { closed_at: '2025-06-03T10:00:00+08:00' },
    ]);
    expect((await eventsOf(caseId)).slice(-2)).toEqual(['case.followUp', 'case.closed']);
  });

  it('is closed at once when nobody can be asked', async () => {
    const { caseId } = await handledCase([{ anonymity: 'FULLY_ANONYMOUS' }]);
    await pass();
    expect(await stateOf(caseId)).toBe('CLOSED');
    expect(await questionsOf(caseId)).toMatchObject([{ contacted: 'ANONYMOUS', attempts: 0, ended_at: '2025-06-02T09:00:00+08:00' }]);
  });

  it('is reopened by the first who says that it is not resolved, with a new clock and the dispatcher responsible', async () => {
    const { caseId, reportIds } = await handledCase([{}, {}]);
    await pass();
    holdClock('2025-06-04T10:00:00+08:00');
    await answer(reportIds[1], 'NOT_RESOLVED', '2025-06-04T10:00:00+08:00');
    await chain.answered(caseId, reportIds[1] ?? '');
    expect(await chain.rows('select state, owner_id, reopen_count from grievance_case where id = $1', [caseId])).toEqual([
      { state: 'REOPENED', owner_id: 'so1', reopen_count: 1 },
    ]);
    expect(
      await chain.rows(
        `select round, started_at, due_at, stopped_at is null as runs from sla_clock where case_id = $1 and kind = 'RESOLVE' order by round`,
        [caseId],
      ),
    ).toEqual([
      expect.objectContaining({ round: 1, runs: false }),
      { round: 2, started_at: '2025-06-04T10:00:00+08:00', due_at: '2025-06-12T00:00:00+08:00', runs: true },
    ]);
    expect((await questionsOf(caseId)).map(({ ended_at }) => ended_at === null)).toEqual([false, false]);
    const { case: again } = await done(STREET, 'dispatchCase', dispatch(caseId, [lead('dept')], { expectedVersion: 8 }));
    expect(again).toMatchObject({ state: 'DISPATCHED', reopenCount: 1 });
    const order = (await ordersOf(caseId)).find(({ status }) => status === 'SENT');
    await done(DEPARTMENT, 'acceptOrder', { orderId: order?.id, expectedVersion: 1 });
    await done(DEPARTMENT, 'startWork', { orderId: order?.id, expectedVersion: 2 });
    await done(DEPARTMENT, 'handleCase', handling(caseId, { expectedVersion: 11 }));
    await pass();
    expect((await questionsOf(caseId)).filter(({ round }) => round === 2)).toHaveLength(2);
  });

  it('is closed after three attempts, or after fifteen days, also when nobody looked for a month', async () => {
    const tried = await handledCase([{}]);
    const forgotten = await handledCase([{ channel: 'MINI_PROGRAM' }]);
    await pass();
    holdClock('2025-06-05T10:00:00+08:00');
    await chain.world.owner.query(`update follow_up set attempts = 3, contacted = 'UNREACHABLE' where report_id = $1`, tried.reportIds);
    await pass();
    expect([await stateOf(tried.caseId), await stateOf(forgotten.caseId)]).toEqual(['CLOSED', 'FOLLOW_UP']);
    holdClock('2025-07-05T10:00:00+08:00');
    await Promise.all([pass(), pass()]);
    expect(await stateOf(forgotten.caseId)).toBe('CLOSED');
    // It counts in the period in which it ended, not in that in which somebody looked.
    expect(await questionsOf(forgotten.caseId)).toMatchObject([{ contacted: 'UNREACHABLE', ended_at: '2025-06-17T09:00:00+08:00' }]);
    expect((await eventsOf(forgotten.caseId)).filter((name) => name === 'case.closed')).toHaveLength(1);
  });
});

describe('the last report that is withdrawn', () => {
  const withdraw = async (caseId: string, reportId: string | undefined) => {
    await chain.world.owner.query(`update report set state = 'WITHDRAWN', withdrawn_at = now() where id = $1`, [reportId]);
    await chain.withdrawn(caseId, reportId ?? '');
  };

  it('ends the case with its orders and clocks', async () => {
    const { caseId, reportIds } = await chain.receive({ reports: [{}, {}] });
    await done(STREET, 'triageCase', triage(caseId));
    await done(STREET, 'dispatchCase', dispatch(caseId, [lead('dept')]));
    await withdraw(caseId, reportIds[0]);
    expect(await stateOf(caseId)).toBe('DISPATCHED');
    await withdraw(caseId, reportIds[1]);
    expect(await stateOf(caseId)).toBe('WITHDRAWN');
    expect((await ordersOf(caseId)).map(({ status }) => status)).toEqual(['CANCELLED']);
    expect(await chain.rows('select 1 from sla_clock where case_id = $1 and cancelled_at is null', [caseId])).toEqual([]);
  });

  it('leaves a case of public interest as it is', async () => {
    const { caseId, reportIds } = await upTo('TRIAGED', [], { ofPublicInterest: true });
    await withdraw(caseId, reportIds[0]);
    expect(await stateOf(caseId)).toBe('TRIAGED');
  });
});

describe('a year that is published', () => {
  const year = (holidays: string[]): ToldCalendar => ({
    ...{ year: 2027, status: 'PUBLISHED' as const, holidays: holidays.map((date) => ({ date, name: '元旦' })), makeUpWorkdays: [] },
  });
  const take = (calendar: ToldCalendar) =>
    chain.world.database.write({ ...chain.world.context(SERVICE).claims, deadline: Date.now() + 30_000 }, (writing) =>
      takeCalendars(writing, [calendar]),
    );

  it('moves what was provisional, once, with an event each', async () => {
    holdClock('2026-12-30T09:00:00+08:00');
    const { caseId, orderIds } = await upTo('DISPATCHED');
    const clock = `select due_at, provisional from sla_clock where case_id = '${caseId}' and kind = 'RESOLVE'`;
    expect(await chain.rows(clock)).toEqual([{ due_at: '2027-01-08T00:00:00+08:00', provisional: true }]);
    await take(year(['2027-01-01', '2027-01-04']));
    expect(await chain.rows(clock)).toEqual([{ due_at: '2027-01-09T00:00:00+08:00', provisional: false }]);
    await take(year(['2027-01-01', '2027-01-04']));
    const recomputed = async (id?: string) => (await eventsOf(id ?? '')).filter((name) => name === 'clock.recomputed').length;
    expect([await recomputed(caseId), await recomputed(orderIds[0])]).toEqual([1, 0]);
    // Another notice says otherwise: what is due in that year moves again, whoever waits for it.
    await take(year(['2027-01-01']));
    expect(await chain.rows(clock)).toEqual([{ due_at: '2027-01-08T00:00:00+08:00', provisional: false }]);
    expect(await recomputed(caseId)).toBe(2);
  });

  it('moves what a report and an order wait for', async () => {
    await chain.world.owner.query('delete from work_calendar where year = 2027');
    holdClock('2026-12-31T16:00:00+08:00');
    const { caseId, reportIds, orderIds } = await upTo('DISPATCHED', [lead('dept')], { urgency: 'CONSULT' });
    const due = `select respond_by, respond_provisional, accept_by, accept_provisional, o.due_at from report r join dispatch_order o on o.case_id = r.case_id
      where o.case_id = '${caseId}'`;
    expect(await chain.rows(due)).toEqual([
      {
        ...{ respond_by: '2027-01-05T00:00:00+08:00', respond_provisional: true },
        ...{ accept_by: '2027-01-04T10:30:00+08:00', accept_provisional: true, due_at: '2027-01-04T10:30:00+08:00' },
      },
    ]);
    await take(year(['2027-01-01', '2027-01-04']));
    expect(await chain.rows(due)).toEqual([
      {
        ...{ respond_by: '2027-01-06T00:00:00+08:00', respond_provisional: false },
        ...{ accept_by: '2027-01-05T10:30:00+08:00', accept_provisional: false, due_at: '2027-01-05T10:30:00+08:00' },
      },
    ]);
    expect([await eventsOf(reportIds[0] ?? ''), await eventsOf(orderIds[0] ?? '')]).toEqual([
      ['clock.recomputed'],
      ['order.sent', 'clock.recomputed'],
    ]);
  });
});
