import { requireCounts } from '../compound/compound.rules.ts';
import { refuse } from '../errors.ts';
import type { OrganizationKind, OrgStatus, PartyOrgLevel, SelfGovernanceKind } from './organization.type.ts';

/** What is asked for, as far as it can be judged by itself (§4.4 Organizations). */
export interface Founding {
  kind: OrganizationKind;
  status: OrgStatus;
  partyLevel: PartyOrgLevel | null;
  selfGovernanceKinds: readonly SelfGovernanceKind[];
  compounds: number;
  buildings: number;
  partyMemberCount: number | null;
  fullMemberCount: number | null;
}

/** Kinds with a level of the Party. */
const PARTY_KINDS: readonly OrganizationKind[] = [
  'STREET_PARTY_WORKING_COMMITTEE',
  'COMMUNITY_PARTY_ORG',
  'COMPOUND_PARTY_BRANCH',
  'BUILDING_PARTY_GROUP',
];
/** The kind that must be above. */
export const PARENT_KINDS: Readonly<Partial<Record<OrganizationKind, OrganizationKind>>> = {
  COMMUNITY_PARTY_ORG: 'STREET_PARTY_WORKING_COMMITTEE',
  COMPOUND_PARTY_BRANCH: 'COMMUNITY_PARTY_ORG',
  BUILDING_PARTY_GROUP: 'COMPOUND_PARTY_BRANCH',
};
const BRANCH = { leastFull: 3, most: 50 };
const GROUP = { least: 3, leastFull: 1 };
const JOINT = { least: 2, most: 5 };

/** The level that an organization has when none is said. */
export function levelOf(kind: OrganizationKind, level: PartyOrgLevel | null | undefined, compounds: number): PartyOrgLevel | null {
  if (level) return level;
  if (kind === 'BUILDING_PARTY_GROUP') return 'GROUP';
  if (kind !== 'COMPOUND_PARTY_BRANCH') return null;
  return compounds > 1 ? 'JOINT_BRANCH' : 'BRANCH';
}

/** @throws HubError VALIDATION_FAILED, BRANCH_TOO_SMALL, JOINT_BRANCH_TOO_WIDE */
export function requireFounding(founding: Founding): void {
  const { kind, status, partyLevel, selfGovernanceKinds, partyMemberCount, fullMemberCount } = founding;
  if (status !== 'PLANNED' && status !== 'ACTIVE') throw refuse('VALIDATION_FAILED', { field: ['status'], details: { status } });
  if (partyLevel && !PARTY_KINDS.includes(kind)) throw refuse('VALIDATION_FAILED', { field: ['partyLevel'], details: { kind } });
  if ((partyLevel === 'GROUP') !== (kind === 'BUILDING_PARTY_GROUP')) {
    throw refuse('VALIDATION_FAILED', { field: ['partyLevel'], details: { kind } });
  }
  if ((kind === 'SELF_GOVERNANCE_GROUP') !== selfGovernanceKinds.length > 0) {
    throw refuse('VALIDATION_FAILED', { field: ['selfGovernanceKinds'], details: { kind } });
  }
  requireCounts({ partyMemberCount, fullMemberCount });
  if (partyMemberCount !== null && fullMemberCount !== null && fullMemberCount > partyMemberCount) {
    throw refuse('VALIDATION_FAILED', { field: ['fullMemberCount'], details: { most: partyMemberCount } });
  }
  requireMembersOfPlaces(founding);
  if (kind === 'COMPOUND_PARTY_BRANCH' && (fullMemberCount ?? 0) < BRANCH.leastFull) {
    throw refuse('BRANCH_TOO_SMALL', { field: ['fullMemberCount'], details: { least: BRANCH.leastFull } });
  }
}

/** How many compounds and buildings a kind has. */
function requireMembersOfPlaces({ kind, partyLevel, compounds, buildings }: Founding): void {
  if ((kind === 'BUILDING_PARTY_GROUP') !== buildings > 0) {
    throw refuse('VALIDATION_FAILED', { field: ['buildingIds'], details: { kind } });
  }
  if (partyLevel === 'JOINT_BRANCH' && compounds > JOINT.most) {
    throw refuse('JOINT_BRANCH_TOO_WIDE', { field: ['compoundIds'], details: { most: JOINT.most } });
  }
  const isWrong =
    (partyLevel === 'JOINT_BRANCH' && compounds < JOINT.least) ||
    (kind === 'COMPOUND_PARTY_BRANCH' && partyLevel !== 'JOINT_BRANCH' && compounds !== 1) ||
    (kind === 'OWNERS_COMMITTEE' && compounds !== 1) ||
    (kind === 'BUILDING_PARTY_GROUP' && compounds > 0);
  if (isWrong) throw refuse('VALIDATION_FAILED', { field: ['compoundIds'], details: { kind, partyLevel } });
}

/** What is doubtful about the size, though it is taken. */
export function doubtsOf({ kind, partyMemberCount, fullMemberCount }: Founding): ('BRANCH_TOO_LARGE' | 'GROUP_TOO_SMALL')[] {
  if (kind === 'COMPOUND_PARTY_BRANCH') return (partyMemberCount ?? fullMemberCount ?? 0) > BRANCH.most ? ['BRANCH_TOO_LARGE'] : [];
  if (kind !== 'BUILDING_PARTY_GROUP') return [];
  return (partyMemberCount ?? 0) < GROUP.least || (fullMemberCount ?? 0) < GROUP.leastFull ? ['GROUP_TOO_SMALL'] : [];
}
