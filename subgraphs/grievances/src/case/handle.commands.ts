import type { CommandContext } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { policyFor } from '../category/category.read.ts';
import { refuse } from '../errors.ts';
import { type CaseRow, caseById } from './case.read.ts';
import { calendarsFor, startClock, stopClock } from './clock.commands.ts';
import { requireEvidence } from './evidence.read.ts';
import { addEvidence, cancelOrders, lockCase, moveCase, writeMessage } from './life.commands.ts';
import { stateAfter } from './state.rules.ts';
import { deidentified } from './triage.rules.ts';
import { isBlank, proves, TEXT_LIMIT } from './work.rules.ts';
import type { HandleCaseInput } from './work.type.ts';

interface LeadOrder {
  id: string;
  status: string;
}

/** `handleCase` (§7.2): the LEAD says what was done, proves it and answers the reporters; whoever assisted is done with it. */
export async function handleCase(ctx: CommandContext, input: HandleCaseInput): Promise<{ case: CaseRow | null }> {
  const [seen] = await ctx.rows<{ state: string }>('select state from grievance_case where id = $1', [input.caseId]);
  if (!seen) throw refuse('NOT_FOUND', { field: ['caseId'] });
  const row = await lockCase(ctx, input.caseId);
  const [lead] = await ctx.rows<LeadOrder>(
    `select id, status from dispatch_order where case_id = $1 and role = 'LEAD' and to_id = $2 order by dispatched_at desc, id desc limit 1`,
    [input.caseId, ctx.claims.organization],
  );
  if (!lead) throw refuse('NOT_ORDER_HOLDER', { field: ['caseId'] });
  if (row) expectVersion(row.version, input.expectedVersion);
  if (!row || lead.status !== 'ACCEPTED' || stateAfter(row.state, 'handle') === null)
    throw refuse('INVALID_TRANSITION', { details: { state: row?.state ?? seen.state } });
  for (const field of ['result', 'messageToReporters'] as const)
    if (isBlank(input[field]) || input[field].length > TEXT_LIMIT)
      throw refuse('VALIDATION_FAILED', { field: [field], details: { limit: TEXT_LIMIT } });
  if (!input.evidence.some(proves)) throw refuse('EVIDENCE_REQUIRED', { field: ['evidence'], details: { kinds: ['AFTER', 'DOCUMENT'] } });
  await requireEvidence(ctx, input.evidence);

  await addEvidence(ctx, row.id, lead.id, input.evidence);
  const message = { caseId: row.id, orderId: lead.id, organizationId: ctx.claims.organization };
  await writeMessage(ctx, { ...message, text: deidentified(input.messageToReporters), isReply: true });
  await stopClock(ctx, row.id, 'RESOLVE');
  const policy = await policyFor(ctx, row.categoryId, row.urgency, dateIn(new Date(row.receivedAt)));
  const clock = { caseId: row.id, communityId: row.communityId, kind: 'FOLLOW_UP' as const, round: row.reopenCount + 1 };
  await startClock(ctx, { ...clock, policy, startedAt: ctx.at }, await calendarsFor(ctx));
  const result = deidentified(input.result);
  await moveCase(ctx, row, 'handle', { result, last_handled_at: ctx.at });
  await ctx.rows(`update dispatch_order set status = 'DONE', ended_at = $2, result = $3, version = version + 1 where id = $1`, [
    lead.id,
    ctx.at,
    result,
  ]);
  ctx.record({ name: 'order.done', objectType: 'DispatchOrder', objectId: lead.id, otherType: 'Case', otherId: row.id });
  await cancelOrders(ctx, row.id, 'ASSIST');
  return { case: await caseById(ctx, row.id) };
}
