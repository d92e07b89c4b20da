/** Whatever happens to a case, its events give its clocks again, and no step is outside the table (§7.3; properties 7 and 8). */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeCalendars } from '../../subgraphs/grievances/src/case/calendar.job.ts';
import { timesOf } from '../../subgraphs/grievances/src/case/case.rules.ts';
import { workOff } from '../../subgraphs/grievances/src/case/chain.job.ts';
import { type Happened, replay } from '../../subgraphs/grievances/src/case/replay.rules.ts';
import { type CaseState, isTerminal, mayFollow } from '../../subgraphs/grievances/src/case/state.rules.ts';
import { keptCalendars, policiesByIds } from '../../subgraphs/grievances/src/category/category.read.ts';
import { addDays, dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import { holdClock } from '../clock.ts';
import { ASSISTANT, BUREAU, type ChainWorld, DEPARTMENT, openChain, SERVICE, STREET } from './chain.ts';
import { assist, dispatch, handling, lead, progress, triage, use } from './chain-steps.ts';

const RUNS = Number(process.env.REPLAY_RUNS ?? 12);
const HOUR_MS = 3_600_000;

let chain: ChainWorld;
beforeAll(async () => {
  chain = await openChain();
  use(chain);
});
afterAll(() => chain?.world.drop());

interface Row {
  id: string;
  version: number;
  receivedAt: string;
  state: CaseState;
}
interface Order {
  id: string;
  to: string;
  version: number;
}
const HOLDERS: Record<string, typeof DEPARTMENT> = { dept: DEPARTMENT, dept2: ASSISTANT, bureau: BUREAU, so1: STREET };

/** Hours that pass before each step, and the step. */
const step = fc.record({
  hours: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 10, max: 100 }), fc.constant(400)),
  what: fc.constantFrom(
    ...([
      'go',
      'go',
      'go',
      'go',
      'triage',
      'pause',
      'pause',
      'resume',
      'text',
      'answer',
      'answer',
      'again',
      'withdraw',
      'publish',
    ] as const),
  ),
  looks: fc.boolean(),
  n: fc.integer({ min: 0, max: 99 }),
});
type Stepping = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

const story = fc.record({
  start: fc.constantFrom(
    '2025-01-20T09:00:00+08:00',
    '2025-09-26T16:00:00+08:00',
    '2026-02-10T21:00:00+08:00',
    '2026-12-28T11:00:00+08:00',
  ),
  steps: fc.array(step, { minLength: 8, maxLength: 26 }),
});

async function read(caseId: string): Promise<{ row: Row; orders: Order[] }> {
  const [row] = await chain.rows<Row>('select id, version, received_at as "receivedAt", state from grievance_case where id = $1', [caseId]);
  const orders = await chain.rows<Order>(
    `select id, to_id as "to", version from dispatch_order where case_id = $1 and role = 'LEAD' and status in ('SENT', 'ACCEPTED')`,
    [caseId],
  );
  return { row: row as Row, orders };
}

/** The next step on the way of the table, if the case is where somebody acts. */
async function go(caseId: string, n: number): Promise<void> {
  const { row, orders } = await read(caseId);
  const [order] = orders;
  const of = { expectedVersion: row.version };
  const holder = HOLDERS[order?.to ?? ''] ?? DEPARTMENT;
  const own = { orderId: order?.id, expectedVersion: order?.version };
  const proof = { evidence: [{ kind: 'AFTER', fileId: `fl_1 of ${order?.to}` }] };
  if (row.state === 'RECEIVED') await triageAgain(caseId, n);
  if (row.state === 'TRIAGED' || row.state === 'REOPENED')
    await chain.act(STREET, 'dispatchCase', dispatch(caseId, [lead(n % 2 ? 'dept' : 'bureau'), assist('dept2')], of));
  if (row.state === 'DISPATCHED' && order) await chain.act(holder, 'acceptOrder', own);
  if (row.state === 'ACCEPTED') await chain.act(holder, 'startWork', own);
  if (row.state === 'IN_PROGRESS') await chain.act(holder, 'handleCase', handling(caseId, { ...of, ...proof }));
}

async function triageAgain(caseId: string, n: number): Promise<void> {
  const { row } = await read(caseId);
  const urgency = ['EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT'][n % 5];
  await chain.act(STREET, 'triageCase', triage(caseId, { urgency, expectedVersion: row.version }));
}

async function say(caseId: string, changes: Record<string, unknown>): Promise<void> {
  const { orders } = await read(caseId);
  const [order] = orders;
  if (order) await chain.act(HOLDERS[order.to] ?? DEPARTMENT, 'recordProgress', progress(order.id, changes));
}

async function answer(caseId: string, at: Date, n: number): Promise<void> {
  const [open] = await chain.rows<{ id: string }>(
    'select report_id as id from follow_up f join report r on r.id = f.report_id where r.case_id = $1 and f.ended_at is null',
    [caseId],
  );
  if (!open) return;
  await chain.rows(
    `update follow_up set contacted = 'REACHED', resolved = $2, answered_at = $3, ended_at = $3 where report_id = $1 and ended_at is null`,
    [open.id, n % 2 ? 'NOT_RESOLVED' : 'RESOLVED', at],
  );
  await chain.answered(caseId, open.id);
}

async function withdraw(caseId: string, n: number): Promise<void> {
  if (n > 15) return;
  const [report] = await chain.rows<{ id: string }>(
    `update report set state = 'WITHDRAWN', withdrawn_at = received_at where id = (select min(id) from report where case_id = $1
       and state not in ('WITHDRAWN', 'CLOSED')) returning id`,
    [caseId],
  );
  if (report) await chain.withdrawn(caseId, report.id);
}

