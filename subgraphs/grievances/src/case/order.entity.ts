import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { OF_OWN_ORGANIZATION, rowSecurity } from '../../../shared/src/row-policy.ts';
import { URGENCIES, URGENCY_RANK } from '../category/category.entity.ts';
import { SYSTEM, TRIAGES } from './case.entity.ts';

/** A dispatch order to one organization (派遣单), §7.2, with its ACCEPT clock. Seen by who sees its case. */
export const DispatchOrder = defineEntity({
  name: 'DispatchOrder',
  tableName: 'dispatch_order',
  properties: {
    id: p.text().primary(),
    caseId: p.text().index(),
    communityId: p.text(),
    /** The case's, for the worklist. */
    urgency: p.enum(URGENCIES),
    toId: p.text(),
    dispatcherId: p.text(),
    role: p.enum(['LEAD', 'ASSIST'] as const),
    status: p.enum(['SENT', 'ACCEPTED', 'RETURNED', 'ESCALATED', 'DONE', 'CANCELLED'] as const),
    policyId: p.text(),
    dispatchedAt: p.datetime(6),
    acceptBy: p.datetime(6),
    /** 80 % of the time to accept. */
    acceptWarnAt: p.datetime(6),
    acceptProvisional: p.boolean().default(false),
    acceptedAt: p.datetime(6).nullable(),
    startedAt: p.datetime(6).nullable(),
    returnedAt: p.datetime(6).nullable(),
    returnReason: p.enum(['NOT_OUR_DUTY', 'WRONG_AREA', 'MISSING_INFORMATION', 'DUPLICATE', 'STATUTORY_CHANNEL'] as const).nullable(),
    returnNote: p.text().nullable(),
    proposedId: p.text().nullable(),
    superiorId: p.text().nullable(),
    handlerId: p.text().nullable(),
    contactNeeded: p.boolean().default(false),
    returnForbidden: p.boolean().default(false),
    /** The rule that chose this organization. */
    ruleId: p.text().nullable(),
    /** The order that nobody accepted, in place of which this one was sent to the superior. */
    escalatesId: p.text().nullable(),
    /** The LEAD asked the street to shelve the case. */
    suspensionWanted: p.enum(['FUNDS', 'LEGISLATION', 'SEASON'] as const).nullable(),
    /** `accept_by` until accepted, then the due time of the case's RESOLVE clock. */
    dueAt: p.datetime(6),
    /** DONE, CANCELLED or ESCALATED. */
    endedAt: p.datetime(6).nullable(),
    result: p.text().nullable(),
    version: p.integer().default(1),
  },
  indexes: [
    // What Organization.caseload counts, and the cases that its staff see.
    {
      name: 'dispatch_order_of_organization',
      expression: `create index dispatch_order_of_organization on dispatch_order (to_id, dispatched_at)
        include (case_id, role, status, accept_by, accepted_at, returned_at, ended_at, due_at)`,
    },
    { properties: ['dueAt', 'id'] },
    // The few open ones among many, and the most urgent first.
    { properties: ['status', 'dueAt', 'id'] },
    {
      name: 'dispatch_order_urgency',
      expression: `create index dispatch_order_urgency on dispatch_order ((${URGENCY_RANK('urgency')}), due_at, id)`,
    },
    { properties: ['dispatchedAt', 'id'] },
    { properties: ['communityId', 'dueAt', 'id'] },
    {
      name: 'dispatch_order_one_lead',
      expression: `create unique index dispatch_order_one_lead on dispatch_order (case_id) where role = 'LEAD' and status in ('SENT', 'ACCEPTED')`,
    },
    {
      name: 'dispatch_order_waiting',
      expression: `create index dispatch_order_waiting on dispatch_order (accept_by) where status = 'SENT'`,
    },
  ],
  checks: [
    { name: 'dispatch_order_returned', expression: `(status = 'RETURNED') = (returned_at is not null)` },
    { name: 'dispatch_order_ended', expression: `(status in ('DONE', 'CANCELLED', 'ESCALATED')) = (ended_at is not null)` },
  ],
  ...rowSecurity(
    'grievances',
    'exists (select 1 from grievance_case c where c.id = dispatch_order.case_id)',
    `(${SYSTEM} or ${OF_OWN_ORGANIZATION('to_id')} or ${TRIAGES('dispatch_order.case_id')})`,
  ),
});
export type DispatchOrder = InferEntity<typeof DispatchOrder>;

export const orderEntities = [DispatchOrder];
