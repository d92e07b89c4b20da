import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { type HubError, Refusals } from '../../../shared/src/errors.ts';
import { requireCommunity } from '../../../shared/src/scope.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { organizationsAbove } from '../area/authority.read.ts';
import { type KnownPlace, placeOf } from '../area/place.read.ts';
import { type PolicyRow, policyFor } from '../category/category.read.ts';
import { refuse } from '../errors.ts';
import { type CaseRow, caseById } from './case.read.ts';
import { timesOf } from './case.rules.ts';
import { calendarsFor, retime } from './clock.commands.ts';
import type { RedactedTextInput, TriageCaseInput } from './dispatch.type.ts';
import { type LockedCase, lockedCase, moveCase } from './life.commands.ts';
import { stateAfter } from './state.rules.ts';
import { deidentified, LIMITS, type TriagedReport, undecided } from './triage.rules.ts';

/** Asks, before the transaction, where the case lies. @throws HubError NOT_FOUND, VALIDATION_FAILED with the field; SOURCE_UNAVAILABLE */
export async function placeForTriage(
  ctx: Context,
  { areaCode, compoundId, subjectOrganizationId: subject }: TriageCaseInput,
): Promise<KnownPlace> {
  if (subject && !(await organizationsAbove(ctx, [subject])).has(subject)) throw refuse('NOT_FOUND', { field: ['subjectOrganizationId'] });
  return placeOf(ctx, { areaCode, compoundId });
}

/** `triageCase` (§7.2): what it is, where it is and how urgent; the clocks take the urgency's policy of the day of receipt. */
export async function triageCase(ctx: CommandContext, input: TriageCaseInput, place: KnownPlace): Promise<{ case: CaseRow | null }> {
  const row = await lockedCase(ctx, input.caseId);
  requireCommunity(ctx, row.communityId);
  requireCommunity(ctx, place.communityId);
  expectVersion(row.version, input.expectedVersion);
  if (stateAfter(row.state, 'triage') === null) throw refuse('INVALID_TRANSITION', { details: { state: row.state } });
  const faults = [...textFaults(input), ...(await categoryFaults(ctx, input.categoryId)), ...subjectFaults(ctx, input)];
  if (faults.length > 0) throw new Refusals(faults);
  if (!input.ofPublicInterest) await ctx.asService(() => requireReporter(ctx, row));
  await ctx.asService(() => decideTexts(ctx, row, input.redactedTexts ?? []));
  const policy = await policyFor(ctx, input.categoryId, input.urgency, dateIn(new Date(row.receivedAt)));
  const changes = {
    title: deidentified(input.title),
    summary: deidentified(input.summary),
    category_id: input.categoryId,
    community_id: place.communityId,
    compound_id: place.compoundId,
    urgency: input.urgency,
    of_public_interest: input.ofPublicInterest,
    subject_organization_id: input.subjectOrganizationId ?? null,
    owner_id: ctx.claims.organization ?? row.ownerId,
  };
  await moveCase(ctx, row, 'triage', changes, { by: { type: 'SlaPolicy', id: policy.id } });
  await ctx.asService(() => follow(ctx, row, input.categoryId, policy, place));
  return { case: await caseById(ctx, row.id) };
}

function textFaults(input: TriageCaseInput): HubError[] {
  const faults: HubError[] = [];
  for (const field of ['title', 'summary'] as const) {
    if (input[field].trim() === '') faults.push(refuse('TRIAGE_INCOMPLETE', { field: [field] }));
    if (input[field].length > LIMITS[field])
      faults.push(refuse('VALIDATION_FAILED', { field: [field], details: { limit: LIMITS[field] } }));
  }
  for (const [index, { redactedTitle, redactedText }] of (input.redactedTexts ?? []).entries()) {
    const at = ['redactedTexts', String(index)];
    if (redactedTitle.trim() === '' || redactedTitle.length > LIMITS.title)
      faults.push(refuse('VALIDATION_FAILED', { field: [...at, 'redactedTitle'], details: { limit: LIMITS.title } }));
    if (redactedText.trim() === '' || redactedText.length > LIMITS.text)
      faults.push(refuse('VALIDATION_FAILED', { field: [...at, 'redactedText'], details: { limit: LIMITS.text } }));
  }
  return faults;
}

