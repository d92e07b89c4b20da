/** What the demo tells of the grievances department (§7). Due times are not here: they follow from policy and calendar. */

export type Channel =
  | 'MINI_PROGRAM'
  | 'HOTLINE_12345'
  | 'COUNTER'
  | 'NEIGHBOUR_LEAD'
  | 'GRID_PATROL'
  | 'JOINT_MEETING'
  | 'PARTNER_UNIT'
  | 'PAPER'
  | 'IMPORT';
export type ReportKind = 'CONSULT' | 'HELP' | 'COMPLAINT' | 'SUGGESTION' | 'COMMEND' | 'DISPUTE';
export type Anonymity = 'NAMED_TO_CHAIN' | 'ANONYMOUS_WITH_RECEIPT' | 'FULLY_ANONYMOUS';
export type ReportState = 'RECEIVED' | 'IN_HAND' | 'SHELVED' | 'ANSWERED' | 'CLOSED' | 'REFERRED' | 'DECLINED' | 'WITHDRAWN';
export type CaseState =
  | 'RECEIVED'
  | 'TRIAGED'
  | 'DISPATCHED'
  | 'ACCEPTED'
  | 'IN_PROGRESS'
  | 'HANDLED'
  | 'FOLLOW_UP'
  | 'CLOSED'
  | 'REOPENED'
  | 'RETURNED'
  | 'SUSPENDED'
  | 'MERGED'
  | 'REFERRED'
  | 'DECLINED'
  | 'WITHDRAWN';
export type Urgency = 'EMERGENCY' | 'URGENT' | 'GENERAL' | 'COMPLEX' | 'CONSULT';
export type StatutoryChannel =
  | 'PETITION'
  | 'LITIGATION'
  | 'ARBITRATION'
  | 'ADMIN_REVIEW'
  | 'EMERGENCY_LINE'
  | 'DISCIPLINE'
  | 'OTHER_JURISDICTION';
export type FollowUpParty = 'HOTLINE' | 'STREET_OTHER_UNIT' | 'SELF_SERVICE';
export type ContactLevel = 'REACHED' | 'UNREACHABLE' | 'REFUSED' | 'ANONYMOUS';
export type ResolvedAnswer = 'RESOLVED' | 'PARTLY' | 'NOT_RESOLVED';
export type OrderStatus = 'SENT' | 'ACCEPTED' | 'RETURNED' | 'DONE' | 'CANCELLED';
export type ReturnReason = 'NOT_OUR_DUTY' | 'WRONG_AREA' | 'MISSING_INFORMATION';

/** Parents have `parentCode: null`; only leaves carry reports and cases. */
export interface CategoryRow {
  id: string;
  code: string;
  nameZh: string;
  nameEn: string;
  parentCode: string | null;
  defaultUrgency: Urgency;
  statutoryChannel: StatutoryChannel | null;
  /** About what a human being did: never merged, published or counted as a hot-spot. */
  aboutPeople: boolean;
}
export interface CaseRow {
  id: string;
  caseNo: string;
  title: string;
  categoryCode: string;
  communityId: string;
  compoundId: string | null;
  /** At the end of the horizon. */
  state: CaseState;
  urgency: Urgency;
  receivedAt: string;
  ofPublicInterest: boolean;
  /** The triager's organization, from acceptance the LEAD. */
  ownerId: string;
  subjectOrganizationId: string | null;
  summary: string | null;
  result: string | null;
  /** First dispatch. */
  dispatchedAt: string | null;
  /** RESOLVE clocks, oldest first: from receipt, then from each reopening; null while it runs or when the case ended otherwise. */
  rounds: { startedAt: string; handledAt: string | null }[];
  /** Instant of the terminal state, if it has one. */
  endedAt: string | null;
  reopenCount: number;
  mergedIntoId: string | null;
  referral: { channel: StatutoryChannel; reason: string; informedAt: string; guidance: string } | null;
  suspendedFor: 'FUNDS' | 'LEGISLATION' | 'SEASON' | null;
  /** While SUSPENDED. */
  reviewOn: string | null;
}
export interface FollowUpRow {
  round: number;
  askedAt: string;
  by: FollowUpParty;
  attempts: number;
  /** Null while it runs. ANONYMOUS: nobody could be asked (FULLY_ANONYMOUS), attempts 0. */
  contacted: ContactLevel | null;
  resolved: ResolvedAnswer | null;
  /** 5 … 1; null when not said. */
  satisfaction: number | null;
  answeredAt: string | null;
  /** Answer, or the instant at which it ended without one; null while it runs. */
  endedAt: string | null;
}
export interface ReportRow {
  id: string;
  /** 24 characters of Crockford's base 32; the last is the sum of value × place of the others, mod 32. */
  receiptNo: string;
  kind: ReportKind;
  channel: Channel;
  anonymity: Anonymity;
  receivedAt: string;
  categoryCode: string;
  communityId: string;
  compoundId: string | null;
  title: string;
  redactedText: string;
  /** At the end of the horizon. */
  state: ReportState;
  withdrawnAt: string | null;
  /** First text to the reporter: stops RESPOND. */
  respondedAt: string | null;
  /** The case it follows now: after a merge the one merged into. */
  caseId: string;
  /** The case that it opened or was added to. */
  originCaseId: string;
  followUps: FollowUpRow[];
}
export interface OrderRow {
  id: string;
  role: 'LEAD' | 'ASSIST';
  status: OrderStatus;
  toId: string;
  dispatcherId: string;
  superiorId: string;
  dispatchedAt: string;
  acceptedAt: string | null;
  startedAt: string | null;
  returnedAt: string | null;
  returnReason: ReturnReason | null;
  proposedId: string | null;
  /** Instant of DONE or CANCELLED. */
  endedAt: string | null;
  contactNeeded: boolean;
  returnForbidden: boolean;
  result: string | null;
}
/** `kind` is 'case.<state>' in camelCase for a change of state, else 'extension.requested', 'extension.decided'. */
export interface CaseEventRow {
  seq: number;
  at: string;
  kind: string;
  from: CaseState | null;
  to: CaseState | null;
  actorId: string | null;
  actorRole: string;
  reason: string | null;
}
/** Pause of the RESOLVE clock; `to: null` still holds. */
export interface PauseRow {
  reason: 'WAITING_REPORTER' | 'FORCE_MAJEURE' | 'SUSPENDED';
  from: string;
  to: string | null;
  approvedById: string | null;
}
/** Extension of the first RESOLVE clock, asked well before its due time. */
export interface ExtensionRow {
  id: string;
  requestedById: string;
  requestedAt: string;
  reason: string;
  granted: boolean;
  decidedById: string;
  decidedAt: string;
}
export interface PublicationRow {
  audience: 'PUBLIC';
  summary: string;
  /** Set when the case is CLOSED. */
  reply: string | null;
  approvedAt: string;
  approvedById: string;
}
/** A case with all that hangs on it. A MERGED case comes after the case that it was merged into. */
export interface CaseFile {
  case: CaseRow;
  /** Reports that follow this case now; those of a merged case come here, not with the merged one. */
  reports: ReportRow[];
  orders: OrderRow[];
  events: CaseEventRow[];
  pauses: PauseRow[];
  extensions: ExtensionRow[];
  publications: PublicationRow[];
}
export interface GrievancesWorld {
  categories: CategoryRow[];
  /** By receipt of the case, merged ones excepted; the same again on every call. */
  caseFiles(): Iterable<CaseFile>;
}
