import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import type { CaseFile, OrderRow, ReportRow } from '../../local/demo/grievances.types.ts';
import type { World } from '../../local/demo/world.types.ts';
import { projectRoot } from '../shared/src/config.ts';
import { type CopyValue, copyRows } from '../shared/src/copy.ts';
import { parseWorkCalendar, type WorkCalendar } from '../shared/src/domain/calendar.ts';
import { stableId } from '../shared/src/domain/id.ts';
import { instantText } from '../shared/src/domain/period.ts';
import { loadingFacts } from '../shared/src/rollup-check.ts';
import { type ClockTimes, type Pause, timesOf } from './src/case/case.rules.ts';
import { type ClockSpec, DEFAULT_TERMS, FOLLOW_UP_AFTER, type PolicyTerms, type Urgency } from './src/category/category.rules.ts';

/** First day of the demo's policies. */
const POLICIES_FROM = '2022-01-01';
/** Cases per round of COPY: what is held in memory at once, whatever the size of the load. */
const CHUNK = 1_000;
const WEEK_MS = 7 * 86_400_000;

type Row = readonly CopyValue[];
type Policy = PolicyTerms & { id: string };

/** Tables with their columns, in the order in which they are filled. */
const TABLES = {
  grievance_case: [
    'id',
    'case_no',
    'title',
    'category_id',
    'community_id',
    'compound_id',
    'state',
    'urgency',
    'received_at',
    'of_public_interest',
    'owner_id',
    'subject_organization_id',
    'summary',
    'result',
    'suspended_for',
    'review_on',
    'merged_into_id',
    'referral_channel',
    'referral_reason',
    'referral_informed_at',
    'referral_guidance',
    'reopen_count',
    'last_handled_at',
    'closed_at',
  ],
  'hub.event': [
    'id',
    'name',
    'at',
    'object_type',
    'object_id',
    'area_id',
    'from_state',
    'to_state',
    'actor_organization',
    'actor_role',
    'reason',
  ],
  sla_clock: [
    'case_id',
    'kind',
    'round',
    'community_id',
    'policy_id',
    'started_at',
    'due_at',
    'warn_at',
    'provisional',
    'stopped_at',
    'cancelled_at',
    'paused_since',
  ],
  clock_pause: ['case_id', 'from_at', 'to_at', 'reason', 'approved_by_id'],
  deadline_extension: [
    'id',
    'case_id',
    'requested_by_id',
    'requested_at',
    'reason',
    'granted',
    'decided_by_id',
    'decided_at',
    'new_due_at',
  ],
  dispatch_order: [
    'id',
    'case_id',
    'community_id',
    'urgency',
    'to_id',
    'dispatcher_id',
    'role',
    'status',
    'policy_id',
    'dispatched_at',
    'accept_by',
    'accept_warn_at',
    'accept_provisional',
    'accepted_at',
    'started_at',
    'returned_at',
    'return_reason',
    'proposed_id',
    'superior_id',
    'contact_needed',
    'return_forbidden',
    'due_at',
    'ended_at',
    'result',
  ],
  case_publication: ['case_id', 'audience', 'summary', 'reply', 'approved_at', 'approved_by_id', 'visible_from'],
  report: [
    'id',
    'receipt_no',
    'kind',
    'channel',
    'anonymity',
    'state',
    'category_id',
    'community_id',
    'compound_id',
    'received_at',
    'withdrawn_at',
    'respond_by',
    'respond_provisional',
    'responded_at',
    'title',
    'redacted_text',
    'case_id',
    'origin_case_id',
  ],
  follow_up: [
    'report_id',
    'round',
    'community_id',
    'asked_at',
    'asked_by',
    'attempts',
    'contacted',
    'resolved',
    'satisfaction',
    'answered_at',
    'ended_at',
  ],
} as const;
type Table = keyof typeof TABLES;

