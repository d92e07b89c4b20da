import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { HOLDS, IN_COMMUNITIES, rowSecurity } from '../../../shared/src/row-policy.ts';
import { STATUTORY_CHANNELS, URGENCIES } from '../category/category.entity.ts';
import { CASE_STATES } from './state.rules.ts';

const PAUSE_REASONS = ['WAITING_REPORTER', 'FORCE_MAJEURE', 'SUSPENDED'] as const;

/** SQL: what follows by itself, in a job or behind a command (`CommandContext.asService`). */
export const SYSTEM = HOLDS('SERVICE');
/** SQL: triagers see the cases of their places (§7.1). */
const TRIAGER = (community: string): string =>
  `${HOLDS('COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF')} and ${IN_COMMUNITIES(community)}`;
const MAY_HOLD_ORDERS = HOLDS('DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE');
/** SQL: who has or had an order sees its case. */
const ORDER_HOLDER = `${MAY_HOLD_ORDERS} and id in (select own_order_cases())`;
/** SQL: who works on an order changes its case. */
const WORKS_ON = (id: string): string => `${MAY_HOLD_ORDERS} and ${id} in (select own_open_order_cases())`;
/** SQL: nobody of the organization complained about, whatever his roles (S6). */
const NOT_ABOUT_US = '(subject_organization_id is null or subject_organization_id is distinct from (select hub.organization()))';

/** SQL: a triager of the place of this case, as far as he sees it. */
export const TRIAGES = (caseId: string): string =>
  `exists (select 1 from grievance_case c where c.id = ${caseId} and ${TRIAGER('c.community_id')})`;
/** SQL: the caller may change this case; what hangs on it is changed with it. */
export const CHANGES_CASE = (caseId: string): string =>
  `(${SYSTEM} or exists (select 1 from grievance_case c where c.id = ${caseId} and ((${TRIAGER('c.community_id')}) or (${WORKS_ON('c.id')}))))`;

/** What is being handled (案件), §7.2. One case may serve many reports. */
export const Case = defineEntity({
  name: 'Case',
  tableName: 'grievance_case',
  properties: {
    id: p.text().primary(),
    caseNo: p.text().unique(),
    title: p.text(),
    /** A leaf; null when a report named none and nobody has triaged it yet. */
    categoryId: p.text().nullable(),
    communityId: p.text(),
    compoundId: p.text().nullable().index(),
    state: p.enum(CASE_STATES),
    urgency: p.enum(URGENCIES),
    receivedAt: p.datetime(6),
    ofPublicInterest: p.boolean().default(false),
    ownerId: p.text(),
    /** The organization complained about (被诉单位). */
    subjectOrganizationId: p.text().nullable(),
    summary: p.text().nullable(),
    result: p.text().nullable(),
    suspendedFor: p.enum(['FUNDS', 'LEGISLATION', 'SEASON'] as const).nullable(),
    reviewOn: p.date().nullable(),
    mergedIntoId: p.text().nullable().index(),
    referralChannel: p.enum(STATUTORY_CHANNELS).nullable(),
    referralReason: p.text().nullable(),
    referralInformedAt: p.datetime(6).nullable(),
    referralGuidance: p.text().nullable(),
    reopenCount: p.integer().default(0),
    lastHandledAt: p.datetime(6).nullable(),
    closedAt: p.datetime(6).nullable(),
    version: p.integer().default(1),
  },
  indexes: [
    { properties: ['communityId', 'receivedAt', 'id'] },
    { properties: ['receivedAt', 'id'] },
    { properties: ['ownerId', 'receivedAt', 'id'] },
    // What a board counts, and the cases that figures leave out: both are few among the closed ones.
    {
      name: 'grievance_case_open',
      expression: `create index grievance_case_open on grievance_case (community_id, state)
        where state not in ('CLOSED', 'REFERRED', 'DECLINED', 'MERGED', 'WITHDRAWN')`,
    },
    // What the follow-up looks for every few seconds.
    {
      name: 'grievance_case_handled',
      expression: `create index grievance_case_handled on grievance_case (state, id) where state in ('HANDLED', 'FOLLOW_UP')`,
    },
    {
      name: 'grievance_case_not_counted',
      expression: `create index grievance_case_not_counted on grievance_case (id)
        where state in ('MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN')`,
    },
    {
      name: 'grievance_case_subject',
      expression:
        'create index grievance_case_subject on grievance_case (subject_organization_id, id) where subject_organization_id is not null',
    },
  ],
  checks: [
    { name: 'grievance_case_merged', expression: `(state = 'MERGED') = (merged_into_id is not null) and merged_into_id <> id` },
    { name: 'grievance_case_referral', expression: `(referral_channel is null) = (referral_guidance is null)` },
  ],
  ...rowSecurity(
    'grievances',
    `${SYSTEM} or (${NOT_ABOUT_US} and (${HOLDS('DISTRICT_LEAD')} or (${TRIAGER('community_id')}) or (${ORDER_HOLDER})))`,
    `${SYSTEM} or (${NOT_ABOUT_US} and ((${TRIAGER('community_id')}) or (${WORKS_ON('id')})))`,
  ),
});
export type Case = InferEntity<typeof Case>;

