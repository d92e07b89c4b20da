import { holdsRole } from '../../../shared/src/access.ts';
import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { redact } from '../../../shared/src/domain/redact.ts';
import { Refusals } from '../../../shared/src/errors.ts';
import { reportAnswered } from '../case/intake.commands.ts';
import { answerableUntil, MOST_ATTEMPTS } from '../case/state.rules.ts';
import { refuse } from '../errors.ts';
import { answerFaults } from './answer.rules.ts';
import type { AnswerFollowUpInput, FollowUpParty } from './follow-up.type.ts';
import { type OpenedReport, openReceipt } from './receipt.commands.ts';
import { readReceiptNo } from './receipt.rules.ts';
import { lockReport } from './withdrawal.commands.ts';

/** Who asks or answers; a reporter who shows the receipt has opened the report. */
export interface Asker {
  by: FollowUpParty;
  opened: OpenedReport;
}

const partyOf = ({ claims }: Context): FollowUpParty => {
  if (claims.variant === 'RESIDENT') return 'SELF_SERVICE';
  return holdsRole(claims, ['HOTLINE_STAFF']) ? 'HOTLINE' : 'STREET_OTHER_UNIT';
};

/**
 * Finds the report: a reporter opens it, staff who ask look it up among the reports of their places.
 * @throws HubError RECEIPT_INVALID, RECEIPT_LOCKED; Refusals for an answer that is none
 */
export async function prepareAnswer(ctx: Context, input: AnswerFollowUpInput): Promise<Asker> {
  const by = partyOf(ctx);
  const faults = answerFaults(input, by);
  if (faults.length > 0) throw new Refusals(faults);
  if (by === 'SELF_SERVICE' || input.pin != null) return { by, opened: await openReceipt(ctx, input.receiptNo, input.pin) };
  const [opened] = await ctx.rows<OpenedReport>('select id, receipt_no as "receiptNo" from report where receipt_no = $1', [
    readReceiptNo(input.receiptNo),
  ]);
  if (!opened) throw refuse('RECEIPT_INVALID', { field: ['receiptNo'] });
  return { by, opened };
}

interface OpenFollowUp {
  round: number;
  attempts: number;
  attemptedOn: string | null;
}

/**
 * Keeps what came of asking whether it was resolved (§7.2); the first NOT_RESOLVED of a round reopens the case, the last answer closes it.
 * @throws HubError SELF_CONFIRMATION for staff of who handled it, FOLLOW_UP_CLOSED when nobody waits for an answer
 */
export const answerFollowUp = (ctx: CommandContext, input: AnswerFollowUpInput, { by, opened }: Asker): Promise<{ opened: OpenedReport }> =>
  ctx.asService(async () => {
    const report = await lockReport(ctx, opened.id);
    if (by !== 'SELF_SERVICE') await refuseHandlers(ctx, report.caseId);
    const open = await openFollowUp(ctx, opened.id, report.caseId);
    if (!open) throw refuse('FOLLOW_UP_CLOSED', { field: ['receiptNo'] });
    const isOver = await keepAnswer(ctx, input, { by, reportId: opened.id, open });
    if (!isOver) return { opened };
    const place = { objectType: 'Report', objectId: opened.id, areaId: report.communityId };
    ctx.record({ name: 'report.answered', ...place, reason: input.resolved ?? input.contacted });
    await reportAnswered(ctx, report.caseId, opened.id);
    return { opened };
  });

/** Nobody confirms his own work (P6), and who does not say for whom he asks might. */
async function refuseHandlers(ctx: CommandContext, caseId: string): Promise<void> {
  const { organization } = ctx.claims;
  const orders = await ctx.rows('select 1 from dispatch_order where case_id = $1 and to_id = coalesce($2, to_id) limit 1', [
    caseId,
    organization,
  ]);
  if (orders.length > 0) throw refuse('SELF_CONFIRMATION');
}

const OPEN = `select f.round, f.attempts, f.attempted_on as "attemptedOn", f.asked_at as "askedAt", f.ended_at as "endedAt"
  from follow_up f join grievance_case c on c.id = $2 and c.state = 'FOLLOW_UP' and f.round = c.reopen_count + 1
  where f.report_id = $1 for update of f`;

async function openFollowUp(ctx: CommandContext, reportId: string, caseId: string): Promise<OpenFollowUp | null> {
  const [found] = await ctx.rows<OpenFollowUp & { askedAt: string; endedAt: string | null }>(OPEN, [reportId, caseId]);
  if (!found || found.endedAt !== null || ctx.at >= answerableUntil(found.askedAt)) return null;
  return found;
}

const UPDATE = `update follow_up set asked_by = $3, attempts = $4, attempted_on = $5, contacted = $6, resolved = $7, satisfaction = $8,
    answered_at = $9, ended_at = $10, comment = $11
  where report_id = $1 and round = $2`;

/** Writes the answer, or the attempt: at most one a day counts, and after the third nobody tries any longer. Says whether it is over. */
async function keepAnswer(
  ctx: CommandContext,
  { contacted, resolved, satisfaction, comment }: AnswerFollowUpInput,
  { by, reportId, open }: { by: FollowUpParty; reportId: string; open: OpenFollowUp },
): Promise<boolean> {
  const today = dateIn(ctx.at);
  const attempts = open.attempts + (open.attemptedOn === today ? 0 : 1);
  const isOver = contacted !== 'UNREACHABLE' || attempts >= MOST_ATTEMPTS;
  const answeredAt = contacted === 'REACHED' ? ctx.at : null;
  await ctx.rows(UPDATE, [
    ...[reportId, open.round, by, attempts, today, contacted, resolved ?? null, satisfaction ?? null],
    ...[answeredAt, isOver ? ctx.at : null, comment == null ? null : redact(comment).strict],
  ]);
  return isOver;
}
