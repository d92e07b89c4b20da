// The life of a case (§7.2). One table: what is not in it is INVALID_TRANSITION.

export const CASE_STATES = [
  'RECEIVED',
  'TRIAGED',
  'DISPATCHED',
  'ACCEPTED',
  'IN_PROGRESS',
  'HANDLED',
  'FOLLOW_UP',
  'CLOSED',
  'REOPENED',
  'RETURNED',
  'SUSPENDED',
  'IN_MEDIATION',
  'MERGED',
  'REFERRED',
  'DECLINED',
  'WITHDRAWN',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

const TERMINAL: readonly CaseState[] = ['CLOSED', 'REFERRED', 'DECLINED', 'MERGED', 'WITHDRAWN'];
const OPEN = CASE_STATES.filter((state) => !TERMINAL.includes(state));

export const isTerminal = (state: CaseState): boolean => TERMINAL.includes(state);

interface Transition {
  readonly from: readonly CaseState[];
  readonly to: CaseState;
}

/** What moves a case, by who or what does it. Triage may be repeated until the case is dispatched. */
const TRANSITIONS = {
  triage: { from: ['RECEIVED', 'TRIAGED'], to: 'TRIAGED' },
  dispatch: { from: ['TRIAGED', 'RETURNED', 'REOPENED'], to: 'DISPATCHED' },
  accept: { from: ['DISPATCHED'], to: 'ACCEPTED' },
  start: { from: ['ACCEPTED'], to: 'IN_PROGRESS' },
  handle: { from: ['IN_PROGRESS'], to: 'HANDLED' },
  ask: { from: ['HANDLED'], to: 'FOLLOW_UP' },
  notResolved: { from: ['FOLLOW_UP'], to: 'REOPENED' },
  close: { from: ['FOLLOW_UP'], to: 'CLOSED' },
  withdraw: { from: OPEN, to: 'WITHDRAWN' },
} as const satisfies Record<string, Transition>;
export type Move = keyof typeof TRANSITIONS;

/** The state that a move leads to; null where the table knows no such move from here. */
export function stateAfter(state: CaseState, move: Move): CaseState | null {
  const { from, to }: Transition = TRANSITIONS[move];
  return from.includes(state) ? to : null;
}

/** Whether one state may follow another by any move; for tests of whole histories. */
export const mayFollow = (from: CaseState, to: CaseState): boolean =>
  Object.values(TRANSITIONS).some((move: Transition) => move.to === to && move.from.includes(from));

/** Name of the event of a state: `case.inProgress` (§7.9). */
export const eventOf = (state: CaseState): string =>
  `case.${state.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}`;

export type ReportState = 'RECEIVED' | 'IN_HAND' | 'SHELVED' | 'ANSWERED' | 'CLOSED' | 'REFERRED' | 'DECLINED' | 'WITHDRAWN';

/** What a reporter reads of the case's state (§7.2). A case that was reopened is in hand again. */
const SHOWN: Partial<Record<CaseState, ReportState>> = {
  RECEIVED: 'RECEIVED',
  SUSPENDED: 'SHELVED',
  HANDLED: 'ANSWERED',
  FOLLOW_UP: 'ANSWERED',
  CLOSED: 'CLOSED',
  REFERRED: 'REFERRED',
  DECLINED: 'DECLINED',
  WITHDRAWN: 'WITHDRAWN',
};
export const reportStateOf = (state: CaseState): ReportState => SHOWN[state] ?? 'IN_HAND';

/** Returns of one case after which only a joint decision of the street dispatches it (首派仲裁). */
export const RETURNS_UNTIL_JOINT = 2;

interface Sent {
  readonly organizationId: string;
  readonly role: 'LEAD' | 'ASSIST';
  readonly superiorId?: string | null;
}

/** Is one of these organizations the one complained about, or below it? `above` gives an organization with all above it. */
export function inConflict(
  organizations: readonly string[],
  subject: string | null,
  above: ReadonlyMap<string, readonly string[]>,
): boolean {
  return subject !== null && organizations.some((id) => id === subject || above.get(id)?.includes(subject) === true);
}

/** Every organization that orders name: who is to act, and who is to act after them. */
export const organizationsIn = (orders: readonly Sent[]): string[] =>
  [...new Set(orders.flatMap(({ organizationId, superiorId }) => (superiorId ? [organizationId, superiorId] : [organizationId])))].sort();

export const leadsIn = (orders: readonly Sent[]): number => orders.filter(({ role }) => role === 'LEAD').length;

/** Questions on different days after which a reporter counts as not reached. */
export const MOST_ATTEMPTS = 3;
/** Days after which nobody waits for an answer any longer. */
const ANSWER_DAYS = 15;
const DAY_MS = 86_400_000;

/** Until when a question of follow-up may be answered. */
export const answerableUntil = (askedAt: string | Date): Date => new Date(new Date(askedAt).getTime() + ANSWER_DAYS * DAY_MS);

/**
 * Who asks a reporter: the hotline by telephone, or the question waits for who can only come himself. Never a party with an order of the case,
 * which the answer is checked for (SELF_CONFIRMATION).
 */
export const askedBy = ({ anonymity, channel }: { anonymity: string; channel: string }): 'HOTLINE' | 'SELF_SERVICE' =>
  anonymity === 'NAMED_TO_CHAIN' && channel !== 'MINI_PROGRAM' ? 'HOTLINE' : 'SELF_SERVICE';

export interface Question {
  readonly anonymity: string;
  readonly askedAt: string;
  readonly attempts: number;
  readonly contacted: string | null;
  readonly resolved: string | null;
  readonly endedAt: string | null;
}

/** How a question ends that nobody answered, or null while it goes on (§7.2): three attempts, or 15 days. */
export function endOf(question: Question, at: Date): { contacted: 'UNREACHABLE'; endedAt: Date } | null {
  if (question.endedAt !== null) return null;
  if (question.attempts >= MOST_ATTEMPTS && question.contacted === 'UNREACHABLE') return { contacted: 'UNREACHABLE', endedAt: at };
  const until = answerableUntil(question.askedAt);
  return at >= until ? { contacted: 'UNREACHABLE', endedAt: until } : null;
}

/** Days after closing on which the reporter may reopen. */
export const REOPEN_DAYS = 30;
