import { defineEntity, p } from '@mikro-orm/core';
import { HOLDS, rowSecurity } from '../../../shared/src/row-policy.ts';
import { span } from '../../../shared/src/span.entity.ts';

export const ORGANIZATION_KINDS = [
  'STREET_PARTY_WORKING_COMMITTEE',
  'COMMUNITY_PARTY_ORG',
  'COMPOUND_PARTY_BRANCH',
  'BUILDING_PARTY_GROUP',
  'RESIDENTS_COMMITTEE',
  'OWNERS_COMMITTEE',
  'PROPERTY_MANAGEMENT_COMMITTEE',
  'PROPERTY_COMPANY',
  'DEPARTMENT',
  'STREET_OFFICE',
  'STATIONED_UNIT',
  'SOCIAL_ORGANIZATION',
  'VOLUNTEER_TEAM',
  'MERCHANT',
  'SELF_GOVERNANCE_GROUP',
  'MEDIATION_COMMITTEE',
  'OTHER',
] as const;
export const PARTY_LEVELS = ['COMMITTEE', 'GENERAL_BRANCH', 'BRANCH', 'JOINT_BRANCH', 'GROUP'] as const;
export const ORGANIZATION_STATUSES = ['PLANNED', 'ACTIVE', 'SUSPENDED', 'DISSOLVED'] as const;
export const POST_CODES = [
  'PARTY_SECRETARY',
  'DEPUTY_SECRETARY',
  'COMMITTEE_MEMBER',
  'GROUP_LEADER',
  'OC_CHAIR',
  'OC_VICE_CHAIR',
  'OC_MEMBER',
  'RC_DIRECTOR',
  'PROPERTY_MANAGER',
  'NEIGHBOUR_LEAD',
  'BUILDING_STEWARD',
  'MEDIATOR',
  'LIAISON',
] as const;
export const APPOINT_METHODS = ['ELECTED', 'APPOINTED', 'CO_OPTED', 'RECOMMENDED'] as const;

/** SQL: the caller may change an organization of this place; one without a place is the district's. The function is in the migrations. */
const writesAt = (area: string): string =>
  `(${HOLDS('DISTRICT_LEAD', 'REGISTRAR', 'SERVICE')} or ${area} = any ((select places_in_scope())::text[]))`;
/** SQL: the caller may change what belongs to an organization. */
export const ofOrganization = (id: string): string =>
  `exists (select 1 from organization o where o.id = ${id} and ${writesAt('o.area_id')})`;

/** An organization of any kind (§4.1). Counts of Party members only; no roster is ever stored. */
export const Organization = defineEntity({
  name: 'Organization',
  tableName: 'organization',
  properties: {
    id: p.text().primary(),
    kind: p.enum(ORGANIZATION_KINDS),
    name: p.text(),
    uscc: p.text().nullable().unique(),
    partyLevel: p.enum(PARTY_LEVELS).nullable(),
    selfGovernanceKinds: p.array().default([]),
    parentId: p.text().nullable().index(),
    areaId: p.text().nullable().index(),
    foundedOn: p.date().nullable(),
    dissolvedOn: p.date().nullable(),
    partyMemberCount: p.integer().nullable(),
    fullMemberCount: p.integer().nullable(),
    address: p.text().nullable(),
    /** Not published; masked on the way out, staff only. */
    phone: p.text().nullable(),
    /** Published number of a service point. */
    servicePhone: p.text().nullable(),
    hours: p.text().nullable(),
    version: p.integer().default(1),
  },
  checks: [{ name: 'organization_members', expression: 'full_member_count <= party_member_count' }],
  ...rowSecurity('organization', 'true', writesAt('area_id')),
});

/** Status of an organization over time. */
export const OrganizationState = defineEntity({
  name: 'OrganizationState',
  tableName: 'organization_state',
  properties: {
    organizationId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    status: p.enum(ORGANIZATION_STATUSES),
  },
  ...rowSecurity('organization', 'true', ofOrganization('organization_state.organization_id')),
});

/** Compounds of a branch (several: a joint one), an owners' committee or a property company over time. */
export const OrganizationCompound = defineEntity({
  name: 'OrganizationCompound',
  tableName: 'organization_compound',
  properties: {
    organizationId: p.text().primary(),
    compoundId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
  },
  indexes: [{ properties: ['compoundId', 'validFrom'] }],
  ...rowSecurity('organization', 'true', ofOrganization('organization_compound.organization_id')),
});

/** A post with its seats (职务). */
export const Post = defineEntity({
  name: 'Post',
  tableName: 'post',
  properties: {
    id: p.text().primary(),
    organizationId: p.text().index(),
    code: p.enum(POST_CODES),
    seats: p.integer(),
    version: p.integer().default(1),
  },
  uniques: [{ properties: ['organizationId', 'code'] }],
  checks: [{ name: 'post_seats', expression: 'seats > 0' }],
});

/** A holder of public posts, in his public capacity; what is not public of him stands in `OfficeholderContact`. */
export const Officeholder = defineEntity({
  name: 'Officeholder',
  tableName: 'officeholder',
  properties: {
    id: p.text().primary(),
    /** Surname and title, e.g. 王书记. */
    publicName: p.text(),
    version: p.integer().default(1),
  },
});

/** A term in a post. Chair and secretary are joined by holder id, never by name (§4.4). */
export const Appointment = defineEntity({
  name: 'Appointment',
  tableName: 'appointment',
  properties: {
    id: p.text().primary(),
    postId: p.text().index(),
    officeholderId: p.text().index(),
    method: p.enum(APPOINT_METHODS),
    /** Secretaries, chairs and vice-chairs only; null is unknown. */
    isPartyMember: p.boolean().nullable(),
    ...span,
    version: p.integer().default(1),
  },
  ...rowSecurity(
    'organization',
    'true',
    `exists (select 1 from post p where p.id = appointment.post_id and ${ofOrganization('p.organization_id')})`,
  ),
});

/** The district, and staff whose scope holds the place of one of the holder's posts (§4.2); the function is in the migrations. */
const READERS = `${HOLDS('DISTRICT_LEAD', 'REGISTRAR')} or officeholder_id = any ((select holders_in_scope())::text[])`;

/** Full name and work number of an officeholder (privacy §10.2, C1): staff of the place only, kept by the database. */
export const OfficeholderContact = defineEntity({
  name: 'OfficeholderContact',
  tableName: 'officeholder_contact',
  properties: {
    officeholderId: p.text().primary(),
    fullName: p.text(),
    workPhone: p.text().nullable(),
  },
  ...rowSecurity('organization', READERS),
});

export const organizationEntities = [
  Organization,
  OrganizationState,
  OrganizationCompound,
  Post,
  Officeholder,
  OfficeholderContact,
  Appointment,
];
