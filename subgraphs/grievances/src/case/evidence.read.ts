import type { CommandContext } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { refuse } from '../errors.ts';
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