/** What belongs to a case is seen by who sees the case, and changed by who may change it. */
export const asItsCase = (table: string) =>
  rowSecurity('grievances', `exists (select 1 from grievance_case c where c.id = ${table}.case_id)`, CHANGES_CASE(`${table}.case_id`));

/**
 * A clock of a case (时限), §7.3: RESPOND of its earliest report, RESOLVE and FOLLOW_UP of each round of handling. An order's ACCEPT clock is in
 * the order. `due_at` and `warn_at` (80 %) follow from events, policy and calendar by case.rules.ts and are kept for lists and figures.
 */
export const SlaClock = defineEntity({
  name: 'SlaClock',
  tableName: 'sla_clock',
  properties: {
    caseId: p.text().primary(),
    kind: p.enum(['RESPOND', 'RESOLVE', 'FOLLOW_UP'] as const).primary(),
    /** 1, and one more for each reopening. */
    round: p.integer().primary().autoincrement(false),
    communityId: p.text(),
    policyId: p.text(),
    startedAt: p.datetime(6),
    dueAt: p.datetime(6),
    warnAt: p.datetime(6),
    provisional: p.boolean().default(false),
    stoppedAt: p.datetime(6).nullable(),
    /** The case ended without what the clock waited for. */
    cancelledAt: p.datetime(6).nullable(),
    /** While a pause holds: `due_at` is as when it began, and moves on at its end. */
    pausedSince: p.datetime(6).nullable(),
  },
  indexes: [
    {
      name: 'sla_clock_first_resolve',
      expression: `create index sla_clock_first_resolve on sla_clock (community_id, due_at) include (stopped_at, paused_since, case_id)
        where kind = 'RESOLVE' and round = 1`,
    },
    {
      name: 'sla_clock_running',
      expression: `create index sla_clock_running on sla_clock (case_id) include (kind, due_at, warn_at, paused_since)
        where stopped_at is null and cancelled_at is null`,
    },
    {
      name: 'sla_clock_late',
      expression: `create index sla_clock_late on sla_clock (community_id, due_at) include (case_id, kind)
        where stopped_at is null and cancelled_at is null and paused_since is null`,
    },
  ],
  checks: [{ name: 'sla_clock_one_end', expression: 'stopped_at is null or (cancelled_at is null and paused_since is null)' }],
  ...asItsCase('sla_clock'),
});

/** Time that does not count (计时暂停); of the RESOLVE clock alone. */
export const ClockPause = defineEntity({
  name: 'ClockPause',
  tableName: 'clock_pause',
  properties: {
    caseId: p.text().primary(),
    fromAt: p.datetime(6).primary(),
    toAt: p.datetime(6).nullable(),
    /** When it ends by itself; null: by a command alone. */
    untilAt: p.datetime(6).nullable(),
    reason: p.enum(PAUSE_REASONS),
    approvedById: p.text().nullable(),
  },
  indexes: [
    {
      name: 'clock_pause_open',
      expression: 'create index clock_pause_open on clock_pause (until_at) include (case_id) where to_at is null',
    },
  ],
  checks: [{ name: 'clock_pause_order', expression: 'from_at < to_at' }],
  ...asItsCase('clock_pause'),
});

/** A wish for more time (延期申请). */
export const DeadlineExtension = defineEntity({
  name: 'DeadlineExtension',
  tableName: 'deadline_extension',
  properties: {
    id: p.text().primary(),
    caseId: p.text().index(),
    requestedById: p.text(),
    requestedAt: p.datetime(6),
    reason: p.text(),
    granted: p.boolean().nullable(),
    decidedById: p.text().nullable(),
    decidedAt: p.datetime(6).nullable(),
    newDueAt: p.datetime(6).nullable(),
  },
  checks: [{ name: 'deadline_extension_decided', expression: '(granted is null) = (decided_at is null)' }],
  ...asItsCase('deadline_extension'),
});

export const caseEntities = [Case, SlaClock, ClockPause, DeadlineExtension];