/** Fills this department's tables with its part of the demo district; due times follow from the policies and the published calendars. */
export async function seed(client: pg.Client, { grievances: part }: World): Promise<void> {
  const calendars = publishedCalendars();
  await copyRows(client, 'work_calendar', ['year', 'status', 'holidays', 'make_up_workdays'], calendarRows(calendars));
  const policies = await seedPolicies(client);
  const categories = await seedCategories(client, part.categories);
  const desk = new Desk(categories, policies, calendars);
  await loadingFacts(client, ['report', 'follow_up', 'sla_clock', 'grievance_case'], async () => {
    let held = 0;
    for (const file of part.caseFiles()) {
      desk.take(file);
      if (++held % CHUNK === 0) await unload(client, desk);
    }
    await unload(client, desk);
  });
}

async function unload(client: pg.Client, desk: Desk): Promise<void> {
  for (const [table, rows] of desk.handOver()) await copyRows(client, table, TABLES[table], rows);
}

/** The notices of `data/calendars`, which organization publishes. */
function publishedCalendars(): WorkCalendar[] {
  const folder = new URL('data/calendars/', projectRoot);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => parseWorkCalendar(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as WorkCalendar));
}

const calendarRows = (calendars: readonly WorkCalendar[]): Row[] =>
  calendars.map(({ year, status, holidays, makeUpWorkdays }) => [
    year,
    status,
    holidays.map(({ date }) => date),
    makeUpWorkdays.map(({ date }) => date),
  ]);

async function seedPolicies(client: pg.Client): Promise<Map<Urgency, Policy>> {
  const policies = DEFAULT_TERMS.map((terms) => ({ ...terms, id: stableId('sp', POLICIES_FROM, `default ${terms.urgency}`) }));
  const columns = ['accept', 'respond', 'resolve', 'report_in'].flatMap((clock) => [`${clock}_amount`, `${clock}_unit`]);
  const spec = ({ amount, unit }: ClockSpec): Row => [amount, unit];
  await copyRows(
    client,
    'sla_policy',
    ['id', 'urgency', ...columns, 'max_extensions', 'extension_amount', 'extension_unit', 'effective_from'],
    policies.map((p) => [
      p.id,
      p.urgency,
      ...[p.accept, p.respond, p.resolve, p.reportIn].flatMap(spec),
      p.maxExtensions,
      p.extension?.amount,
      p.extension?.unit,
      POLICIES_FROM,
    ]),
  );
  return new Map(policies.map((policy) => [policy.urgency, policy]));
}

/** Loads the category tree; gives the ids by code. */
async function seedCategories(client: pg.Client, categories: World['grievances']['categories']): Promise<Map<string, string>> {
  const ids = new Map(categories.map(({ code, id }) => [code, id]));
  await copyRows(
    client,
    'case_category',
    ['id', 'code', 'name_zh', 'name_en', 'parent_id', 'default_urgency', 'statutory_channel', 'about_people'],
    categories.map((c) => [
      c.id,
      c.code,
      c.nameZh,
      c.nameEn,
      c.parentCode === null ? null : ids.get(c.parentCode),
      c.defaultUrgency,
      c.statutoryChannel,
      c.aboutPeople,
    ]),
  );
  return ids;
}

/** A RESOLVE clock with the round that it belongs to. */
interface Resolve extends ClockTimes {
  startedAt: string;
}

/** Turns case files into rows. A report of a merged case waits for that case, whose urgency decides its response. */
class Desk {
  readonly #categories: Map<string, string>;
  readonly #policies: Map<Urgency, Policy>;
  readonly #calendars: readonly WorkCalendar[];
  readonly #waiting = new Map<string, ReportRow[]>();
  #rows = Desk.#empty();

  constructor(categories: Map<string, string>, policies: Map<Urgency, Policy>, calendars: readonly WorkCalendar[]) {
    this.#categories = categories;
    this.#policies = policies;
    this.#calendars = calendars;
  }

