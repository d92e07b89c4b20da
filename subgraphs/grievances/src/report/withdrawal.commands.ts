import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { redact } from '../../../shared/src/domain/redact.ts';
import { reportWithdrawn } from '../case/intake.commands.ts';
import { lockCase } from '../case/life.commands.ts';
import { refuse } from '../errors.ts';
import { type OpenedReport, openReceipt } from './receipt.commands.ts';
import type { WithdrawReportInput } from './status.type.ts';

/** States of a report from which nothing is withdrawn any more: those of an ended case. */
const ENDED = ['CLOSED', 'REFERRED', 'DECLINED', 'WITHDRAWN'];

export const prepareWithdrawal = (ctx: Context, { receiptNo, pin }: WithdrawReportInput): Promise<OpenedReport> =>
  openReceipt(ctx, receiptNo, pin);

/**
 * The reporter takes his report back; the case ends with its last one unless it is of public interest (§7.2).
 * @throws HubError INVALID_TRANSITION with the present state
 */
export const withdrawReport = (
  ctx: CommandContext,
  { reason }: WithdrawReportInput,
  opened: OpenedReport,
): Promise<{ opened: OpenedReport }> =>
  ctx.asService(async () => {
    const report = await lockReport(ctx, opened.id);
    if (ENDED.includes(report.state)) throw refuse('INVALID_TRANSITION', { details: { state: report.state } });
    await ctx.rows(`update report set state = 'WITHDRAWN', withdrawn_at = $2 where id = $1`, [opened.id, ctx.at]);
    // Nobody waits for its answer any longer.
    await ctx.rows('update follow_up set ended_at = $2 where report_id = $1 and ended_at is null', [opened.id, ctx.at]);
    const place = { objectType: 'Report', objectId: opened.id, areaId: report.communityId };
    ctx.record({ name: 'report.withdrawn', ...place, from: report.state, to: 'WITHDRAWN', reason: reason && redact(reason).strict });
    await reportWithdrawn(ctx, report.caseId, opened.id);
    return { opened };
  });

export interface LockedReport {
  caseId: string;
  state: string;
  communityId: string;
}

const READ = 'select case_id as "caseId", state, community_id as "communityId" from report where id = $1';

/** Locks the case that a report follows, then the report; again, if it was merged meanwhile. Runs as SERVICE. */
export async function lockReport(ctx: CommandContext, id: string): Promise<LockedReport> {
  for (;;) {
    const [seen] = await ctx.rows<LockedReport>(READ, [id]);
    if (!seen) throw new Error('a report that was opened is gone');
    await lockCase(ctx, seen.caseId);
    const [locked] = await ctx.rows<LockedReport>(`${READ} for update`, [id]);
    if (locked?.caseId === seen.caseId) return locked;
  }
}
