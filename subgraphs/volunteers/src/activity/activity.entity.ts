import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

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
    /** First shift's start and last shift's end, kept with the shifts. */
    startsAt: p.datetime(6),
    endsAt: p.datetime(6),
    version: p.integer().default(1),
  },
  indexes: [{ properties: ['communityId', 'startsAt'] }, { properties: ['organizerId', 'startsAt'] }, { properties: ['startsAt', 'id'] }],
  checks: [{ name: 'activity_hazard_insured', expression: `risk_level = 'ORDINARY' or insured or status in ('DRAFT', 'CANCELLED')` }],
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
  },
  checks: [{ name: 'shift_order', expression: 'starts_at < ends_at and capacity > 0' }],
});

export const activityEntities = [Activity, Shift];
