import { randomBytes } from 'node:crypto';
import { now } from '../../../shared/src/clock.ts';
import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { redact } from '../../../shared/src/domain/redact.ts';
import { HubError, Refusals } from '../../../shared/src/errors.ts';
import { linkFiles } from '../../../shared/src/files.ts';
import { requireCommunity } from '../../../shared/src/scope.ts';
import { hashPin } from '../../../shared/src/vault-pin.ts';
import { refusing } from '../../../shared/src/write.ts';
import { surroundingsOf } from '../area/authority.read.ts';
import { type KnownPlace, placeOf } from '../area/place.read.ts';
import { type OpenedCase, openCase } from '../case/intake.commands.ts';
import { isActiveLeaf } from '../category/category.read.ts';
import { ERRORS, refuse } from '../errors.ts';
import { emergencyAdvice } from './emergency.rules.ts';
import { RECEIPT_BYTES, receiptNoFrom } from './receipt.rules.ts';
import type { SubmitReportInput } from './report.type.ts';
import { loginOf, newPin, type PinSource, type ReporterIdentity, type Words } from './secret.read.ts';
import { faultsOf } from './submission.rules.ts';

/** What is known of a report before its transaction begins. */
export interface Prepared {
  place: KnownPlace;
  /** Responsible until it is triaged (属地兜底). */
  ownerId: string;
  receiptNo: string;
  /** As scrypt, and how it is told; null for a report without a way back. */
  pin: { hash: string; source: PinSource } | null;
}

const isResident = ({ claims }: Context): boolean => claims.variant === 'RESIDENT';

/**
 * Checks a report and asks organization where it belongs (§7.2: area known).
 * @throws Refusals with everything wrong at once; HubError OUT_OF_AREA_SCOPE for staff of another place
 */
export async function prepareReport(ctx: Context, input: SubmitReportInput): Promise<Prepared> {
  const faults = faultsOf(input, { isResident: isResident(ctx), at: now() });
  if (faults.length > 0) throw new Refusals(faults);
  const place = await placeOf(ctx, input);
  if (!isResident(ctx)) requireCommunity(ctx, place.communityId);
  const { streetOfficeId } = await surroundingsOf(ctx, place.communityId);
  const ownerId = streetOfficeId ?? ctx.claims.organization;
  if (ownerId === null) throw new HubError('SOURCE_UNAVAILABLE');
  const receiptNo = receiptNoFrom(randomBytes(RECEIPT_BYTES));
  return { place, ownerId, receiptNo, pin: input.anonymity === 'FULLY_ANONYMOUS' ? null : await makePin(ctx, receiptNo, input) };
}

async function makePin(ctx: Context, receiptNo: string, { idempotencyKey }: SubmitReportInput): Promise<Prepared['pin']> {
  const { pin, source } = newPin(ctx, receiptNo, idempotencyKey);
  return { hash: await hashPin(pin), source };
}

/** What the payload of a report is made from, also when the command is repeated: the PIN is derived again and kept nowhere in clear. */
export interface Submitted {
  receiptNo: string;
  emergencyAdvice: string | null;
  pinFor: PinSource | null;
}

