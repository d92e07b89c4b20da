import type { Database } from '../../../shared/src/database.ts';
import { type Step, stopClock } from './clock.commands.ts';
import { closeIfAnswered } from './intake.commands.ts';
import { type LockedCase, moveCase } from './life.commands.ts';
import { askedBy, MOST_ATTEMPTS } from './state.rules.ts';
import { forEachCase } from './step.job.ts';

// Follow-up (回访), §7.2: what was handled is asked about, and closed when nobody has anything left to say.

/** Handled cases are asked about. @returns how many. */
export const askReporters = (database: Database): Promise<number> =>
  forEachCase(database, `c.state = 'HANDLED' and c.last_handled_at <= $1`, ask);

interface Asked {
  id: string;
  communityId: string;
  anonymity: string;
  channel: string;
}

/** One question for each report that can be asked; one without a way back ends at once, as a reporter nobody could ask. */
async function ask(step: Step, row: LockedCase): Promise<void> {
  await stopClock(step, row.id, 'FOLLOW_UP');
  await moveCase(step, row, 'ask');
  const reports = await step.rows<Asked>(
    `select id, community_id as "communityId", anonymity, channel from report where case_id = $1 and state <> 'WITHDRAWN' order by id for update`,
    [row.id],
  );
  for (const report of reports) {
    const end = report.anonymity === 'FULLY_ANONYMOUS' ? (['ANONYMOUS', step.at] as const) : [null, null];
    await step.rows(
      `insert into follow_up (report_id, round, community_id, asked_at, asked_by, attempts, contacted, ended_at)
       values ($1, $2, $3, $4, $5, 0, $6, $7) on conflict do nothing`,
      [report.id, row.reopenCount + 1, report.communityId, step.at, askedBy(report), ...end],
    );
  }
  await closeIfAnswered(step, { ...row, state: 'FOLLOW_UP' });
}

const QUESTION = `select 1 from follow_up f join report r on r.id = f.report_id
  where r.case_id = c.id and r.state <> 'WITHDRAWN' and f.round = c.reopen_count + 1 and f.ended_at is null`;

/** Cases that nobody will answer for any more are closed. @returns how many were looked at. */
export const closeUnanswered = (database: Database): Promise<number> =>
  forEachCase(
    database,
    `c.state = 'FOLLOW_UP' and not exists (${QUESTION} and f.asked_at > $1::timestamptz - interval '15 days'
       and not (f.attempts >= ${MOST_ATTEMPTS} and f.contacted = 'UNREACHABLE'))`,
    closeIfAnswered,
  );
