/** Disputes of records (§5.2): by the volunteer, a member of the organization or the auditor; settled by the recorder, never by the disputer. */
import type { CommandContext } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { redact } from '../../../shared/src/domain/redact.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';
import { lockRecord, markVoided, type RecordState, type Records, recordStep, requireNone } from './record.commands.ts';
import { recordsByIds } from './record.read.ts';
import { type Disputer, disputeRefusal, hasPassed, reasonRefusals, stepRefusal } from './record.rules.ts';
import type { RecordStatus } from './record.type.ts';
import type { DisputeRecordInput, SettleRecordDisputeInput } from './record-command.type.ts';

type Disputable = Pick<RecordState, 'id' | 'status' | 'on' | 'communityId' | 'noticeTo' | 'confirmedAt' | 'version'> & {
  disputer: Disputer;
};

/**
 * Stops a record that is on notice or confirmed, until the recorder settles it. A member of the organization who sees the notice alone is
 * answered without the record.
 * @throws HubError NOT_FOUND, VERSION_CONFLICT; Refusals RECORD_LOCKED, INVALID_TRANSITION, DISPUTE_WINDOW.
 */
export async function disputeRecord(ctx: CommandContext, input: DisputeRecordInput): Promise<Records> {
  const [record] = await ctx.rows<Disputable>('select * from record_to_dispute($1)', [input.recordId]);
  if (!record) throw refuse('NOT_FOUND', { field: ['recordId'] });
  expectAskedVersion(record, input.expectedVersion);
  requireNone([
    stepRefusal(record.status, 'DISPUTE', ['recordId']) ?? disputeRefusal(record, record.disputer, dateIn(ctx.at)),
    ...reasonRefusals(input.reason),
  ]);
  await ctx.rows('select dispute_record($1, $2)', [record.id, redact(input.reason).strict]);
  recordStep(ctx, record, 'record.disputed', 'DISPUTED', input.reason);
  const records = await recordsByIds(ctx, [record.id]);
  return { records: records.length > 0 ? records : null };
}

/**
 * Ends a dispute: upheld, the record goes back to where it stood, or is confirmed if its notice has run out meanwhile; otherwise it is voided.
 * @throws HubError NOT_FOUND, VERSION_CONFLICT; Refusals RECORD_LOCKED, INVALID_TRANSITION, SELF_CONFIRMATION.
 */
export async function settleRecordDispute(ctx: CommandContext, input: SettleRecordDisputeInput): Promise<Records> {
  const record = await lockRecord(ctx, input.recordId, ['recordId']);
  expectAskedVersion(record, input.expectedVersion);
  const isOwnDispute = record.disputedBy !== null && record.disputedBy === ctx.claims.subject;
  requireNone([
    stepRefusal(record.status, 'SETTLE', ['recordId']) ?? (isOwnDispute ? refuse('SELF_CONFIRMATION', { field: ['recordId'] }) : null),
    ...reasonRefusals(input.reason),
  ]);
  if (input.uphold) await uphold(ctx, record, input.reason);
  else await markVoided(ctx, record, input.reason);
  return { records: await recordsByIds(ctx, [record.id]) };
}

async function uphold(ctx: CommandContext, record: RecordState, reason: string): Promise<void> {
  const wasConfirmed = record.confirmedAt !== null;
  const to: RecordStatus = wasConfirmed || hasPassed(record.noticeTo, dateIn(ctx.at)) ? 'CONFIRMED' : 'NOTICED';
  const isFirst = to === 'CONFIRMED' && !wasConfirmed;
  await ctx.rows(
    `update service_record set status = $2, dispute_reason = null, disputed_by = null, version = version + 1,
       confirmed_at = case when $3 then $4 else confirmed_at end, national_sync = case when $3 then 'PENDING' else national_sync end
     where id = $1`,
    [record.id, to, isFirst, ctx.at],
  );
  recordStep(ctx, record, isFirst ? 'record.confirmed' : 'record.upheld', to, reason);
}

function expectAskedVersion({ version }: { version: number }, expected: number | null | undefined): void {
  if (expected !== null && expected !== undefined) expectVersion(version, expected);
}
