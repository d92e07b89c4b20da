import { type Draft, type Matter, NOW } from './case-file.ts';
import { dayOfMinute, dayText, instantText, minuteOf } from './day.ts';
import { factId } from './fact-id.ts';
import type { OrderRow, Urgency } from './grievances.types.ts';
import type { Random } from './random.ts';

const DAY = 1440;

/** Usual length of handling in days, and its spread; with the default clocks about nine in ten are in time. */
const HANDLING: Record<Urgency, { days: number; spread: number }> = {
  EMERGENCY: { days: 0.36, spread: 0.45 },
  URGENT: { days: 1.6, spread: 0.48 },
  GENERAL: { days: 3.3, spread: 0.5 },
  COMPLEX: { days: 12, spread: 0.42 },
  CONSULT: { days: 0.9, spread: 0.55 },
};
/** Minutes within which a LEAD accepts, at most. */
const ACCEPTANCE: Record<Urgency, number> = { EMERGENCY: 25, URGENT: 100, GENERAL: 420, COMPLEX: 420, CONSULT: 180 };
/** Days from receipt after which nobody asks for an extension. */
const EXTENSION_WINDOW: Partial<Record<Urgency, number>> = { URGENT: 0.8, GENERAL: 2.5, COMPLEX: 9 };

type WritableOrder = { -readonly [Key in keyof OrderRow]: OrderRow[Key] };

/** What the rest of the story needs of a case's first part. */
export interface Course {
  /** When the case was first answered for: acceptance, referral or refusal; null if not yet. */
  answerableAt: number | null;
  handledAt: number | null;
}

/** From receipt to the first HANDLED, or to the end of a case that is referred, declined or withdrawn (§7.2). */
export function beginCase(draft: Draft, alone: boolean, random: Random): Course {
  const { matter, row, receivedAt } = draft;
  row.rounds.push({ startedAt: instantText(receivedAt), handledAt: null });
  const at = receivedAt + quick(matter.urgency, random.int(10, 110));
  if (!draft.to('TRIAGED', at, matter.streetOfficeId, 'STREET_STAFF')) return { answerableAt: null, handledAt: null };
  row.summary = `${row.title}（已去标识）`;
  if (alone && matter.leaf.row.statutoryChannel !== null && random.chance(0.6)) return refer(draft, at + random.int(30, 900));
  if (alone && random.chance(0.006)) return decline(draft, at + random.int(600, 4000));
  return handleRound(draft, at, receivedAt, alone && !row.ofPublicInterest && random.chance(0.022), true, random);
}

function refer(draft: Draft, at: number): Course {
  const channel = draft.matter.leaf.row.statutoryChannel!;
  if (!draft.to('REFERRED', at, draft.matter.streetOfficeId, 'STREET_STAFF', 'STATUTORY_CHANNEL'))
    return { answerableAt: null, handledAt: null };
  draft.row.referral = { channel, reason: '属法定渠道受理事项', informedAt: instantText(at), guidance: '请携带材料到对应窗口办理（演示）' };
  draft.row.endedAt = instantText(at);
  return { answerableAt: at, handledAt: null };
}

function decline(draft: Draft, at: number): Course {
  if (!draft.to('DECLINED', at, draft.matter.hotlineId, 'HOTLINE_STAFF', 'NO_REQUEST')) return { answerableAt: null, handledAt: null };
  draft.row.endedAt = instantText(at);
  return { answerableAt: at, handledAt: null };
}

/** Dispatch, acceptance, work, HANDLED; `clockStart` is the receipt or the reopening. */
export function handleRound(draft: Draft, from: number, clockStart: number, withdraws: boolean, first: boolean, random: Random): Course {
  const { matter } = draft;
  const order = send(draft, leadOf(matter, random), from + quick(matter.urgency, random.int(5, 60)), first, random);
  if (order === null) return { answerableAt: null, handledAt: null };
  const lead = first && random.chance(0.06) ? sendBack(draft, order, random) : order;
  if (lead === null) return { answerableAt: null, handledAt: null };
  const role = roleOf(matter, lead.toId);
  const acceptedAt = minutesOf(lead) + random.int(2, ACCEPTANCE[matter.urgency]);
  if (!draft.to('ACCEPTED', acceptedAt, lead.toId, role)) return { answerableAt: null, handledAt: null };
  lead.status = 'ACCEPTED';
  lead.acceptedAt = instantText(acceptedAt);
  draft.row.ownerId = lead.toId;
  const startedAt = acceptedAt + quick(matter.urgency, random.int(5, 120));
  if (!draft.to('IN_PROGRESS', startedAt, lead.toId, role)) return { answerableAt: acceptedAt, handledAt: null };
  lead.startedAt = instantText(startedAt);
  const planned = planHandling(draft, clockStart, startedAt, random);
  if (withdraws) return withdraw(draft, acceptedAt, Math.round(startedAt + 0.4 * (planned - startedAt)));
  const handledAt = first ? interrupt(draft, lead, startedAt, planned, random) : planned;
  if (handledAt === null || !draft.to('HANDLED', handledAt, lead.toId, role)) return { answerableAt: acceptedAt, handledAt: null };
  finish(draft, lead, handledAt, random);
  return { answerableAt: acceptedAt, handledAt };
}

