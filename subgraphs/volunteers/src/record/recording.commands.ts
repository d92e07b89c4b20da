/** Recording service (§5.2): drafts and corrections, judged against all that is recorded of the same volunteers. */
import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { isOwn } from '../../../shared/src/scope.ts';
import { expectVersion, refusing } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';
import { lockRecord, recordStep, requireNone } from './record.commands.ts';
import { type RecordRow, recordsByIds } from './record.read.ts';
import {
  DAY_LIMIT_MINUTES,
  judgedRefusal,
  MOST_RECORDS,
  nameRefusals,
  noticeOf,
  reasonRefusals,
  recordRefusals,
  responsibleMissing,
  type Service,
  type Slot,
  serviceOf,
  stepRefusal,
} from './record.rules.ts';
import type { CorrectRecordInput, DraftRecordsInput, ServiceRecordInput } from './record-command.type.ts';

/** The activity as far as its records need it. */
interface Recorded {
  id: string;
  organizerId: string;
  communityId: string;
  category: string;
  status: string;
  shifts: Slot[];
}

/** A service with the volunteer found. */
interface Line extends Service {
  volunteerId: string;
  input: ServiceRecordInput;
  /** Its path in the input. */
  at: string[];
}

/**
 * Drafts a record of each service; all or none (§5.2).
 * @throws Refusals naming every record that cannot be recorded; HubError LIMIT_EXCEEDED.
 */
export async function draftRecords(ctx: CommandContext, input: DraftRecordsInput): Promise<{ records: RecordRow[] }> {
  const asked = input.records ?? [];
  if (asked.length > MOST_RECORDS) throw new HubError('LIMIT_EXCEEDED', { limit: MOST_RECORDS });
  const activity = await activityToRecord(ctx, input.activityId);
  const at = asked.map((_, index) => ['records', String(index)]);
  requireNone([
    ...nameRefusals({ projectName: input.projectName, recordedBy: input.recordedBy }),
    ...(asked.length > 0 ? [] : [refuse('VALIDATION_FAILED', { field: ['records'], details: { expected: 'at least one record' } })]),
    ...asked.flatMap((record, index) => recordRefusals(record, at[index] ?? [], activity.shifts, ctx.at)),
  ]);

  const known = await lockVolunteers(
    ctx,
    asked.map((record) => record.volunteerNumber),
    [],
  );
  const lines = linesOf(
    asked.map((record, index) => ({ record, at: at[index] ?? [] })),
    known,
  );
  await judge(ctx, lines, input.overrideDayLimit ?? false);
  const terms = { projectName: input.projectName.trim(), recordedBy: input.recordedBy.trim(), correctsId: null, notice: null };
  const ids = await insertRecords(ctx, activity, lines, terms);
  return { records: await recordsByIds(ctx, ids) };
}

/**
 * Puts a new record in the place of one that was disputed or confirmed; the new one runs through notice again (§5.2.3).
 * @throws Refusals, RECORD_LOCKED, INVALID_TRANSITION, VERSION_CONFLICT, NOT_FOUND.
 */
export async function correctRecord(ctx: CommandContext, input: CorrectRecordInput): Promise<{ records: RecordRow[] }> {
  const { recordId, record } = input;
  const before = await lineOfRecord(ctx, recordId);
  const activity = await activityToRecord(ctx, before.activityId);
  // Volunteers before records, as drafting does, so that two never wait for each other.
  const known = await lockVolunteers(ctx, [record.volunteerNumber], [before.volunteerId]);
  const old = await lockRecord(ctx, recordId, ['recordId']);
  expectVersion(old.version, input.expectedVersion);
  requireNone([
    stepRefusal(old.status, 'CORRECT', ['recordId']),
    ...reasonRefusals(input.reason),
    ...recordRefusals(record, ['record'], activity.shifts, ctx.at),
    record.responsible ? null : responsibleMissing(['record', 'responsible']),
  ]);
  const lines = linesOf([{ record, at: ['record'] }], known);

  await ctx.rows(
    `update service_record set status = 'CORRECTED', dispute_reason = null, disputed_by = null, version = version + 1,
       national_sync = case when national_sync is not null then 'PENDING' end, national_sync_reason = null where id = $1`,
    [old.id],
  );
  await judge(ctx, lines, false);
  const notice = noticeOf(dateIn(ctx.at));
  const terms = { projectName: before.projectName, recordedBy: before.recordedBy, correctsId: old.id, notice };
  const [made = ''] = await insertRecords(ctx, activity, lines, terms);
  recordStep(ctx, old, 'record.corrected', 'CORRECTED', input.reason, made);
  return { records: await recordsByIds(ctx, [made, old.id]) };
}