const publish = (n: number): Promise<void> =>
  chain.world.database.write({ ...chain.world.context(SERVICE).claims, deadline: Date.now() + 30_000 }, (writing) =>
    takeCalendars(writing, [
      {
        year: 2027,
        status: 'PUBLISHED',
        holidays: ['2027-01-01', `2027-01-0${4 + (n % 3)}`].map((date) => ({ date, name: '元旦' })),
        makeUpWorkdays: [],
      },
    ]),
  );

async function act(caseId: string, { what, n }: Stepping, at: Date): Promise<void> {
  const today = dateIn(at);
  if (what === 'go') await go(caseId, n);
  if (what === 'triage') await triageAgain(caseId, n);
  if (what === 'pause') await say(caseId, { pauseClocks: n % 3 ? 'WAITING_REPORTER' : 'FORCE_MAJEURE', pauseUntil: addDays(today, n % 4) });
  if (what === 'resume') await say(caseId, { resumeClocks: true });
  if (what === 'text') await say(caseId, { toReporters: true });
  if (what === 'answer') await answer(caseId, at, n);
  if (what === 'again') await workOff(chain.world.database);
  if (what === 'withdraw') await withdraw(caseId, n);
  if (what === 'publish') await publish(n);
}

/** What is kept of a case's clocks, and the same out of its events. */
async function bothWays(caseId: string) {
  const { row } = await read(caseId);
  const events = await chain.rows<Happened & { from: CaseState | null }>(
    `select name, at, case when other_type = 'SlaPolicy' then other_id end as "policyId", to_state as "to", from_state as "from"
     from hub.event where object_id = $1 order by seq`,
    [caseId],
  );
  const policies = await policiesByIds(chain, ['e', 'u', 'g', 'x', 'c']);
  const calendars = await keptCalendars(chain);
  const kept = await chain.rows<object>(
    'select kind, round, due_at as "dueAt", warn_at as "warnAt", provisional from sla_clock where case_id = $1 order by kind, round',
    [caseId],
  );
  const told = replay(row.receivedAt, events, policies, calendars)
    .map(({ pausedSince: _, ...clock }) => ({ ...clock, dueAt: short(clock.dueAt), warnAt: short(clock.warnAt) }))
    .sort((a, b) => (a.kind === b.kind ? a.round - b.round : a.kind < b.kind ? -1 : 1));
  const orders = await chain.rows<{ policyId: string; at: string; acceptBy: string; provisional: boolean; status: string }>(
    `select policy_id as "policyId", dispatched_at as at, accept_by as "acceptBy", accept_provisional as provisional, status from dispatch_order where case_id = $1`,
    [caseId],
  );
  for (const { policyId, at, acceptBy, provisional, status } of orders) {
    const times = timesOf({ startedAt: at, spec: policies.get(policyId)!.accept }, calendars);
    if (status !== 'ESCALATED') expect({ acceptBy, provisional }).toEqual({ acceptBy: short(times.dueAt), provisional: times.provisional });
  }
  return { kept: kept.map((clock) => clock), told, events };
}
/** As the database writes an instant. */
const short = (instant: string): string => instant.replace(/\.000(?=\+)/, '').replace(/(\.\d*?)0+(?=\+)/, '$1');

it(
  'the events of a case give its clocks again',
  async () => {
    const reached = new Set<string>();
    const on = (what: Stepping['what'], hours = 2, n = 1): Stepping => ({ what, hours, looks: false, n });
    const whole = [
      'triage',
      'go',
      'go',
      'go',
      'pause',
      'text',
      'resume',
      'go',
      'again',
      'answer',
      'go',
      'go',
      'go',
      'publish',
      'go',
    ] as const;
    await fc.assert(
      fc.asyncProperty(story, async ({ start, steps }) => {
        await chain.rows('delete from work_calendar where year = 2027');
        let at = new Date(start);
        holdClock(at.toISOString());
        const { caseId } = await chain.receive({ reports: [{}, { channel: 'MINI_PROGRAM' }] });
        for (const each of steps) {
          at = new Date(at.getTime() + each.hours * HOUR_MS);
          holdClock(at.toISOString());
          if (each.looks) await workOff(chain.world.database);
          await act(caseId, each, at);
        }
        const { kept, told, events } = await bothWays(caseId);
        expect(told).toEqual(kept);
        const states = events.filter(({ name }) => name.startsWith('case.'));
        for (const { from, to } of states.slice(1)) {
          expect(from !== null && mayFollow(from, to as CaseState) && !isTerminal(from)).toBe(true);
        }
        for (const { name } of events) reached.add(name);
        // A later story's calendar must not move this one's clocks.
        await chain.rows('update sla_clock set provisional = false, due_at = $2, warn_at = $2 where case_id = $1', [caseId, '2020-01-01']);
        await chain.rows('update report set respond_provisional = false, respond_by = $2 where case_id = $1', [caseId, '2020-01-01']);
        await chain.rows(
          `update dispatch_order set accept_provisional = false, accept_by = '2099-01-01' where case_id = $1 and status = 'SENT'`,
          [caseId],
        );
        await chain.rows(`update grievance_case set state = 'DECLINED' where id = $1`, [caseId]);
      }),
      {
        numRuns: RUNS,
        examples: [[{ start: '2026-12-28T11:00:00+08:00', steps: whole.map((what) => on(what)) }]],
        ...(process.env.REPLAY_SEED && { seed: Number(process.env.REPLAY_SEED) }),
      },
    );
    for (const name of [
      'case.triaged',
      'case.inProgress',
      'case.handled',
      'case.followUp',
      'case.reopened',
      'clock.paused',
      'clock.resumed',
    ])
      expect(reached).toContain(name);
  },
  RUNS * 20_000,
);