function planHandling(draft: Draft, clockStart: number, startedAt: number, random: Random): number {
  const { urgency, pace } = draft.matter;
  const { days, spread } = HANDLING[urgency];
  const raw = Math.round(clockStart + random.skewed(days * pace, spread) * DAY);
  if (urgency === 'EMERGENCY') return Math.max(raw, startedAt + random.int(20, 120));
  const inOffice = minuteOf(dayOfMinute(raw), random.int(9, 17), random.int(0, 59));
  return Math.max(inOffice, startedAt + random.int(20, 180));
}

/** At most one of: an extension, a wait for the reporter, a suspension. Null: it is suspended still. */
function interrupt(draft: Draft, lead: WritableOrder, startedAt: number, planned: number, random: Random): number | null {
  const { matter } = draft;
  const turn = random.next();
  const length = planned - startedAt;
  if (turn < 0.05) return extend(draft, lead, startedAt, planned, random);
  if (turn < 0.08) {
    const from = Math.round(startedAt + 0.3 * length);
    const to = from + random.int(600, 4200);
    if (from >= NOW) return planned;
    draft.file.pauses.push({
      reason: 'WAITING_REPORTER',
      from: instantText(from),
      to: to >= NOW ? null : instantText(to),
      approvedById: null,
    });
    return planned + (to - from);
  }
  const mayShelve = lead.toId !== matter.streetOfficeId && turn > (matter.urgency === 'COMPLEX' ? 0.88 : 0.996);
  return mayShelve ? suspend(draft, Math.round(startedAt + 0.5 * length), planned, random) : planned;
}

function extend(draft: Draft, lead: WritableOrder, startedAt: number, planned: number, random: Random): number {
  const { matter, file } = draft;
  const window = EXTENSION_WINDOW[matter.urgency];
  const requestedAt = Math.round(Math.min(startedAt + 0.25 * (planned - startedAt), draft.receivedAt + (window ?? 0) * DAY));
  const decidedAt = requestedAt + random.int(60, 500);
  if (window === undefined || requestedAt <= startedAt || decidedAt >= planned || decidedAt >= NOW) return planned;
  const granted = random.chance(0.8);
  file.extensions.push({
    id: factId('ex', dayText(dayOfMinute(requestedAt)), draft.row.id),
    requestedById: lead.toId,
    requestedAt: instantText(requestedAt),
    reason: '需多部门协调（演示）',
    granted,
    decidedById: lead.dispatcherId,
    decidedAt: instantText(decidedAt),
  });
  draft.note('extension.requested', requestedAt, lead.toId, roleOf(matter, lead.toId));
  draft.note('extension.decided', decidedAt, lead.dispatcherId, roleOf(matter, lead.dispatcherId));
  return granted ? planned + Math.round(0.5 * (planned - startedAt)) : planned;
}

function suspend(draft: Draft, at: number, planned: number, random: Random): number | null {
  const { matter, row, file } = draft;
  const reason = random.pick(['FUNDS', 'FUNDS', 'LEGISLATION', 'SEASON'] as const);
  if (!draft.to('SUSPENDED', at, matter.streetOfficeId, 'STREET_STAFF', reason)) return planned;
  const resumedAt = at + random.int(20, 85) * DAY;
  const goesOn = resumedAt < NOW;
  row.suspendedFor = goesOn ? null : reason;
  row.reviewOn = goesOn ? null : dayText(dayOfMinute(at) + 90);
  file.pauses.push({
    reason: 'SUSPENDED',
    from: instantText(at),
    to: goesOn ? instantText(resumedAt) : null,
    approvedById: matter.streetOfficeId,
  });
  if (mayPublish(matter)) publish(draft, at + 60);
  if (!goesOn) return null;
  draft.to('IN_PROGRESS', resumedAt, matter.streetOfficeId, 'STREET_STAFF');
  return planned + (resumedAt - at);
}

/** Disputes and matters about people are never published. */
export function mayPublish(matter: Matter): boolean {
  return matter.kind !== 'DISPUTE' && !matter.leaf.row.aboutPeople;
}

export function publish(draft: Draft, at: number): void {
  if (at >= NOW) return;
  const { row, file, matter } = draft;
  const reply = row.state === 'CLOSED' ? '已办结，感谢您的反映（演示）' : null;
  file.publications.push({
    audience: 'PUBLIC',
    summary: `${row.title}（公开）`,
    reply,
    approvedAt: instantText(at),
    approvedById: matter.streetOfficeId,
  });
}

function withdraw(draft: Draft, acceptedAt: number, at: number): Course {
  if (draft.to('WITHDRAWN', at, null, 'REPORTER')) {
    draft.row.endedAt = instantText(at);
    cancelOpenOrders(draft, at);
  }
  return { answerableAt: acceptedAt, handledAt: null };
}

