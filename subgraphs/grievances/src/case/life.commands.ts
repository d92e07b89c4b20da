import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { linkFiles } from '../../../shared/src/files.ts';
import type { Urgency } from '../category/category.rules.ts';
import { refuse } from '../errors.ts';
import { type Step, stopClock } from './clock.commands.ts';
import { type CaseState, eventOf, type Move, reportStateOf, stateAfter } from './state.rules.ts';
import type { EvidenceInput } from './work.type.ts';

// What commands and jobs do to a case. Locks are taken in one order: the case, then its orders, then its reports.

/** A case that nobody else changes until the end of the transaction. */
export interface LockedCase {
  readonly id: string;
  readonly state: CaseState;
  readonly version: number;
  readonly urgency: Urgency;
  readonly categoryId: string | null;
  readonly communityId: string;
  readonly compoundId: string | null;
  readonly ownerId: string;
  readonly subjectId: string | null;
  readonly receivedAt: string;
  readonly ofPublicInterest: boolean;
  readonly reopenCount: number;
}

const LOCKED = `select id, state, version, urgency, category_id as "categoryId", community_id as "communityId", compound_id as "compoundId",
    owner_id as "ownerId", subject_organization_id as "subjectId", received_at as "receivedAt", of_public_interest as "ofPublicInterest",
    reopen_count as "reopenCount"
  from grievance_case where id = $1 for update`;

/** Null for a case that the caller may not change, as for one that is not there. */
export async function lockCase({ rows }: Pick<Step, 'rows'>, caseId: string): Promise<LockedCase | null> {
  const [found] = await rows<LockedCase>(LOCKED, [caseId]);
  return found ?? null;
}

/** @throws HubError NOT_FOUND */
export async function lockedCase(step: Pick<Step, 'rows'>, caseId: string): Promise<LockedCase> {
  const found = await lockCase(step, caseId);
  if (!found) throw refuse('NOT_FOUND', { field: ['caseId'] });
  return found;
}

/** Columns that a move may change beside the state. */
interface Changes {
  title?: string;
  summary?: string;
  category_id?: string;
  community_id?: string;
  compound_id?: string | null;
  urgency?: Urgency;
  of_public_interest?: boolean;
  subject_organization_id?: string | null;
  owner_id?: string;
  result?: string;
  last_handled_at?: Date;
  closed_at?: Date | null;
  reopen_count?: number;
}

interface Told {
  reason?: string | null;
  /** What decided, kept in the event: the routing rule (§7.4), or the deadlines that hold from now on (§7.3). */
  by?: { type: 'RoutingRule' | 'SlaPolicy'; id: string } | null;
}

/**
 * Moves a case along the table of §7.2, with its event, and what its reporters are shown.
 * @throws HubError INVALID_TRANSITION with the present state
 */
export async function moveCase(step: Step, row: LockedCase, move: Move, changes: Changes = {}, told: Told = {}): Promise<void> {
  const to = stateAfter(row.state, move);
  if (to === null) throw refuse('INVALID_TRANSITION', { details: { state: row.state } });
  const names = Object.keys(changes);
  const sets = ['state = $2', 'version = version + 1', ...names.map((name, index) => `${name} = $${index + 3}`)];
  await step.rows(`update grievance_case set ${sets.join(', ')} where id = $1`, [row.id, to, ...Object.values(changes)]);
  step.record({
    name: eventOf(to),
    objectType: 'Case',
    objectId: row.id,
    areaId: changes.community_id ?? row.communityId,
    from: row.state,
    to,
    reason: told.reason,
    ...(told.by && { otherType: told.by.type, otherId: told.by.id }),
  });
  if (reportStateOf(to) !== reportStateOf(row.state)) await showReporters(step, row.id, to);
}

/** What reporters are shown follows the case; a withdrawn report stays so. */
const showReporters = (step: Step, caseId: string, state: CaseState): Promise<unknown> =>
  step.asService(() =>
    step.rows(`update report set state = $2 where case_id = $1 and state not in ('WITHDRAWN', $2)`, [caseId, reportStateOf(state)]),
  );

interface Message {
  caseId: string;
  orderId: string | null;
  organizationId: string | null;
  text: string;
  /** To every reporter; the first of them is the response (§7.3). */
  isReply: boolean;
}

/** Keeps a text of a handler; a reply stops RESPOND, of the case and of each report. */
export async function writeMessage(step: Step, { caseId, orderId, organizationId, text, isReply }: Message): Promise<void> {
  await step.rows(
    'insert into case_message (id, case_id, order_id, at, organization_id, text, is_reply) values ($1, $2, $3, $4, $5, $6, $7)',
    [newId('cm', step.at), caseId, orderId, step.at, organizationId, text, isReply],
  );
  if (!isReply) return;
  await stopClock(step, caseId, 'RESPOND');
  await step.asService(() =>
    step.rows(`update report set responded_at = $2 where case_id = $1 and responded_at is null and state <> 'WITHDRAWN'`, [
      caseId,
      step.at,
    ]),
  );
}

/** Keeps proof of the work; from now on who may see the case may read the files. @throws HubError VALIDATION_FAILED for a file not uploaded by the caller */
export async function addEvidence(ctx: CommandContext, caseId: string, orderId: string, evidence: readonly EvidenceInput[]): Promise<void> {
  const fileIds = evidence.map(({ fileId }) => fileId);
  await linkFiles(ctx, fileIds, { type: 'Case', id: caseId }, (index) =>
    refuse('VALIDATION_FAILED', { field: ['evidence', String(index), 'fileId'] }),
  );
  for (const { kind, fileId, takenOn } of evidence) {
    await ctx.rows(
      'insert into case_evidence (id, case_id, order_id, kind, file_id, taken_on, added_at) values ($1, $2, $3, $4, $5, $6, $7)',
      [newId('ce', ctx.at), caseId, orderId, kind, fileId, takenOn ?? null, ctx.at],
    );
  }
}

/** Cancels the orders of a case that are not over; `role` for those of one role alone. */
export async function cancelOrders(step: Step, caseId: string, role?: 'LEAD' | 'ASSIST'): Promise<void> {
  const cancelled = await step.asService(() =>
    step.rows<{ id: string }>(
      `update dispatch_order set status = 'CANCELLED', ended_at = $2, version = version + 1
       where case_id = $1 and status in ('SENT', 'ACCEPTED') and ($3::text is null or role = $3) returning id`,
      [caseId, step.at, role ?? null],
    ),
  );
  for (const { id } of cancelled.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    step.record({ name: 'order.cancelled', objectType: 'DispatchOrder', objectId: id, otherType: 'Case', otherId: caseId });
}
