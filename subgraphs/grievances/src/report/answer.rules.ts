import type { HubError } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';
import type { ContactLevel, FollowUpParty, ResolvedAnswer } from './follow-up.type.ts';

// The answer of a follow-up (回访), §7.2: never by the handler.

export interface Answer {
  readonly contacted: ContactLevel;
  readonly resolved?: ResolvedAnswer | null;
  readonly satisfaction?: number | null;
  readonly comment?: string | null;
}

const COMMENT_LIMIT = 1_000;
const isRating = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 5;

/**
 * Who was reached says whether it was resolved, nobody else does. ANONYMOUS is found by the system alone, and a reporter cannot tell of himself
 * that he was not reached.
 */
export function answerFaults({ contacted, resolved, satisfaction, comment }: Answer, by: FollowUpParty): HubError[] {
  const faults: HubError[] = [];
  if (contacted === 'ANONYMOUS' || (contacted === 'UNREACHABLE' && by === 'SELF_SERVICE')) {
    faults.push(refuse('VALIDATION_FAILED', { field: ['contacted'], details: { contacted } }));
  }
  if ((contacted === 'REACHED') !== (resolved != null))
    faults.push(refuse('VALIDATION_FAILED', { field: ['resolved'], details: { contacted } }));
  if (satisfaction != null && (contacted !== 'REACHED' || !isRating(satisfaction))) {
    faults.push(refuse('VALIDATION_FAILED', { field: ['satisfaction'], details: { least: 1, most: 5 } }));
  }
  if ((comment ?? '').length > COMMENT_LIMIT)
    faults.push(refuse('VALIDATION_FAILED', { field: ['comment'], details: { limit: COMMENT_LIMIT } }));
  return faults;
}
