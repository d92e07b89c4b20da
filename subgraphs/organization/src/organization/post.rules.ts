import { refuse } from '../errors.ts';
import type { PostCode } from './organization.type.ts';

/** Posts whose holder's membership of the Party a rule needs (RED-1). */
const PARTY_KNOWN: readonly PostCode[] = ['PARTY_SECRETARY', 'OC_CHAIR', 'OC_VICE_CHAIR'];

/** Posts that end with the committee's term. */
export const isOfCommittee = (code: PostCode): boolean => code.startsWith('OC_');

/** @throws HubError VALIDATION_FAILED for Party membership of anybody else (it is never stored) */
export function requirePartyMembershipNeeded(code: PostCode, isPartyMember: boolean | null | undefined): void {
  if (isPartyMember === null || isPartyMember === undefined || PARTY_KNOWN.includes(code)) return;
  throw refuse('VALIDATION_FAILED', { field: ['isPartyMember'], details: { codes: PARTY_KNOWN } });
}
