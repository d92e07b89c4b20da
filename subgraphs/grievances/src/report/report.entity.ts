import { defineEntity, p } from '@mikro-orm/core';
import { HOLDS, IN_COMMUNITIES, rowSecurity } from '../../../shared/src/row-policy.ts';

const KINDS = ['CONSULT', 'HELP', 'COMPLAINT', 'SUGGESTION', 'COMMEND', 'DISPUTE'] as const;
const CHANNELS = [
  'MINI_PROGRAM',
  'HOTLINE_12345',
  'COUNTER',
  'NEIGHBOUR_LEAD',
  'GRID_PATROL',
  'JOINT_MEETING',
  'PARTNER_UNIT',
  'PAPER',
  'IMPORT',
] as const;
const STATES = ['RECEIVED', 'IN_HAND', 'SHELVED', 'ANSWERED', 'CLOSED', 'REFERRED', 'DECLINED', 'WITHDRAWN'] as const;

/** SQL: triagers of the place who see the case; and what follows by itself. */
const TRIAGERS = `(${HOLDS('SERVICE')} or (${HOLDS('COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF')} and ${IN_COMMUNITIES('community_id')}
      and exists (select 1 from grievance_case c where c.id = report.case_id)))`;

/**
 * What a resident said (诉求), §7.1. No type of the graph leads here (S1); the figures count it. Who said it is not stored: identities belong to
 * the vault. Triagers of the place may read it, unless the case is about their own organization.
 */
export const Report = defineEntity({
  name: 'Report',
  tableName: 'report',
  properties: {
    id: p.text().primary(),
    receiptNo: p.text().unique(),
    kind: p.enum(KINDS),
    channel: p.enum(CHANNELS),
    anonymity: p.enum(['NAMED_TO_CHAIN', 'ANONYMOUS_WITH_RECEIPT', 'FULLY_ANONYMOUS'] as const),
    state: p.enum(STATES),
    categoryId: p.text(),
    communityId: p.text(),
    compoundId: p.text().nullable(),
    receivedAt: p.datetime(6),
    withdrawnAt: p.datetime(6).nullable(),
    /** RESPOND clock: due and first text to the reporter. */
    respondBy: p.datetime(6),
    respondProvisional: p.boolean().default(false),
    respondedAt: p.datetime(6).nullable(),
    title: p.text(),
    redactedText: p.text(),
    /** The case that it follows now; after a merge the one merged into. */
    caseId: p.text().index(),
    /** The case that it opened or was added to. */
    originCaseId: p.text(),
  },
  indexes: [
    {
      name: 'report_received',
      expression: 'create index report_received on report (community_id, received_at) include (kind, state, category_id, channel)',
    },
    {
      name: 'report_respond_by',
      expression:
        'create index report_respond_by on report (community_id, respond_by) include (kind, state, responded_at, category_id, channel)',
    },
  ],
  ...rowSecurity('grievances', TRIAGERS, TRIAGERS),
});

/** Follow-up of one report (回访), one per round of handling; never by the handler. */
export const FollowUp = defineEntity({
  name: 'FollowUp',
  tableName: 'follow_up',
  properties: {
    reportId: p.text().primary(),
    round: p.integer().primary().autoincrement(false),
    communityId: p.text(),
    askedAt: p.datetime(6),
    askedBy: p.enum(['HOTLINE', 'STREET_OTHER_UNIT', 'SELF_SERVICE'] as const),
    attempts: p.integer(),
    contacted: p.enum(['REACHED', 'UNREACHABLE', 'REFUSED', 'ANONYMOUS'] as const).nullable(),
    resolved: p.enum(['RESOLVED', 'PARTLY', 'NOT_RESOLVED'] as const).nullable(),
    /** 5 非常满意 … 1 非常不满意; null when not said. */
    satisfaction: p.integer().nullable(),
    answeredAt: p.datetime(6).nullable(),
    /** The answer, or when it ended without one; null while it runs. */
    endedAt: p.datetime(6).nullable(),
  },
  indexes: [
    {
      name: 'follow_up_ended',
      expression:
        'create index follow_up_ended on follow_up (community_id, ended_at) include (answered_at, resolved, satisfaction, contacted, round, report_id)',
    },
    // Whether a round was the last is asked of every follow-up; only a tenth has a later one.
    {
      name: 'follow_up_later',
      expression: 'create index follow_up_later on follow_up (report_id, round) include (answered_at) where round > 1',
    },
  ],
  checks: [
    { name: 'follow_up_satisfaction', expression: 'satisfaction >= 1 and satisfaction <= 5' },
    {
      name: 'follow_up_answer',
      expression: '(answered_at is null) = (resolved is null) and (answered_at is null or ended_at = answered_at)',
    },
  ],
  ...rowSecurity(
    'grievances',
    'exists (select 1 from report r where r.id = follow_up.report_id)',
    'exists (select 1 from report r where r.id = follow_up.report_id)',
  ),
});

export const reportEntities = [Report, FollowUp];