/** Takes a report: it opens a case, its words and who wrote them go to the vault, what the redactor left is what handlers read (§7.1, §7.2). */
export async function submitReport(ctx: CommandContext, input: SubmitReportInput, prepared: Prepared): Promise<Submitted> {
  const { receiptNo, pin, place } = prepared;
  if (input.categoryId != null && !(await isActiveLeaf(ctx, input.categoryId))) {
    throw refuse('VALIDATION_FAILED', { field: ['categoryId'] });
  }
  const receivedAt = input.receivedAt == null ? ctx.at : new Date(input.receivedAt);
  const title = redact(input.title);
  const words = redact(input.text);
  const id = newId('rp', ctx.at);
  const opened = await openCase(ctx, {
    title: title.strict,
    categoryId: input.categoryId ?? null,
    communityId: place.communityId,
    compoundId: place.compoundId,
    ownerId: prepared.ownerId,
    receivedAt,
  });
  const unsure = title.uncertain.length + words.uncertain.length > 0;
  await insertReport(ctx, input, { id, receiptNo, place, opened, receivedAt, title: title.strict, redactedText: words.strict, unsure });
  await keepSecrets(ctx, id, input, prepared);
  await linkFiles(ctx, input.attachmentFileIds ?? [], { type: 'Report', id }, (index) =>
    refuse('ATTACHMENT_REJECTED', { field: ['attachmentFileIds', String(index)] }),
  );
  ctx.record({ name: 'report.received', objectType: 'Report', objectId: id, areaId: place.communityId, to: 'RECEIVED' });
  return { receiptNo, emergencyAdvice: advise(ctx, input), pinFor: pin?.source ?? null };
}

/** What was said as it was said, who said it and by which login, and the PIN: into the vault, in the same transaction, and nowhere else (§7.1). */
function keepSecrets(ctx: CommandContext, id: string, input: SubmitReportInput, { place, pin }: Prepared): Promise<void> {
  const words: Words = { title: input.title, text: input.text, place: input.place ?? null, location: input.location ?? null };
  const { name, phone, address, contactAllowed = true } = input.reporter ?? {};
  const identity: ReporterIdentity = { name: name ?? null, phone: phone ?? null, address: address ?? null, contactAllowed };
  const login = input.reporter ? loginOf(ctx) : null;
  const secrets = {
    WORDS: words,
    ...(input.reporter && { IDENTITY: identity }),
    ...(login && { LOGIN: login }),
    ...(pin && { PIN: pin.hash }),
  };
  return ctx.vault.put(ctx, id, secrets, { communityId: place.communityId, findable: ['LOGIN'] });
}

interface NewReport {
  id: string;
  receiptNo: string;
  place: KnownPlace;
  opened: OpenedCase;
  receivedAt: Date;
  title: string;
  redactedText: string;
  /** Something that was taken out of it waits for a person's decision. */
  unsure: boolean;
}

const INSERT = `insert into report (id, receipt_no, kind, channel, anonymity, state, category_id, community_id, compound_id, building_id, external_no,
    received_at, respond_by, respond_provisional, title, redacted_text, redaction, publication_objected_at, case_id, origin_case_id)
  values ($1, $2, $3, $4, $5, 'RECEIVED', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)`;

function insertReport(ctx: CommandContext, input: SubmitReportInput, report: NewReport): Promise<unknown> {
  const { place, opened } = report;
  const values = [
    ...[report.id, report.receiptNo, input.kind, input.channel, input.anonymity, input.categoryId ?? null],
    ...[place.communityId, place.compoundId, place.buildingId, input.externalNo ?? null],
    ...[report.receivedAt, opened.respondBy, opened.respondProvisional, report.title, report.redactedText],
    ...[report.unsure ? 'UNSURE' : 'SURE', input.reporter?.publicationObjected ? ctx.at : null, opened.id],
  ];
  return refusing(
    // A reporter, a neighbour's lead and a grid worker never see the report again that they hand over.
    ctx.asService(() => ctx.rows(INSERT, values)),
    { report_external_no: () => refuse('VALIDATION_FAILED', { field: ['externalNo'], details: { unique: 'channel' } }) },
  );
}

/** Tells whom to call when the words point to danger to life (§7.2); the report is taken all the same. */
function advise(ctx: CommandContext, { title, text }: SubmitReportInput): string | null {
  const advice = emergencyAdvice(title, text);
  if (!advice) return null;
  const { zh, en } = ERRORS.EMERGENCY_ADVICE;
  ctx.warn({ code: 'EMERGENCY_ADVICE', message: zh, messageEn: en, details: { lines: advice.lines } });
  return advice.text;
}
