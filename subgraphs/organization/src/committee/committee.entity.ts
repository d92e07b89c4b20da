import { defineEntity, p } from '@mikro-orm/core';
import { span } from '../../../shared/src/span.entity.ts';

/** One term of an owners' committee (业委会届次), §4.4. Its status on a day follows from these days alone, see committee.rules.ts. */
export const OwnersCommittee = defineEntity({
  name: 'OwnersCommittee',
  tableName: 'owners_committee',
  properties: {
    id: p.text().primary(),
    organizationId: p.text(),
    compoundId: p.text(),
    term: p.integer(),
    electedOn: p.date().nullable(),
    /** First day of the term. */
    termStartsOn: p.date().nullable(),
    /** Exclusive. */
    expiresOn: p.date().nullable(),
    filedOn: p.date().nullable(),
    dissolvedOn: p.date().nullable(),
    version: p.integer().default(1),
  },
  uniques: [{ properties: ['organizationId', 'term'] }],
  indexes: [{ properties: ['compoundId', 'expiresOn'] }],
  checks: [
    { name: 'owners_committee_term', expression: `expires_on > term_starts_on and expires_on <= (term_starts_on + '5 years'::interval)` },
    { name: 'owners_committee_filing', expression: 'filed_on >= elected_on' },
  ],
});

/** Members of a committee over time. */
export const CommitteeSeats = defineEntity({
  name: 'CommitteeSeats',
  tableName: 'committee_seats',
  properties: {
    committeeId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    memberCount: p.integer(),
    partyMemberCount: p.integer().nullable(),
  },
  checks: [{ name: 'committee_seats_party', expression: 'party_member_count <= member_count' }],
});

export const committeeEntities = [OwnersCommittee, CommitteeSeats];
