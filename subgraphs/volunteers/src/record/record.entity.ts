import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { HOLDS, IN_COMMUNITIES, OF_OWN_ORGANIZATION, rowSecurity } from '../../../shared/src/row-policy.ts';
import { SERVICE_CATEGORIES } from '../activity/activity.entity.ts';

export const RECORD_STATUSES = ['DRAFT', 'NOTICED', 'DISPUTED', 'CONFIRMED', 'CORRECTED', 'VOIDED'] as const;
export const EVALUATIONS = ['AIM_MET', 'AIM_PARTLY_MET', 'AIM_NOT_MET'] as const;
export const SYNC_STATES = ['PENDING', 'SENT', 'ACCEPTED', 'REJECTED'] as const;

/**
 * A volunteer service record (志愿服务记录), §5.2: made by the organization that ran the activity, immutable once confirmed, corrected by a new
 * one. Seen by the volunteer, by the recorder's organization, by the bank operator once confirmed in his street, by the auditor.
 */
export const ServiceRecord = defineEntity({
  name: 'ServiceRecord',
  tableName: 'service_record',
  properties: {
    id: p.text().primary(),
    volunteerId: p.text(),
    activityId: p.text().index(),
    /** Community and category of the activity. */
    communityId: p.text(),
    category: p.enum(SERVICE_CATEGORIES),
    recorderId: p.text(),
    /** As the recorder calls it; null where only the activity's title is known. */
    projectName: p.text().nullable(),
    on: p.date(),
    place: p.text(),
    startsAt: p.datetime(6),
    endsAt: p.datetime(6),
    /** Service time without travel, rounded down to 5. */
    minutes: p.integer(),
    content: p.text(),
    responsible: p.text().nullable(),
    recordedBy: p.text(),
    evaluation: p.enum(EVALUATIONS).nullable(),
    status: p.enum(RECORD_STATUSES),
    noticeFrom: p.date().nullable(),
    noticeTo: p.date().nullable(),
    /** Kept when the record is corrected or voided later. */
    confirmedAt: p.datetime(6).nullable(),
    /** Of an open dispute, without names. */
    disputeReason: p.text().nullable(),
    /** Login of who opened it, so that he does not settle it himself. */
    disputedBy: p.text().nullable(),
    coefficients: p.array().default([]),
    correctsId: p.text().nullable().unique(),
    nationalSync: p.enum(SYNC_STATES).nullable(),
    nationalSyncReason: p.text().nullable(),
    version: p.integer().default(1),
  },
  indexes: [
    { properties: ['communityId', 'on'] },
    { properties: ['recorderId', 'on', 'id'] },
    { properties: ['volunteerId', 'on', 'id'] },
    // What the figures of confirmed service read, without touching the table.
    {
      name: 'service_record_confirmed',
      expression: `create index service_record_confirmed on service_record (community_id, "on") include (category, minutes, volunteer_id) where status = 'CONFIRMED'`,
    },
  ],
  checks: [
    { name: 'service_record_minutes', expression: 'minutes > 0 and minutes % 5 = 0' },
    { name: 'service_record_confirmed_at', expression: `status <> 'CONFIRMED' or confirmed_at is not null` },
  ],
  ...rowSecurity(
    'volunteers',
    `volunteer_id = (select own_volunteer()) or ${HOLDS('AUDITOR')}
      or (${HOLDS('ORG_REPRESENTATIVE')} and ${OF_OWN_ORGANIZATION('recorder_id')})
      or (${HOLDS('BANK_OPERATOR')} and status = 'CONFIRMED' and ${IN_COMMUNITIES('community_id')})`,
    // Only the organization that ran the activity records (谁记录谁证明).
    `(${HOLDS('ORG_REPRESENTATIVE')} and ${OF_OWN_ORGANIZATION('recorder_id')}
      and exists (select 1 from activity a where a.id = activity_id and a.organizer_id = recorder_id))`,
  ),
});
export type ServiceRecord = InferEntity<typeof ServiceRecord>;

export const recordEntities = [ServiceRecord];
