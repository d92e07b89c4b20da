import { randomInt } from 'node:crypto';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { policyFor } from '../category/category.read.ts';
import { calendarsFor, cancelClocks, type Step, startClock } from './clock.commands.ts';
import { cancelOrders, type LockedCase, lockCase, moveCase } from './life.commands.ts';
import { endOf, isTerminal, type Question } from './state.rules.ts';

// Where reports and cases meet: a report opens a case, its answer closes or reopens it, its withdrawal may end it (§7.2).

/** What a report says of the case that it opens. */
export interface NewCase {
  /** Without what tells who somebody is. */
  title: string;
  categoryId: string | null;
  communityId: string;
  compoundId: string | null;
  /** Responsible until it is triaged: the street office (`surroundingsOf`), else who took the report. */
  ownerId: string;
  /** Never later than now. */
  receivedAt: Date;
}

export interface OpenedCase {
  id: string;
  caseNo: string;
  /** When RESPOND is due, for the report as for the case; ISO 8601. */
  respondBy: string;
  respondProvisional: boolean;
}

const MOST_TRIES = 20;
const SERIALS = 1_000_000;

/** Opens a case with its RESPOND and RESOLVE clocks, GENERAL until triage; what the caller may not see he may still begin. */
export const openCase = (step: Step, file: NewCase): Promise<OpenedCase> =>
  step.asService(async () => {
    const receivedOn = dateIn(file.receivedAt);
    const { id, caseNo } = await insertCase(step, file, receivedOn);
    const policy = await policyFor(step, file.categoryId, 'GENERAL', receivedOn);
    const calendars = await calendarsFor(step);
    const clock = { caseId: id, communityId: file.communityId, round: 1, policy, startedAt: file.receivedAt };
    const respond = await startClock(step, { ...clock, kind: 'RESPOND' }, calendars);
    await startClock(step, { ...clock, kind: 'RESOLVE' }, calendars);
    const place = { objectType: 'Case', objectId: id, areaId: file.communityId };
    step.record({ name: 'case.received', ...place, otherType: 'SlaPolicy', otherId: policy.id, on: receivedOn, to: 'RECEIVED' });
    return { id, caseNo, respondBy: respond.dueAt, respondProvisional: respond.provisional };
  });

/** Case numbers say the day and are no counter: from one nobody can tell how many there are. */
async function insertCase(step: Step, file: NewCase, receivedOn: string): Promise<{ id: string; caseNo: string }> {
  const id = newId('ca', step.at);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const caseNo = `JX${receivedOn.replaceAll('-', '')}${String(randomInt(SERIALS)).padStart(6, '0')}`;
    const made = await step.rows(
      `insert into grievance_case (id, case_no, title, category_id, community_id, compound_id, state, urgency, received_at, owner_id)
       values ($1, $2, $3, $4, $5, $6, 'RECEIVED', 'GENERAL', $7, $8) on conflict (case_no) do nothing returning id`,
      [id, caseNo, file.title, file.categoryId, file.communityId, file.compoundId, file.receivedAt, file.ownerId],
    );
    if (made.length > 0) return { id, caseNo };
  }
  throw new Error('no case number is free');
}

/** The answer of a report to its follow-up is kept: the first NOT_RESOLVED of the round reopens the case, the last answer closes it. */
export const reportAnswered = (step: Step, caseId: string, reportId: string): Promise<void> =>
  step.asService(async () => {
    const row = await lockCase(step, caseId);
    if (row?.state !== 'FOLLOW_UP') return;
    const round = row.reopenCount + 1;
    const [answer] = await step.rows<{ resolved: string | null }>('select resolved from follow_up where report_id = $1 and round = $2', [
      reportId,
      round,
    ]);
    if (answer?.resolved === 'NOT_RESOLVED') await reopen(step, row);
    else await closeIfAnswered(step, row);
  });

/** A report is withdrawn: with the last one the case ends, unless it is of public interest. */
export const reportWithdrawn = (step: Step, caseId: string, _reportId: string): Promise<void> =>
  step.asService(async () => {
    const row = await lockCase(step, caseId);
    if (!row || isTerminal(row.state)) return;
    const [left] = await step.rows<{ reports: number }>(
      `select count(*)::int as reports from report where case_id = $1 and state <> 'WITHDRAWN'`,
      [caseId],
    );
    if (left?.reports === 0 && !row.ofPublicInterest) {
      await cancelOrders(step, caseId);
      await moveCase(step, row, 'withdraw');
      await cancelClocks(step, caseId);
    } else if (row.state === 'FOLLOW_UP') await closeIfAnswered(step, row);
  });

/** NOT_RESOLVED: the round is over for everybody, and who dispatched it is responsible again. */
async function reopen(step: Step, row: LockedCase): Promise<void> {
  await step.rows(
    `update follow_up f set ended_at = $3 from report r where r.id = f.report_id and r.case_id = $1 and f.round = $2 and f.ended_at is null`,
    [row.id, row.reopenCount + 1, step.at],
  );
  const [last] = await step.rows<{ dispatcherId: string }>(
    `select dispatcher_id as "dispatcherId" from dispatch_order where case_id = $1 and role = 'LEAD' order by dispatched_at desc, id desc limit 1`,
    [row.id],
  );
  await cancelOrders(step, row.id);
  await moveCase(
    step,
    row,
    'notResolved',
    { owner_id: last?.dispatcherId ?? row.ownerId, reopen_count: row.reopenCount + 1 },
    { reason: 'NOT_RESOLVED' },
  );
  const policy = await policyFor(step, row.categoryId, row.urgency, dateIn(new Date(row.receivedAt)));
  const clock = { caseId: row.id, communityId: row.communityId, kind: 'RESOLVE' as const, round: row.reopenCount + 2 };
  await startClock(step, { ...clock, policy, startedAt: step.at }, await calendarsFor(step));
}

const QUESTIONS = `select f.report_id as "reportId", r.anonymity, f.asked_at as "askedAt", f.attempts, f.contacted, f.resolved, f.ended_at as "endedAt"
  from follow_up f join report r on r.id = f.report_id
  where r.case_id = $1 and f.round = $2 and r.state <> 'WITHDRAWN' order by f.report_id for update of f`;

/**
 * Ends the questions of this round that nobody will answer any more, and closes the case when none is left: each reporter has answered,
 * refused, was tried three times, or had 15 days. Runs as SERVICE.
 */
export async function closeIfAnswered(step: Step, row: LockedCase): Promise<void> {
  const round = row.reopenCount + 1;
  const questions = await step.rows<Question & { reportId: string }>(QUESTIONS, [row.id, round]);
  let open = 0;
  for (const question of questions) {
    if (question.endedAt !== null) continue;
    const end = endOf(question, step.at);
    if (!end) open++;
    else
      await step.rows('update follow_up set contacted = $3, ended_at = $4 where report_id = $1 and round = $2', [
        question.reportId,
        round,
        end.contacted,
        end.endedAt,
      ]);
  }
  if (open > 0) return;
  await moveCase(step, row, 'close', { closed_at: step.at });
  await cancelClocks(step, row.id);
}
