import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { HOLDS, OF_OWN_SUBJECT, rowSecurity } from '../../../shared/src/row-policy.ts';
import { span } from '../../../shared/src/span.entity.ts';

export const VOLUNTEER_STATUSES = ['PENDING_CONSENT', 'ACTIVE', 'PAUSED', 'LEFT'] as const;
export const AGE_BANDS = ['UNDER_14', 'FROM_14_TO_17', 'ADULT'] as const;

/** SQL: the caller registers others at their request (P8). */
const ASSISTS = HOLDS('ORG_REPRESENTATIVE', 'COMMUNITY_STAFF');

/**
 * A volunteer (志愿者), §5.1. Name, telephone, birth month and guardian are not here but in the vault.
 * Seen by himself, by a recorder whose organization recorded his service, by the auditor (numbers only): nobody lists volunteers.
 */
export const Volunteer = defineEntity({
  name: 'Volunteer',
  tableName: 'volunteer',
  properties: {
    id: p.text().primary(),
    /** 1, 2, 3 …: his place in a bit string. */
    serial: p.integer().unique(),
    /** Unified national number, never the ID card's. */
    number: p.text().unique(),
    displayName: p.text(),
    /** The login that is his, as the credential names it; null without one. */
    subject: p.text().nullable().unique(),
    joinedOn: p.date(),
    ageBand: p.enum(AGE_BANDS),
    guardianConsentOn: p.date().nullable(),
    skills: p.array(),
    version: p.integer().default(1),
  },
  ...rowSecurity(
    'volunteers',
    `${OF_OWN_SUBJECT('subject')} or ${HOLDS('AUDITOR')} or (${HOLDS('ORG_REPRESENTATIVE', 'BANK_OPERATOR')} and id = any ((select recorded_volunteers())::text[]))`,
    // Oneself, or staff for somebody without a login.
    `(${HOLDS('RESIDENT', 'VOLUNTEER')} and ${OF_OWN_SUBJECT('subject')}) or (${ASSISTS} and subject is null)`,
  ),
});
export type Volunteer = InferEntity<typeof Volunteer>;

const ownRow = rowSecurity(
  'volunteers',
  'volunteer_id = (select own_volunteer())',
  `volunteer_id = (select own_volunteer()) or ${ASSISTS}`,
);

/** Home community over time. */
export const VolunteerHome = defineEntity({
  name: 'VolunteerHome',
  tableName: 'volunteer_home',
  properties: { volunteerId: p.text().primary(), validFrom: p.date().primary(), validTo: span.validTo, communityId: p.text() },
  indexes: [{ properties: ['communityId', 'validFrom'] }],
  ...ownRow,
});

/** Status over time. */
export const VolunteerState = defineEntity({
  name: 'VolunteerState',
  tableName: 'volunteer_state',
  properties: {
    volunteerId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    status: p.enum(VOLUNTEER_STATUSES),
  },
  ...ownRow,
});

/** Skills that a volunteer or a shift can name (特长), as configured. */
export const SkillTag = defineEntity({
  name: 'SkillTag',
  tableName: 'skill_tag',
  properties: { code: p.text().primary(), nameZh: p.text(), nameEn: p.text() },
});

export const volunteerEntities = [Volunteer, VolunteerHome, VolunteerState, SkillTag];