/** @throws HubError NOT_FOUND for what the caller does not see, NOT_RECORDER for another's, INVALID_TRANSITION for a cancelled one. */
async function activityToRecord(ctx: CommandContext, id: string): Promise<Recorded> {
  const [activity] = await ctx.rows<Recorded>(
    `select a.id, a.organizer_id as "organizerId", a.community_id as "communityId", a.category, a.status,
       coalesce((select jsonb_agg(jsonb_build_object('startsAt', s.starts_at, 'endsAt', s.ends_at)) from shift s where s.activity_id = a.id), '[]') as shifts
     from activity a where a.id = $1`,
    [id],
  );
  const field = ['activityId'];
  const isMine = activity !== undefined && isOwn(ctx, activity.organizerId);
  if (!activity || (activity.status === 'DRAFT' && !isMine)) throw refuse('NOT_FOUND', { field });
  if (!isMine) throw refuse('NOT_RECORDER', { field });
  if (activity.status === 'CANCELLED') throw refuse('INVALID_TRANSITION', { field, details: { state: activity.status } });
  return activity;
}

/** The part of a record that never changes, which a correction needs before it locks anything. */
async function lineOfRecord(ctx: CommandContext, id: string) {
  const [line] = await ctx.rows<{ volunteerId: string; activityId: string; projectName: string | null; recordedBy: string }>(
    `select volunteer_id as "volunteerId", activity_id as "activityId", project_name as "projectName", recorded_by as "recordedBy"
     from service_record where id = $1 and recorder_id = (select hub.organization())`,
    [id],
  );
  if (!line) throw refuse('NOT_FOUND', { field: ['recordId'] });
  return line;
}

/** Ids by number; who is named stays locked until the command ends. */
async function lockVolunteers(ctx: CommandContext, numbers: string[], ids: string[]): Promise<Map<string, string>> {
  const rows = await ctx.rows<{ id: string; number: string }>('select id, number from lock_volunteers($1, $2)', [numbers, ids]);
  return new Map(rows.map(({ id, number }) => [number, id]));
}

function linesOf(asked: readonly { record: ServiceRecordInput; at: string[] }[], known: ReadonlyMap<string, string>): Line[] {
  const unknown = asked.filter(({ record }) => !known.has(record.volunteerNumber));
  requireNone(unknown.map(({ at }) => refuse('NOT_FOUND', { field: [...at, 'volunteerNumber'] })));
  return asked.map(({ record, at }) => ({ ...serviceOf(record), volunteerId: known.get(record.volunteerNumber) ?? '', input: record, at }));
}

/** @throws Refusals RECORD_OVERLAP, DAY_LIMIT, GUARDIAN_REQUIRED, VALIDATION_FAILED (no volunteer on that day). */
async function judge(ctx: CommandContext, lines: readonly Line[], override: boolean): Promise<void> {
  const of = <K extends keyof Line>(key: K): Line[K][] => lines.map((line) => line[key]);
  const found = await ctx.rows<{ n: number; problem: string }>('select n, problem from judge_service($1, $2, $3, $4, $5, $6)', [
    ...[of('volunteerId'), of('on'), of('startsAt'), of('endsAt'), of('minutes')],
    DAY_LIMIT_MINUTES,
  ]);
  requireNone(found.map(({ n, problem }) => judgedRefusal(problem, lines[n - 1]?.at ?? [], override)));
}

interface Terms {
  projectName: string | null;
  recordedBy: string;
  correctsId: string | null;
  /** Null for a draft. */
  notice: { noticeFrom: string; noticeTo: string } | null;
}

const COLUMNS = `id, volunteer_id, activity_id, community_id, category, recorder_id, project_name, "on", place, starts_at, ends_at, minutes, content,
  responsible, recorded_by, evaluation, status, notice_from, notice_to, corrects_id, coefficients, version`;

async function insertRecords(ctx: CommandContext, activity: Recorded, lines: readonly Line[], terms: Terms): Promise<string[]> {
  const status = terms.notice ? 'NOTICED' : 'DRAFT';
  const rows = lines.map(({ input, ...line }) => ({
    ...{ id: newId('sr', ctx.at), volunteer_id: line.volunteerId, activity_id: activity.id, community_id: activity.communityId },
    ...{
      category: activity.category,
      recorder_id: activity.organizerId,
      project_name: terms.projectName,
      on: line.on,
      place: input.place.trim(),
    },
    ...{ starts_at: line.startsAt, ends_at: line.endsAt, minutes: line.minutes, content: input.content.trim() },
    ...{ responsible: input.responsible?.trim() || null, recorded_by: terms.recordedBy, evaluation: input.evaluation ?? null, status },
    ...{ notice_from: terms.notice?.noticeFrom ?? null, notice_to: terms.notice?.noticeTo ?? null, corrects_id: terms.correctsId },
    ...{ coefficients: input.coefficients ?? [], version: 1 },
  }));
  await refusing(
    ctx.rows(`insert into service_record (${COLUMNS}) select ${COLUMNS} from jsonb_populate_recordset(null::service_record, $1::jsonb)`, [
      JSON.stringify(rows),
    ]),
    { service_record_overlap: () => refuse('RECORD_OVERLAP') },
  );
  for (const row of rows) {
    const name = status === 'DRAFT' ? 'record.drafted' : 'record.noticed';
    ctx.record({ name, objectType: 'ServiceRecord', objectId: row.id, areaId: row.community_id, on: row.on, to: status });
  }
  return rows.map((row) => row.id);
}
