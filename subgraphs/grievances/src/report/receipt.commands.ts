import type { Context } from '../../../shared/src/context.ts';
import { checkPin } from '../../../shared/src/vault-pin.ts';
import { refuse } from '../errors.ts';
import { readReceiptNo } from './receipt.rules.ts';
import { ownReports } from './secret.read.ts';
import { readingAsService } from './service.read.ts';

/** A report whose receipt was shown with the right PIN, or that the caller's login sent. */
export interface OpenedReport {
  id: string;
  receiptNo: string;
}

const FIND = 'select id, receipt_no as "receiptNo" from report where receipt_no = $1';

const invalid = () => refuse('RECEIPT_INVALID', { field: ['receiptNo'] });

/**
 * Opens the report of a receipt for who holds its PIN, or without a PIN for the login that sent it. Wrong PINs are counted in a transaction of
 * their own, so they stay counted whatever becomes of the request (§7.1); an unknown receipt is counted and looked at like a known one, and
 * answers the same, as late.
 * @throws HubError RECEIPT_INVALID, RECEIPT_LOCKED
 */
export async function openReceipt(ctx: Context, typed: string, pin: string | null | undefined): Promise<OpenedReport> {
  const receiptNo = readReceiptNo(typed);
  if (receiptNo === null) throw invalid();
  if (pin == null) return openAsOwn(ctx, receiptNo);
  const { attempt, report } = await beginAttempt(ctx, receiptNo);
  if (attempt === null) throw refuse('RECEIPT_LOCKED', { field: ['receiptNo'] });
  const hashes = report ? await ctx.vault.readAsService<string>(ctx, [report.id], 'PIN') : null;
  if (!(await checkPin(pin, report && hashes?.get(report.id))) || !report) throw invalid();
  await ctx.write(({ rows }) => rows('select receipt_opened($1, $2)', [receiptNo, attempt]));
  return report;
}

const beginAttempt = (ctx: Context, receiptNo: string): Promise<{ attempt: string | null; report: OpenedReport | undefined }> =>
  ctx.write(async ({ rows, asService }) => {
    const [counted] = await rows<{ attempt: string | null }>('select receipt_attempt($1)::text as attempt', [receiptNo]);
    const [report] = await asService(() => rows<OpenedReport>(FIND, [receiptNo]));
    return { attempt: counted?.attempt ?? null, report };
  });

async function openAsOwn(ctx: Context, receiptNo: string): Promise<OpenedReport> {
  const [report] = await readingAsService(ctx).rows<OpenedReport>(FIND, [receiptNo]);
  if (!report || !(await ownReports(ctx)).includes(report.id)) throw invalid();
  return report;
}
