import type { Database } from '../../../shared/src/database.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { policyFor } from '../category/category.read.ts';
import { calendarsFor, endPause, openPauseOf, type Step } from './clock.commands.ts';
import { sendOrder } from './dispatch.commands.ts';
import type { LockedCase } from './life.commands.ts';
import { forEachCase } from './step.job.ts';

// What happens when time passes and nobody acts (§7.3).

interface Overdue {
  id: string;
  role: 'LEAD' | 'ASSIST';
  acceptBy: string;
  superiorId: string | null;
  dispatcherId: string;
  contactNeeded: boolean;
  returnForbidden: boolean;
  escalatesId: string | null;
}

const OVERDUE = `update dispatch_order set status = 'ESCALATED', ended_at = accept_by, version = version + 1
  where case_id = $1 and status = 'SENT' and accept_by < $2
  returning id, role, accept_by as "acceptBy", superior_id as "superiorId", dispatcher_id as "dispatcherId", contact_needed as "contactNeeded",
    return_forbidden as "returnForbidden", escalates_id as "escalatesId"`;

/**
 * Orders that nobody accepted in time become ESCALATED; in place of the LEAD's, one goes to its superior. If that passes too, or there is none, the
 * case is a gap of the district until the dispatcher redirects it.
 * @returns how many cases were touched.
 */
export const escalate = (database: Database): Promise<number> =>
  forEachCase(
    database,
    `c.id in (select o.case_id from dispatch_order o where o.status = 'SENT' and o.accept_by < $1::timestamptz)`,
    escalateOrders,
  );

async function escalateOrders(step: Step, row: LockedCase): Promise<void> {
  for (const order of await step.rows<Overdue>(OVERDUE, [row.id, step.at])) {
    const place = { otherType: 'Case', otherId: row.id, areaId: row.communityId };
    step.record({ name: 'order.escalated', objectType: 'DispatchOrder', objectId: order.id, ...place });
    if (order.role === 'LEAD' && order.superiorId !== null && order.escalatesId === null)
      await sendToSuperior(step, row, order, order.superiorId);
  }
}

async function sendToSuperior(step: Step, row: LockedCase, order: Overdue, superiorId: string): Promise<void> {
  const policy = await policyFor(step, row.categoryId, row.urgency, dateIn(new Date(row.receivedAt)));
  const { dispatcherId, contactNeeded, returnForbidden } = order;
  const sending = {
    organizationId: superiorId,
    role: 'LEAD' as const,
    superiorId: null,
    handlerId: null,
    ruleId: null,
    escalatesId: order.id,
  };
  await cancelAssist(step, row, superiorId);
  await sendOrder(step, row, { ...sending, dispatcherId, contactNeeded, returnForbidden }, policy, await calendarsFor(step));
}

/** Whoever assists already leads from now on: one organization has one order. */
async function cancelAssist(step: Step, row: LockedCase, organizationId: string): Promise<void> {
  const cancelled = await step.rows<{ id: string }>(
    `update dispatch_order set status = 'CANCELLED', ended_at = $3, version = version + 1
     where case_id = $1 and to_id = $2 and role = 'ASSIST' and status in ('SENT', 'ACCEPTED') returning id`,
    [row.id, organizationId, step.at],
  );
  for (const { id } of cancelled)
    step.record({
      name: 'order.cancelled',
      objectType: 'DispatchOrder',
      objectId: id,
      otherType: 'Case',
      otherId: row.id,
      areaId: row.communityId,
    });
}

/** Pauses whose planned end has come, ended at that instant, whenever the job comes to it. */
export const endPauses = (database: Database): Promise<number> =>
  forEachCase(
    database,
    'c.id in (select p.case_id from clock_pause p where p.to_at is null and p.until_at <= $1::timestamptz)',
    async (step, row) => {
      const pause = await openPauseOf(step, row.id);
      if (pause?.untilAt) await endPause(step, row.id, new Date(pause.untilAt));
    },
  );
