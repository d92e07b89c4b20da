import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { HOLDS, IN_COMMUNITIES, OF_OWN_ORGANIZATION, rowSecurity } from '../../../shared/src/row-policy.ts';

export const SERVICE_CATEGORIES = [
  'ELDERLY_CARE',
  'DISABILITY',
  'CHILDREN',
  'ENVIRONMENT',
  'ORDER',
  'CULTURE',
  'SPORTS',
  'LEGAL',
  'MEDIATION',
  'HEALTH',
  'REPAIR',
  'DIGITAL_HELP',
  'EMERGENCY',
  'PARTY_SERVICE',
  'OTHER',
] as const;
export const BENEFICIARY_GROUPS = ['ELDERS', 'CHILDREN', 'DISABLED_PERSONS', 'FAMILIES', 'ALL_RESIDENTS', 'COMPOUND'] as const;
export const ACTIVITY_STATUSES = ['DRAFT', 'OPEN', 'RUNNING', 'FINISHED', 'RECORDED', 'CANCELLED'] as const;
export const RISK_LEVELS = ['ORDINARY', 'HAZARDOUS'] as const;

/** SQL: an activity that the caller may make and change: one of his organization, or of his community's staff (§5.5). */
const OWN_OR_STAFF = (activity: string): string =>
  `((${HOLDS('ORG_REPRESENTATIVE')} and ${OF_OWN_ORGANIZATION(`${activity}organizer_id`)})
      or (${HOLDS('COMMUNITY_STAFF')} and ${IN_COMMUNITIES(`${activity}community_id`)}))`;

/** A volunteer activity (志愿服务活动), §5.2; belongs to the community in which it takes place. */
export const Activity = defineEntity({
  name: 'Activity',
  tableName: 'activity',
  properties: {
    id: p.text().primary(),
    title: p.text(),
    organizerId: p.text(),
    communityId: p.text(),
    compoundId: p.text().nullable().index(),
    venueId: p.text().nullable().index(),
    lat: p.double().nullable(),
    lng: p.double().nullable(),
    category: p.enum(SERVICE_CATEGORIES),
    description: p.text(),
    beneficiaries: p.enum(BENEFICIARY_GROUPS).nullable(),
    status: p.enum(ACTIVITY_STATUSES),
    riskLevel: p.enum(RISK_LEVELS),
    insured: p.boolean(),
    /** The policy that `insured` speaks of. */
    insuranceFileId: p.text().nullable(),
    /** Are coins awarded for it? */
    withCoins: p.boolean().default(false),
    /** First shift's start and last shift's end, kept with the shifts. */
    startsAt: p.datetime(6),
    endsAt: p.datetime(6),
    version: p.integer().default(1),
  },
  indexes: [{ properties: ['communityId', 'startsAt'] }, { properties: ['organizerId', 'startsAt'] }, { properties: ['startsAt', 'id'] }],
  checks: [{ name: 'activity_hazard_insured', expression: `risk_level = 'ORDINARY' or insured or status in ('DRAFT', 'CANCELLED')` }],
  ...rowSecurity('volunteers', 'true', OWN_OR_STAFF('')),
});
export type Activity = InferEntity<typeof Activity>;

/** One time slot of an activity (班次). */
export const Shift = defineEntity({
  name: 'Shift',
  tableName: 'shift',
  properties: {
    id: p.text().primary(),
    activityId: p.text().index(),
    startsAt: p.datetime(6),
    endsAt: p.datetime(6),
    capacity: p.integer(),
    minAge: p.integer().nullable(),
    checkInMethods: p.array(),
    /** Coefficients of the coins that apply, fixed before sign-ups open. */
    coefficients: p.array().default([]),
  },
  checks: [{ name: 'shift_order', expression: 'starts_at < ends_at and capacity > 0' }],
  ...rowSecurity('volunteers', 'true', `exists (select 1 from activity a where a.id = activity_id and ${OWN_OR_STAFF('a.')})`),
});

export const activityEntities = [Activity, Shift];