function finish(draft: Draft, lead: WritableOrder, handledAt: number, random: Random): void {
  const rounds = draft.row.rounds;
  rounds[rounds.length - 1]!.handledAt = instantText(handledAt);
  draft.row.result = '已现场处理并答复（演示）';
  lead.status = 'DONE';
  lead.endedAt = instantText(handledAt);
  lead.result = draft.row.result;
  for (const order of draft.file.orders as WritableOrder[]) {
    const helped = order.role === 'ASSIST' && order.status === 'ACCEPTED' && random.chance(0.6);
    if (helped) Object.assign(order, { status: 'DONE', endedAt: instantText(handledAt), result: '已协助（演示）' });
  }
  cancelOpenOrders(draft, handledAt);
}

function cancelOpenOrders(draft: Draft, at: number): void {
  for (const order of draft.file.orders as WritableOrder[]) {
    if (order.status !== 'SENT' && order.status !== 'ACCEPTED') continue;
    order.status = 'CANCELLED';
    order.endedAt = instantText(at);
  }
}

/** A LEAD order, sometimes with an ASSIST; null when it lies after the demo's time. */
function send(draft: Draft, toId: string, at: number, first: boolean, random: Random): WritableOrder | null {
  const { matter, file, row } = draft;
  const dispatcherId = toId === matter.streetOfficeId || random.chance(0.3) ? matter.hotlineId : matter.streetOfficeId;
  if (!draft.to('DISPATCHED', at, dispatcherId, roleOf(matter, dispatcherId))) return null;
  row.dispatchedAt ??= instantText(at);
  const lead = orderOf(draft, toId, dispatcherId, 'LEAD', at, random);
  if (first && random.chance(0.08)) {
    const helper = toId === matter.residentsCommitteeId ? matter.departmentId : matter.residentsCommitteeId;
    const assist = orderOf(draft, helper, dispatcherId, 'ASSIST', at, random);
    if (at + 90 < NOW) Object.assign(assist, { status: 'ACCEPTED', acceptedAt: instantText(at + 90) });
    file.orders.push(assist);
  }
  file.orders.push(lead);
  return lead;
}

/** The first LEAD returns it; the street sends it to another one. */
function sendBack(draft: Draft, order: WritableOrder, random: Random): WritableOrder | null {
  const { matter } = draft;
  const at = minutesOf(order) + quick(matter.urgency, random.int(20, 300));
  const other = order.toId === matter.departmentId ? matter.residentsCommitteeId : matter.departmentId;
  if (!draft.to('RETURNED', at, order.toId, roleOf(matter, order.toId), 'NOT_OUR_DUTY')) return null;
  order.status = 'RETURNED';
  order.returnedAt = instantText(at);
  order.returnReason = random.pick(['NOT_OUR_DUTY', 'NOT_OUR_DUTY', 'WRONG_AREA']);
  order.proposedId = other;
  for (const open of draft.file.orders as WritableOrder[]) {
    if (open.role === 'ASSIST') Object.assign(open, { status: 'CANCELLED', endedAt: instantText(at) });
  }
  return send(draft, other, at + quick(matter.urgency, random.int(10, 200)), false, random);
}

function orderOf(draft: Draft, toId: string, dispatcherId: string, role: OrderRow['role'], at: number, random: Random): WritableOrder {
  const { matter } = draft;
  return {
    id: factId('or', dayText(dayOfMinute(at)), `${draft.row.id} ${draft.file.orders.length} ${role}`),
    role,
    status: 'SENT',
    toId,
    dispatcherId,
    superiorId: toId === matter.residentsCommitteeId ? matter.streetOfficeId : matter.hotlineId,
    dispatchedAt: instantText(at),
    acceptedAt: null,
    startedAt: null,
    returnedAt: null,
    returnReason: null,
    proposedId: null,
    endedAt: null,
    contactNeeded: role === 'LEAD' && random.chance(0.3),
    returnForbidden: false,
    result: null,
  };
}

function leadOf(matter: Matter, random: Random): string {
  return random.weighted([
    [matter.departmentId, 42],
    [matter.residentsCommitteeId, 34],
    [matter.streetOfficeId, 24],
  ]);
}

function roleOf(matter: Matter, organizationId: string): string {
  if (organizationId === matter.streetOfficeId) return 'STREET_STAFF';
  if (organizationId === matter.residentsCommitteeId) return 'COMMUNITY_STAFF';
  return organizationId === matter.hotlineId ? 'HOTLINE_STAFF' : 'DEPARTMENT_STAFF';
}

/** What is urgent at once takes a tenth of the time. */
function quick(urgency: Urgency, minutes: number): number {
  return urgency === 'EMERGENCY' ? Math.ceil(minutes / 10) : minutes;
}

function minutesOf(order: OrderRow): number {
  return Math.round(Date.parse(order.dispatchedAt) / 60_000) + 8 * 60;
}
