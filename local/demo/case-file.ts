import type { Leaf } from './categories.ts';
import type { CompoundPlan } from './compounds.ts';
import { dayOf, dayOfMinute, dayText, instantText, minuteOf } from './day.ts';
import { factId } from './fact-id.ts';
import type {
  CaseEventRow,
  CaseFile,
  CaseRow,
  CaseState,
  Channel,
  ReportKind,
  ReportRow,
  ReportState,
  Urgency,
} from './grievances.types.ts';
import type { Community } from './ground.ts';
import type { Random } from './random.ts';

/** End of the demo's time in local minutes: what would come later has not happened. */
export const NOW = minuteOf(dayOf('2026-07-01'), 0);

type Writable<Row> = { -readonly [Key in keyof Row]: Row[Key] };

/** Where a case stands and who deals with it. */
export interface Matter {
  community: Community;
  compound: CompoundPlan | null;
  leaf: Leaf;
  kind: ReportKind;
  urgency: Urgency;
  streetOfficeId: string;
  residentsCommitteeId: string;
  hotlineId: string;
  departmentId: string;
  /** The company complained about, if one is. */
  subjectId: string | null;
  /** 0.7 quick … 1.4 slow. */
  pace: number;
  /** 0.6 … 0.95: how often people are content. */
  care: number;
}

/** A case being told, step by step, until the demo's time ends. */
export class Draft {
  readonly file: CaseFile;
  readonly row: Writable<CaseRow>;
  readonly matter: Matter;
  readonly receivedAt: number;

  constructor(matter: Matter, serial: number, receivedAt: number, random: Random) {
    const day = dayText(dayOfMinute(receivedAt));
    this.matter = matter;
    this.receivedAt = receivedAt;
    const place = matter.compound?.row.name ?? matter.community.shortName;
    this.row = {
      id: factId('ca', day, `demo case ${serial}`),
      caseNo: `JX${day.replaceAll('-', '')}${String(serial % 1_000_000).padStart(6, '0')}`,
      title: `${place}${matter.leaf.row.nameZh}`,
      categoryCode: matter.leaf.row.code,
      communityId: matter.community.id,
      compoundId: matter.compound?.row.id ?? null,
      state: 'RECEIVED',
      urgency: matter.urgency,
      receivedAt: instantText(receivedAt),
      ofPublicInterest: !matter.leaf.row.aboutPeople && random.chance(0.2),
      ownerId: matter.streetOfficeId,
      subjectOrganizationId: matter.subjectId,
      summary: null,
      result: null,
      dispatchedAt: null,
      rounds: [],
      endedAt: null,
      reopenCount: 0,
      mergedIntoId: null,
      referral: null,
      suspendedFor: null,
      reviewOn: null,
    };
    this.file = { case: this.row, reports: [], orders: [], events: [], pauses: [], extensions: [], publications: [] };
    this.write('RECEIVED', receivedAt, null, 'REPORTER', null);
  }

  /** Moves to a state, unless that would lie after the demo's time; says whether it did. */
  to(state: CaseState, at: number, actorId: string | null, actorRole: string, reason: string | null = null): boolean {
    if (at >= NOW) return false;
    this.write(state, at, actorId, actorRole, reason);
    return true;
  }

  /** A step without change of state. */
  note(kind: string, at: number, actorId: string, actorRole: string): void {
    this.append({ at: instantText(at), kind, from: null, to: null, actorId, actorRole, reason: null });
  }

  private write(state: CaseState, at: number, actorId: string | null, actorRole: string, reason: string | null): void {
    const from = this.file.events.length === 0 ? null : this.row.state;
    this.append({ at: instantText(at), kind: kindOf(state), from, to: state, actorId, actorRole, reason });
    this.row.state = state;
  }

  private append(event: Omit<CaseEventRow, 'seq'>): void {
    this.file.events.push({ seq: this.file.events.length + 1, ...event });
  }
}

const kinds = new Map<CaseState, string>();

/** Name of the event of a state: case.inProgress. */
function kindOf(state: CaseState): string {
  const kind = kinds.get(state) ?? `case.${state.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}`;
  kinds.set(state, kind);
  return kind;
}

const CHANNELS: (readonly [Channel, number])[] = [
  ['HOTLINE_12345', 42],
  ['MINI_PROGRAM', 26],
  ['COUNTER', 10],
  ['NEIGHBOUR_LEAD', 7],
  ['GRID_PATROL', 7],
  ['PAPER', 3],
  ['JOINT_MEETING', 2],
  ['PARTNER_UNIT', 1],
  ['IMPORT', 2],
];
const REQUESTS: Record<ReportKind, string> = {
  CONSULT: '想了解办理流程。',
  HELP: '请尽快帮助解决。',
  COMPLAINT: '问题多次出现，希望处理。',
  SUGGESTION: '建议改进。',
  COMMEND: '特此表扬。',
  DISPUTE: '双方未能协商一致，请求调解。',
};

/** A report of a matter, still without what becomes of it. */
export function reportOf(matter: Matter, caseId: string, serial: number, receivedAt: number, random: Random): Writable<ReportRow> {
  const day = dayText(dayOfMinute(receivedAt));
  const place = matter.compound?.row.name ?? matter.community.shortName;
  return {
    id: factId('rp', day, `demo report ${serial}`),
    receiptNo: receiptNo(day, serial),
    kind: matter.kind,
    channel: random.weighted(CHANNELS),
    anonymity: random.weighted([
      ['NAMED_TO_CHAIN' as const, 76],
      ['ANONYMOUS_WITH_RECEIPT' as const, 21],
      ['FULLY_ANONYMOUS' as const, 3],
    ]),
    receivedAt: instantText(receivedAt),
    categoryCode: matter.leaf.row.code,
    communityId: matter.community.id,
    compoundId: matter.compound?.row.id ?? null,
    title: `${place}${matter.leaf.row.nameZh}`,
    redactedText: `${place}：${matter.leaf.row.nameZh}。${REQUESTS[matter.kind]}（演示）`,
    state: 'RECEIVED',
    withdrawnAt: null,
    respondedAt: null,
    caseId,
    originCaseId: caseId,
    followUps: [],
  };
}

const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function receiptNo(day: string, serial: number): string {
  const ulid = factId('rn', day, `demo receipt ${serial}`).slice(3);
  const body = ulid.slice(10) + ulid.slice(3, 10);
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum += (i + 1) * BASE32.indexOf(body[i]!);
  return body + BASE32[sum % 32];
}

const STATES: Record<CaseState, ReportState> = {
  RECEIVED: 'RECEIVED',
  TRIAGED: 'IN_HAND',
  DISPATCHED: 'IN_HAND',
  ACCEPTED: 'IN_HAND',
  IN_PROGRESS: 'IN_HAND',
  RETURNED: 'IN_HAND',
  REOPENED: 'IN_HAND',
  MERGED: 'IN_HAND',
  SUSPENDED: 'SHELVED',
  HANDLED: 'ANSWERED',
  FOLLOW_UP: 'ANSWERED',
  CLOSED: 'CLOSED',
  REFERRED: 'REFERRED',
  DECLINED: 'DECLINED',
  WITHDRAWN: 'WITHDRAWN',
};

/** The state that a reporter sees of a case's state. */
export function reportStateOf(state: CaseState): ReportState {
  return STATES[state];
}