async function categoryFaults(ctx: CommandContext, categoryId: string): Promise<HubError[]> {
  const [leaf] = await ctx.rows(
    'select 1 from case_category k where k.id = $1 and k.active and not exists (select 1 from case_category child where child.parent_id = k.id)',
    [categoryId],
  );
  return leaf ? [] : [refuse('TRIAGE_INCOMPLETE', { field: ['categoryId'], details: { wanted: 'an active leaf' } })];
}

/** Who is complained about does not name himself away: another organization triages the case. */
const subjectFaults = ({ claims }: CommandContext, { subjectOrganizationId: subject }: TriageCaseInput): HubError[] =>
  subject && subject === claims.organization ? [refuse('CONFLICT_OF_INTEREST', { field: ['subjectOrganizationId'] })] : [];

const REPORTERS = `select count(*) filter (where state <> 'WITHDRAWN')::int as standing, count(*)::int as all from report where case_id = $1`;

/** A case whose reports are all withdrawn lives on for the public interest alone (§7.2). @throws HubError VALIDATION_FAILED */
async function requireReporter(ctx: CommandContext, row: LockedCase): Promise<void> {
  const [reports] = await ctx.rows<{ standing: number; all: number }>(REPORTERS, [row.id]);
  if (reports && reports.all > 0 && reports.standing === 0) {
    throw refuse('VALIDATION_FAILED', { field: ['ofPublicInterest'], details: { standingReports: 0 } });
  }
}

const REPORTS = `select id, redaction from report where case_id = $1 and state <> 'WITHDRAWN' order by id for update`;

/** Keeps what a person decided of the texts. @throws HubError NOT_FOUND for a report of another case, REDACTION_INCOMPLETE */
async function decideTexts(ctx: CommandContext, row: LockedCase, decided: readonly RedactedTextInput[]): Promise<void> {
  const reports = await ctx.rows<TriagedReport>(REPORTS, [row.id]);
  const strange = decided.findIndex(({ reportId }) => !reports.some(({ id }) => id === reportId));
  if (strange >= 0) throw refuse('NOT_FOUND', { field: ['redactedTexts', String(strange), 'reportId'] });
  const left = undecided(reports, new Set(decided.map(({ reportId }) => reportId)));
  if (left.length > 0) throw refuse('REDACTION_INCOMPLETE', { field: ['redactedTexts'], details: { reportIds: left } });
  for (const { reportId, redactedTitle, redactedText } of decided) {
    const texts = [deidentified(redactedTitle), deidentified(redactedText)];
    await ctx.rows(`update report set title = $2, redacted_text = $3, redaction = 'DECIDED' where id = $1`, [reportId, ...texts]);
  }
}

interface Waiting {
  id: string;
  receivedAt: string;
}

/** What the case's place, category and urgency mean for its clocks and for the reports that opened it. */
async function follow(ctx: CommandContext, row: LockedCase, categoryId: string, policy: PolicyRow, place: KnownPlace): Promise<void> {
  await ctx.rows('update sla_clock set community_id = $2 where case_id = $1 and community_id <> $2', [row.id, place.communityId]);
  const calendars = await calendarsFor(ctx);
  await retime(ctx, row.id, calendars, policy);
  const reports = await ctx.rows<Waiting>(
    `update report set category_id = $2, community_id = $3, compound_id = coalesce($4, compound_id) where origin_case_id = $1 and state <> 'WITHDRAWN'
     returning id, received_at as "receivedAt"`,
    [row.id, categoryId, place.communityId, place.compoundId],
  );
  for (const { id, receivedAt } of reports) {
    const { dueAt, provisional } = timesOf({ startedAt: receivedAt, spec: policy.respond }, calendars);
    await ctx.rows('update report set respond_by = $2, respond_provisional = $3 where id = $1 and responded_at is null', [
      id,
      dueAt,
      provisional,
    ]);
  }
}
