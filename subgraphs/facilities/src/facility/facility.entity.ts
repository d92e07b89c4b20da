import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { HOLDS, IN_COMMUNITIES, OF_OWN_ORGANIZATION, rowSecurity } from '../../../shared/src/row-policy.ts';
import { span } from '../../../shared/src/span.entity.ts';
import { HOLIDAY_POLICIES, type OpeningExceptionRow, type OpeningRuleRow } from './opening.rules.ts';

export const FACILITY_KINDS = [
  'PARTY_MASS_SERVICE_CENTRE',
  'NEIGHBOURHOOD_CENTRE',
  'COMMUNITY_SERVICE_STATION',
  'ELDERLY_DAY_CARE',
  'CANTEEN',
  'CHILDCARE',
  'HEALTH_STATION',
  'CULTURE_STATION',
  'LIBRARY',
  'SPORTS',
  'MEDIATION_ROOM',
  'VOLUNTEER_STATION',
  'ACTIVITY_ROOM',
  'CONVENIENCE_POINT',
  'OUTDOOR_SPACE',
  'OTHER',
] as const;
export const PROVISION_MODES = ['NEW_BUILD', 'RENOVATION', 'PURCHASE', 'PROJECT_ALLOCATION', 'RESOURCE_INTEGRATION', 'OTHER'] as const;
export const FACILITY_STATUSES = ['PLANNED', 'UNDER_CONSTRUCTION', 'OPEN', 'TEMPORARILY_CLOSED', 'CLOSED'] as const;
export const TENURES = ['OWNED', 'LEASED', 'BORROWED', 'SHARED'] as const;
export const AREA_MEASURES = ['GROSS', 'USABLE'] as const;

/** SQL: the caller keeps this facility (§6.5): staff of its place, its operator, or the process itself. */
const keeps = (facility: string): string =>
  `((${HOLDS('COMMUNITY_STAFF', 'STREET_STAFF')} and ${IN_COMMUNITIES(`${facility}community_id`)})
    or (${HOLDS('DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE')} and ${OF_OWN_ORGANIZATION(`${facility}operator_id`)})
    or ${HOLDS('SERVICE')})`;

/** Everybody reads; who keeps the facility writes what belongs to it. */
const asItsFacility = (table: string) =>
  rowSecurity('facilities', 'true', `exists (select 1 from facility f where f.id = ${table}.facility_id and ${keeps('f.')})`);

/** A place that serves residents (服务设施), §6.1; belongs to the community in which it stands. */
export const Facility = defineEntity({
  name: 'Facility',
  tableName: 'facility',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    communityId: p.text().index(),
    compoundId: p.text().nullable(),
    operatorId: p.text().nullable().index(),
    ownerId: p.text().nullable(),
    functions: p.array(),
    provisionMode: p.enum(PROVISION_MODES),
    openedOn: p.date().nullable(),
    closedOn: p.date().nullable(),
    address: p.text(),
    floor: p.text().nullable(),
    // What makes it usable for everybody; null is unknown. Step-free access is dated, see the state.
    lift: p.boolean().nullable(),
    accessibleToilet: p.boolean().nullable(),
    inductionLoop: p.boolean().nullable(),
    brailleSigns: p.boolean().nullable(),
    wheelchairLoan: p.boolean().nullable(),
    parking: p.boolean().nullable(),
    accessibilityCheckedOn: p.date().nullable(),
    version: p.integer().default(1),
  },
  ...rowSecurity('facilities', 'true', keeps('')),
});
export type Facility = InferEntity<typeof Facility>;

/** A point as somebody gave it. */
export interface GivenPoint {
  lat: number;
  lng: number;
  crs: string;
}
const PRECISIONS = ['ENTRANCE', 'BUILDING', 'COMPOUND', 'COMMUNITY'] as const;

const area = () => p.decimal('string').precision(12).scale(2).nullable();

// That of one facility no two rows hold on the same day is a constraint written by hand, in migration 0002.

