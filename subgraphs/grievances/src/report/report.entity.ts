import { defineEntity, p } from '@mikro-orm/core';
import { HOLDS, IN_COMMUNITIES, OF_OWN_ORGANIZATION, rowSecurity } from '../../../shared/src/row-policy.ts';

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
 * What a resident said (诉求), §7.1, without who said it and where exactly: that is in the vault, with the words as they were written. No type
 * of the graph leads here (S1); the figures count it. Triagers of the place may read it, nobody of the organization that the case is
 * about; who handles the case reads by `caseReports` what the redactor left.
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
    /** A leaf; null when the reporter named none and nobody has triaged it yet. */
    categoryId: p.text().nullable(),
    communityId: p.text(),
    compoundId: p.text().nullable(),
    buildingId: p.text().nullable(),
    /** Number in the hotline's or another system. */
    externalNo: p.text().nullable(),
    receivedAt: p.datetime(6),
    withdrawnAt: p.datetime(6).nullable(),
    /** RESPOND clock: due and first text to the reporter. */
    respondBy: p.datetime(6),
    respondProvisional: p.boolean().default(false),
    respondedAt: p.datetime(6).nullable(),
    /** Title and words without what tells who somebody is; what was really said is in the vault. */
    title: p.text(),
    redactedText: p.text(),
    /** What the redactor was unsure of waits for a person (`REDACTION_INCOMPLETE`), who then has decided. */
    redaction: p.enum(['SURE', 'UNSURE', 'DECIDED'] as const).default('SURE'),
    /** The reporter does not want the case to be published (§7.8). */
    publicationObjectedAt: p.datetime(6).nullable(),
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
    {
      name: 'report_external_no',
      expression: 'create unique index report_external_no on report (channel, external_no) where external_no is not null',
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
    /** Civil day of the last attempt; at most one a day counts. */
    attemptedOn: p.date().nullable(),
    contacted: p.enum(['REACHED', 'UNREACHABLE', 'REFUSED', 'ANONYMOUS'] as const).nullable(),
    resolved: p.enum(['RESOLVED', 'PARTLY', 'NOT_RESOLVED'] as const).nullable(),
    /** 5 非常满意 … 1 非常不满意; null when not said. */
    satisfaction: p.integer().nullable(),
    answeredAt: p.datetime(6).nullable(),
    /** The answer, or when it ended without one; null while it runs. */
    endedAt: p.datetime(6).nullable(),
    /** What the reporter added, redacted. */
    comment: p.text().nullable(),
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

/**
 * Wrong PINs of a receipt, whether it exists or not (§7.1): five within an hour lock it for an hour. Read and written by `receipt_attempt` and
 * `receipt_opened` alone, in transactions of their own, so that they are counted although the request fails.
 */
export const ReceiptGuard = defineEntity({
  name: 'ReceiptGuard',
  tableName: 'receipt_guard',
  properties: {
    receiptNo: p.text().primary(),
    /** Instants of the wrong ones of the last hour, and of those that are being looked at. */
    wrongAt: p.array().columnType('timestamptz[]'),
    lockedUntil: p.datetime(6).nullable(),
    touchedAt: p.datetime(6).index(),
  },
  rowLevelSecurity: true,
});

/** Who read the reports behind a case, when and for which purpose (§7.9, §10.3 S2). Never changed. */
export const ReportAccess = defineEntity({
  name: 'ReportAccess',
  tableName: 'report_access',
  properties: {
    id: p.text().primary(),
    at: p.datetime(6),
    caseId: p.text(),
    organizationId: p.text().nullable(),
    role: p.text(),
    purpose: p.text(),
    /** Whether the words came as they were written. */
    inFull: p.boolean(),
  },
  indexes: [{ properties: ['caseId', 'at', 'id'] }],
  ...rowSecurity('grievances', HOLDS('AUDITOR', 'PRIVACY_OFFICER'), `organization_id is null or ${OF_OWN_ORGANIZATION('organization_id')}`),
});

export const reportEntities = [Report, FollowUp, ReceiptGuard, ReportAccess];
