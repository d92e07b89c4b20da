import { type Draft, NOW } from './case-file.ts';
import { handleRound, mayPublish, publish } from './case-story.ts';
import { dayOfMinute, instantText, minuteOf } from './day.ts';
import type { FollowUpParty, FollowUpRow, ReportRow, ResolvedAnswer } from './grievances.types.ts';
import type { Random } from './random.ts';

const DAY = 1440;
/** In the last round nobody says NOT_RESOLVED, so that a story ends. */
const LAST_ROUND = 3;

type Asked = { row: FollowUpRow; endsAt: number };

/** From the first HANDLED on: each linked reporter is asked; NOT_RESOLVED reopens, else the case is closed (§7.2). */
export function followUp(draft: Draft, reports: readonly ReportRow[], firstHandledAt: number, random: Random): void {
  let handledAt: number | null = firstHandledAt;
  for (let round = 1; handledAt !== null; round++) {
    const askedAt = minuteOf(dayOfMinute(handledAt) + 1, random.int(9, 16), random.int(0, 59));
    if (!draft.to('FOLLOW_UP', askedAt, null, 'SYSTEM')) return;
    const asked = reports.map((report) => ({ report, ...ask(draft, report, round, askedAt, random) }));
    const unresolved = asked.filter(({ row, endsAt }) => row.resolved === 'NOT_RESOLVED' && endsAt < NOW);
    const reopenedAt = Math.min(...unresolved.map(({ endsAt }) => endsAt));
    for (const { report, row, endsAt } of asked)
      if (unresolved.length === 0 || endsAt <= reopenedAt) report.followUps.push(untilNow(row, endsAt));
    if (unresolved.length > 0) {
      handledAt = reopen(draft, reopenedAt, random);
      continue;
    }
    close(draft, Math.max(...asked.map(({ endsAt }) => endsAt)) + 1, random);
    return;
  }
}

function reopen(draft: Draft, at: number, random: Random): number | null {
  draft.to('REOPENED', at, null, 'REPORTER', 'NOT_RESOLVED');
  draft.row.reopenCount++;
  draft.row.rounds.push({ startedAt: instantText(at), handledAt: null });
  return handleRound(draft, at, at, false, false, random).handledAt;
}

function close(draft: Draft, at: number, random: Random): void {
  if (!draft.to('CLOSED', at, null, 'SYSTEM')) return;
  draft.row.endedAt = instantText(at);
  const published = draft.file.publications[0];
  if (published !== undefined) draft.file.publications[0] = { ...published, reply: '已办结，感谢您的反映（演示）' };
  else if (mayPublish(draft.matter) && random.chance(0.06)) publish(draft, at + random.int(60, 2000));
}

function ask(draft: Draft, report: ReportRow, round: number, askedAt: number, random: Random): Asked {
  const by: FollowUpParty = random.weighted([
    ['HOTLINE' as const, 60],
    ['SELF_SERVICE' as const, 28],
    ['STREET_OTHER_UNIT' as const, 12],
  ]);
  const row = { round, askedAt: instantText(askedAt), by, attempts: 1, resolved: null, satisfaction: null, answeredAt: null };
  if (report.anonymity === 'FULLY_ANONYMOUS') {
    return { row: { ...row, attempts: 0, contacted: 'ANONYMOUS', endedAt: instantText(askedAt) }, endsAt: askedAt };
  }
  const turn = random.next();
  if (turn < 0.055) {
    const endsAt = askedAt + 2 * DAY + random.int(0, 200);
    return { row: { ...row, attempts: 3, contacted: 'UNREACHABLE', endedAt: instantText(endsAt) }, endsAt };
  }
  const answersAt = askedAt + random.int(3, by === 'SELF_SERVICE' ? 4000 : 400);
  if (turn < 0.085) return { row: { ...row, contacted: 'REFUSED', endedAt: instantText(answersAt) }, endsAt: answersAt };
  const resolved = answerOf(draft.matter.care, round, random);
  const at = instantText(answersAt);
  return {
    row: { ...row, contacted: 'REACHED', resolved, satisfaction: satisfactionOf(resolved, random), answeredAt: at, endedAt: at },
    endsAt: answersAt,
  };
}

function answerOf(care: number, round: number, random: Random): ResolvedAnswer {
  if (random.chance(care)) return 'RESOLVED';
  return round >= LAST_ROUND || random.chance(0.6) ? 'PARTLY' : 'NOT_RESOLVED';
}

/** 5 … 1, or nothing said. */
function satisfactionOf(resolved: ResolvedAnswer, random: Random): number | null {
  if (random.chance(0.06)) return null;
  if (resolved === 'RESOLVED') return random.pick([5, 5, 5, 4, 4, 4, 3, 3, 2]);
  return random.pick(resolved === 'PARTLY' ? [4, 3, 3, 2, 2, 1] : [2, 2, 1, 1, 3]);
}

/** A question whose end would lie after the demo's time is still open. */
function untilNow(row: FollowUpRow, endsAt: number): FollowUpRow {
  if (endsAt < NOW) return row;
  return { ...row, attempts: 1, contacted: null, resolved: null, satisfaction: null, answeredAt: null, endedAt: null };
}