/** What a figure reads of a facility on a day (§6.1): whole dated rows. m². */
export const FacilityState = defineEntity({
  name: 'FacilityState',
  tableName: 'facility_state',
  properties: {
    facilityId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    status: p.enum(FACILITY_STATUSES),
    kind: p.enum(FACILITY_KINDS),
    grossArea: area(),
    usableArea: area(),
    activityArea: area(),
    activityBasis: p.enum(AREA_MEASURES).nullable(),
    countsTowardStandard: p.boolean(),
    tenure: p.enum(TENURES),
    leaseFrom: p.date().nullable(),
    /** Last day of the lease, counted through it. */
    leaseTo: p.date().nullable(),
    servesCompounds: p.array(),
    /** WGS-84. */
    lat: p.double().nullable(),
    lng: p.double().nullable(),
    /** As it was given: degrees in the system of `crs`. */
    locationGiven: p.json<GivenPoint>().nullable(),
    locationPrecision: p.enum(PRECISIONS).nullable(),
    stepFree: p.boolean().nullable(),
    // Opening hours; rules null: not recorded.
    openingRules: p.json<OpeningRuleRow[]>().nullable(),
    openingOsm: p.text().nullable(),
    onStatutoryHoliday: p.enum(HOLIDAY_POLICIES).default('CLOSED'),
    onMakeUpWorkday: p.enum(HOLIDAY_POLICIES).default('AS_WEEKDAY'),
    openingExceptions: p.json<OpeningExceptionRow[]>().nullable(),
    openingNote: p.text().nullable(),
  },
  checks: [
    { name: 'facility_state_areas', expression: 'usable_area is null or gross_area is null or usable_area <= gross_area' },
    { name: 'facility_state_activity', expression: '(activity_area is null) = (activity_basis is null)' },
    { name: 'facility_state_lease', expression: `tenure = 'OWNED' or (lease_from is not null and lease_to is not null)` },
    { name: 'facility_state_point', expression: '(lat is null) = (lng is null)' },
  ],
  ...asItsFacility('facility_state'),
});

/** How its area is shared among communities (分摊), as of days; the sum of a day is at most 1. */
export const FacilityShare = defineEntity({
  name: 'FacilityShare',
  tableName: 'facility_share',
  properties: {
    facilityId: p.text().primary(),
    communityId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    share: p.decimal('string').precision(7).scale(6),
  },
  indexes: [{ properties: ['communityId', 'validFrom'] }],
  checks: [{ name: 'facility_share_part', expression: 'share > 0 and share <= 1' }],
  ...asItsFacility('facility_share'),
});

/** An organization confirmed on a day that the entry is right (台账核实). */
export const FacilityAssurance = defineEntity({
  name: 'FacilityAssurance',
  tableName: 'facility_assurance',
  properties: { facilityId: p.text().primary(), on: p.date().primary(), organizationId: p.text() },
  ...asItsFacility('facility_assurance'),
});

/** A room or ground inside a facility (空间), or several joined: then it `combines` them and has no area of its own. */
export const Space = defineEntity({
  name: 'Space',
  tableName: 'space',
  properties: {
    id: p.text().primary(),
    facilityId: p.text().index(),
    name: p.text(),
    usableArea: area(),
    residentActivity: p.boolean(),
    capacity: p.integer().nullable(),
    bookable: p.boolean(),
    equipment: p.array(),
    combines: p.array(),
    version: p.integer().default(1),
  },
  checks: [{ name: 'space_area', expression: `combines = '{}' or usable_area is null` }],
  ...asItsFacility('space'),
});

/**
 * What a space was to a figure on the days before `until`, back to the row before (§6.1, dated state); what it is from the last such day on
 * stands in the space itself. Written by the command that makes or changes a space, on its day.
 */
export const SpacePast = defineEntity({
  name: 'SpacePast',
  tableName: 'space_past',
  properties: {
    spaceId: p.text().primary(),
    until: p.date().primary(),
    /** False too where it was not there yet. */
    isRoom: p.boolean(),
    usableArea: area(),
    residentActivity: p.boolean(),
  },
  ...rowSecurity(
    'facilities',
    'true',
    `exists (select 1 from space p join facility f on f.id = p.facility_id where p.id = space_past.space_id and ${keeps('f.')})`,
  ),
});

export const facilityEntities = [Facility, FacilityState, FacilityShare, FacilityAssurance, Space, SpacePast];