  /** The rows taken so far, which are forgotten here. */
  handOver(): [Table, Row[]][] {
    const rows = Object.entries(this.#rows) as [Table, Row[]][];
    this.#rows = Desk.#empty();
    return rows;
  }

  take(file: CaseFile): void {
    const policy = this.#policies.get(file.case.urgency);
    if (!policy) throw new Error(`there is no policy for ${file.case.urgency}`);
    this.#takeCase(file);
    const resolves = this.#takeResolves(file, policy);
    this.#takeFollowUpClocks(file, policy);
    this.#takeRespondClock(file, policy);
    for (const order of file.orders) this.#takeOrder(file, policy, order, resolves);
    for (const report of file.reports) {
      if (report.originCaseId === file.case.id) this.#takeReport(report, policy);
      else this.#waiting.set(report.originCaseId, [...(this.#waiting.get(report.originCaseId) ?? []), report]);
    }
    for (const report of this.#waiting.get(file.case.id) ?? []) this.#takeReport(report, policy);
    this.#waiting.delete(file.case.id);
  }

  #takeCase({ case: c, events, pauses, publications }: CaseFile): void {
    const referral = [c.referral?.channel, c.referral?.reason, c.referral?.informedAt, c.referral?.guidance];
    const place = [this.#categories.get(c.categoryCode), c.communityId, c.compoundId];
    const bodies = [c.ofPublicInterest, c.ownerId, c.subjectOrganizationId, c.summary, c.result];
    const lastHandledAt = c.rounds.findLast(({ handledAt }) => handledAt !== null)?.handledAt;
    this.#rows.grievance_case.push([
      ...[c.id, c.caseNo, c.title, ...place, c.state, c.urgency, c.receivedAt, ...bodies],
      ...[c.suspendedFor, c.reviewOn, c.mergedIntoId, ...referral, c.reopenCount, lastHandledAt, c.state === 'CLOSED' ? c.endedAt : null],
    ]);
    for (const e of events) {
      const id = stableId('ev', e.at.slice(0, 10), `${c.id} ${e.seq}`);
      this.#rows['hub.event'].push([id, e.kind, e.at, 'Case', c.id, c.communityId, e.from, e.to, e.actorId, e.actorRole, e.reason]);
    }
    for (const pause of pauses) this.#rows.clock_pause.push([c.id, pause.from, pause.to, pause.reason, pause.approvedById]);
    for (const p of publications) {
      const aWeek = new Date(Date.parse(c.receivedAt) + WEEK_MS);
      const visibleFrom = aWeek > new Date(p.approvedAt) ? instantText(aWeek) : p.approvedAt;
      this.#rows.case_publication.push([c.id, p.audience, p.summary, p.reply, p.approvedAt, p.approvedById, visibleFrom]);
    }
  }

