/** Steps of records that stand (§5.2): notice, confirmation, voiding. Records are locked in the order of their ids. */
import type { CommandContext } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError, Refusals } from '../../../shared/src/errors.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';
import { type RecordRow, recordsByIds } from './record.read.ts';
import { hasPassed, MOST_RECORDS, noticeOf, type RecordStep, reasonRefusals, responsibleMissing, stepRefusal } from './record.rules.ts';
import type { RecordStatus } from './record.type.ts';
import type { RecordIdsInput, VoidRecordInput } from './record-command.type.ts';

/** A record of the caller's organization, locked until the command ends. */
export interface RecordState {
  id: string;
  status: RecordStatus;
  on: string;
  communityId: string;
  responsible: string | null;
  noticeTo: string | null;
  confirmedAt: string | null;
  disputedBy: string | null;
  nationalSync: string | null;
  version: number;
}

/** What a command answers. */
export interface Records {
  records: RecordRow[] | null;
}

const lockRecords = ({ rows }: CommandContext, ids: readonly string[]): Promise<RecordState[]> =>
  rows<RecordState>(
    `select id, status, "on", community_id as "communityId", responsible, notice_to as "noticeTo", confirmed_at as "confirmedAt",
       disputed_by as "disputedBy", national_sync as "nationalSync", version
     from service_record where id = any($1) order by id for update`,
    [ids],
  );

/** @throws HubError NOT_FOUND for what the caller does not record, seen or unseen. */
export async function lockRecord(ctx: CommandContext, id: string, field: string[]): Promise<RecordState> {
  const [record] = await lockRecords(ctx, [id]);
  if (!record) throw refuse('NOT_FOUND', { field });
  return record;
}

/** Shows drafts on the notice board for seven days (公示). @throws Refusals naming each record; HubError LIMIT_EXCEEDED. */
export async function publishRecordNotice(ctx: CommandContext, { recordIds }: RecordIdsInput): Promise<Records> {
  const records = await takeStep(ctx, recordIds, 'NOTICE', (record, field) => (record.responsible ? null : responsibleMissing(field)));
  const { noticeFrom, noticeTo } = noticeOf(dateIn(ctx.at));
  const ids = records.map((record) => record.id);
  await ctx.rows(
    `update service_record set status = 'NOTICED', notice_from = $2, notice_to = $3, version = version + 1 where id = any($1)`,
    [...[ids, noticeFrom, noticeTo]],
  );
  for (const record of records) recordStep(ctx, record, 'record.noticed', 'NOTICED');
  return { records: await recordsByIds(ctx, [...new Set(recordIds)]) };
}

/** Certifies records whose notice has run its time. @throws Refusals naming each record; HubError LIMIT_EXCEEDED. */
export async function confirmRecords(ctx: CommandContext, { recordIds }: RecordIdsInput): Promise<Records> {
  const today = dateIn(ctx.at);
  const records = await takeStep(ctx, recordIds, 'CONFIRM', ({ noticeTo }, field) =>
    hasPassed(noticeTo, today) ? null : refuse('NOTICE_PERIOD', { field, details: { noticeTo } }),
  );
  const ids = records.map((record) => record.id);
  await ctx.rows(
    `update service_record set status = 'CONFIRMED', confirmed_at = coalesce(confirmed_at, $2), national_sync = 'PENDING', version = version + 1
     where id = any($1)`,
    [ids, ctx.at],
  );
  for (const record of records) recordStep(ctx, record, 'record.confirmed', 'CONFIRMED');
  return { records: await recordsByIds(ctx, [...new Set(recordIds)]) };
}

/** Takes a record back. @throws HubError NOT_FOUND, VERSION_CONFLICT, RECORD_LOCKED; Refusals. */
export async function voidRecord(ctx: CommandContext, input: VoidRecordInput): Promise<Records> {
  const record = await lockRecord(ctx, input.recordId, ['recordId']);
  expectVersion(record.version, input.expectedVersion);
  requireNone([stepRefusal(record.status, 'VOID', ['recordId']), ...reasonRefusals(input.reason)]);
  await markVoided(ctx, record, input.reason);
  return { records: await recordsByIds(ctx, [record.id]) };
}

/** Voids a locked record; the national system hears of it if it heard of the record. */
export async function markVoided(ctx: CommandContext, record: RecordState, reason: string): Promise<void> {
  await ctx.rows(
    `update service_record set status = 'VOIDED', dispute_reason = null, disputed_by = null, version = version + 1,
       national_sync = case when national_sync is not null then 'PENDING' end, national_sync_reason = null where id = $1`,
    [record.id],
  );
  recordStep(ctx, record, 'record.voided', 'VOIDED', reason);
}

/** Adds the event of a step. */
export const recordStep = (
  ctx: CommandContext,
  record: Pick<RecordState, 'id' | 'status' | 'on' | 'communityId'>,
  name: string,
  to: RecordStatus,
  reason: string | null = null,
  otherId: string | null = null,
): void =>
  ctx.record({
    name,
    objectType: 'ServiceRecord',
    objectId: record.id,
    ...(otherId !== null && { otherType: 'ServiceRecord', otherId }),
    areaId: record.communityId,
    on: record.on,
    from: record.status,
    to,
    reason,
  });

/** Locks records of which all may take a step. @throws Refusals with every one that may not, in the order in which they were named. */
async function takeStep(
  ctx: CommandContext,
  recordIds: readonly string[],
  step: RecordStep,
  guard: (record: RecordState, field: string[]) => HubError | null,
): Promise<RecordState[]> {
  if (recordIds.length > MOST_RECORDS) throw new HubError('LIMIT_EXCEEDED', { limit: MOST_RECORDS });
  if (recordIds.length === 0) throw refuse('VALIDATION_FAILED', { field: ['recordIds'], details: { expected: 'at least one record' } });
  const records = await lockRecords(ctx, recordIds);
  const known = new Map(records.map((record) => [record.id, record]));
  const refusals = recordIds.flatMap((id, index) => {
    const field = ['recordIds', String(index)];
    const record = known.get(id);
    if (!record) return [refuse('NOT_FOUND', { field, details: { recordId: id } })];
    const refusal = stepRefusal(record.status, step, field) ?? guard(record, field);
    return refusal ? [refusal] : [];
  });
  requireNone(refusals);
  return records;
}

/** @throws Refusals of all that are any. */
export function requireNone(refusals: readonly (HubError | null)[]): void {
  const found = refusals.filter((each) => each !== null);
  if (found.length > 0) throw new Refusals(found);
}
