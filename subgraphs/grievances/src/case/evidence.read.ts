import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import type { FileLink } from '../../../shared/src/files.ts';
import { batched } from '../../../shared/src/loader.ts';
import { refuse } from '../errors.ts';
import { caseById } from './case.read.ts';
import { isBlank, MOST_EVIDENCE } from './work.rules.ts';
import type { EvidenceInput } from './work.type.ts';

/** Proof that may be kept: not too much, each file once, nothing taken in the future. @throws HubError VALIDATION_FAILED with the field */
export async function requireEvidence(ctx: CommandContext, evidence: readonly EvidenceInput[]): Promise<void> {
  if (evidence.length > MOST_EVIDENCE) throw refuse('VALIDATION_FAILED', { field: ['evidence'], details: { limit: MOST_EVIDENCE } });
  const today = dateIn(ctx.at);
  const seen = new Set<string>();
  for (const [index, { fileId, takenOn }] of evidence.entries()) {
    const at = ['evidence', String(index)];
    if (isBlank(fileId) || seen.has(fileId)) throw refuse('VALIDATION_FAILED', { field: [...at, 'fileId'] });
    if (takenOn && takenOn > today) throw refuse('VALIDATION_FAILED', { field: [...at, 'takenOn'] });
    seen.add(fileId);
  }
}

/** Proof of the work as it is read. */
export interface EvidenceRow {
  caseId: string;
  kind: 'BEFORE' | 'AFTER' | 'DOCUMENT';
  fileId: string;
  takenOn: string | null;
}

const evidenceByCase = batched<string, EvidenceRow[]>(async (ctx, caseIds) => {
  const rows = await ctx.rows<EvidenceRow>(
    `select case_id as "caseId", kind, file_id as "fileId", taken_on as "takenOn" from case_evidence where case_id = any($1)
     order by case_id, added_at, id`,
    [caseIds],
  );
  return Map.groupBy(rows, (row) => row.caseId);
});
/** The proofs of a case in the order in which they came. */
export const evidenceOf = async (ctx: Context, caseId: string): Promise<EvidenceRow[]> => (await evidenceByCase(ctx, caseId)) ?? [];

/** Who sees a case reads its proofs (§10.4). */
export const mayReadEvidence = async (ctx: Context, { objectType, objectId }: FileLink): Promise<boolean> =>
  objectType === 'Case' && (await caseById(ctx, objectId)) !== null;