  /** One RESOLVE clock per round; pauses hold for the round in which they began, extensions for the first. */
  #takeResolves({ case: c, pauses, extensions }: CaseFile, policy: Policy): Resolve[] {
    const granted = extensions.filter((extension) => extension.granted && policy.extension !== null);
    const lengths = granted.map(() => policy.extension as ClockSpec);
    const resolves = c.rounds.map(({ startedAt, handledAt }, i) => {
      const own = pauses.filter(({ from }) => from >= startedAt && (c.rounds[i + 1] === undefined || from < c.rounds[i + 1]!.startedAt));
      const times = this.#times(startedAt, policy.resolve, own, i === 0 ? lengths : []);
      this.#takeClock(c, 'RESOLVE', i + 1, policy, startedAt, times, handledAt);
      return { ...times, startedAt };
    });
    extensions.forEach((e, i) => {
      const nth = lengths.slice(0, extensions.slice(0, i + 1).filter(({ granted }) => granted).length);
      const newDueAt = e.granted ? this.#times(c.rounds[0]!.startedAt, policy.resolve, pauses, nth).dueAt : null;
      this.#rows.deadline_extension.push([
        e.id,
        c.id,
        e.requestedById,
        e.requestedAt,
        e.reason,
        e.granted,
        e.decidedById,
        e.decidedAt,
        newDueAt,
      ]);
    });
    return resolves;
  }

  /** From each HANDLED to the first question. */
  #takeFollowUpClocks({ case: c, events }: CaseFile, policy: Policy): void {
    const asked = events.filter(({ to }) => to === 'FOLLOW_UP').map(({ at }) => at);
    c.rounds.forEach(({ handledAt }, i) => {
      if (handledAt === null) return;
      this.#takeClock(c, 'FOLLOW_UP', i + 1, policy, handledAt, this.#times(handledAt, FOLLOW_UP_AFTER), asked[i] ?? null);
    });
  }

  /** RESPOND of the earliest report. */
  #takeRespondClock({ case: c, reports }: CaseFile, policy: Policy): void {
    const [earliest] = reports.toSorted((a, b) => Date.parse(a.receivedAt) - Date.parse(b.receivedAt));
    if (!earliest) return;
    const times = this.#times(earliest.receivedAt, policy.respond);
    this.#takeClock(c, 'RESPOND', 1, policy, earliest.receivedAt, times, earliest.respondedAt);
  }

  #takeClock(
    c: CaseFile['case'],
    kind: string,
    round: number,
    policy: Policy,
    startedAt: string,
    times: ClockTimes,
    stoppedAt: string | null,
  ): void {
    const cancelledAt = stoppedAt === null ? c.endedAt : null;
    const pausedSince = stoppedAt === null && cancelledAt === null ? times.pausedSince : null;
    this.#rows.sla_clock.push([
      ...[c.id, kind, round, c.communityId, policy.id, startedAt, times.dueAt, times.warnAt, times.provisional],
      ...[stoppedAt, cancelledAt, pausedSince],
    ]);
  }

  #takeOrder({ case: c }: CaseFile, policy: Policy, o: OrderRow, resolves: Resolve[]): void {
    const accept = this.#times(o.dispatchedAt, policy.accept);
    const resolve = resolves.findLast(({ startedAt }) => startedAt <= o.dispatchedAt) ?? resolves[0];
    const dueAt = o.acceptedAt !== null && resolve ? resolve.dueAt : accept.dueAt;
    this.#rows.dispatch_order.push([
      ...[o.id, c.id, c.communityId, c.urgency, o.toId, o.dispatcherId, o.role, o.status, policy.id, o.dispatchedAt],
      ...[accept.dueAt, accept.warnAt, accept.provisional, o.acceptedAt, o.startedAt, o.returnedAt, o.returnReason],
      ...[o.proposedId, o.superiorId, o.contactNeeded, o.returnForbidden, dueAt, o.endedAt, o.result],
    ]);
  }

  #takeReport(r: ReportRow, policy: Policy): void {
    const { dueAt, provisional } = this.#times(r.receivedAt, policy.respond);
    const place = [this.#categories.get(r.categoryCode), r.communityId, r.compoundId];
    this.#rows.report.push([
      ...[r.id, r.receiptNo, r.kind, r.channel, r.anonymity, r.state, ...place, r.receivedAt, r.withdrawnAt],
      ...[dueAt, provisional, r.respondedAt, r.title, r.redactedText, r.caseId, r.originCaseId],
    ]);
    for (const f of r.followUps) {
      const answer = [f.contacted, f.resolved, f.satisfaction, f.answeredAt, f.endedAt];
      this.#rows.follow_up.push([r.id, f.round, r.communityId, f.askedAt, f.by, f.attempts, ...answer]);
    }
  }

  #times(startedAt: string, spec: ClockSpec, pauses: readonly Pause[] = [], extensions: readonly ClockSpec[] = []): ClockTimes {
    return timesOf({ startedAt, spec, pauses, extensions }, this.#calendars);
  }

  static #empty(): Record<Table, Row[]> {
    const tables = Object.keys(TABLES) as Table[];
    return Object.fromEntries(tables.map((table) => [table, [] as Row[]])) as Record<Table, Row[]>;
  }
}
