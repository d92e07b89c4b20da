import { Draft, type Matter, NOW, reportOf, reportStateOf } from './case-file.ts';
import { beginCase, type Course } from './case-story.ts';
import { categoriesOf, type Leaf } from './categories.ts';
import type { CompoundPlan } from './compounds.ts';
import { dayOf, dayText, instantText, minuteOf } from './day.ts';
import { followUp } from './follow-ups.ts';
import type { CaseFile, GrievancesWorld, ReportKind, ReportRow, Urgency } from './grievances.types.ts';
import { type Community, FACTS, type Ground, STORY_FACTS } from './ground.ts';
import type { OrganizationPart } from './organization.ts';
import { type Random, randomOf } from './random.ts';

/** Reports per case that is not merged. */
const REPORTS_PER_CASE = 1.1;
const MOST_REPORTS = 4;
const RESPOND_MINUTES: Record<Urgency, number> = { EMERGENCY: 120, URGENT: 1440, GENERAL: 1440, COMPLEX: 1440, CONSULT: 1440 };

type WeightedLeaves = readonly (readonly [Leaf, number])[];

/** A place's nature in the eyes of its residents. */
interface Temper {
  community: Community;
  compounds: CompoundPlan[];
  weight: number;
  pace: number;
  care: number;
}
/** The days on which matters come up, as parallel columns: by day. */
interface Docket {
  days: Int32Array;
  /** Index into the tempers. */
  places: Int32Array;
  length: number;
}

export function grievancesOf(ground: Ground, organization: OrganizationPart, reportCount: number): GrievancesWorld {
  const { rows, leaves } = categoriesOf();
  const weighted = leaves.map((leaf) => [leaf, leaf.weight] as const);
  const byCommunity = Map.groupBy(organization.plans, (plan) => plan.community.id);
  const tempers = ground.communities.map((community) => temperOf(community, byCommunity.get(community.id)!));
  const docket = docketOf(tempers, Math.max(1, Math.round(reportCount / REPORTS_PER_CASE)));
  return { categories: rows, caseFiles: () => caseFilesOf(docket, tempers, weighted, organization, reportCount) };
}

function temperOf(community: Community, compounds: CompoundPlan[]): Temper {
  const random = randomOf(`temper ${community.code}`);
  const households = compounds.reduce((sum, plan) => sum + plan.households, 0);
  return {
    community,
    compounds,
    weight: households ** 0.8 * (0.6 + 0.8 * random.next()),
    pace: 0.75 + 0.5 * random.next(),
    care: 0.68 + 0.22 * random.next(),
  };
}

function docketOf(tempers: readonly Temper[], count: number): Docket {
  const spans = tempers.flatMap((temper, place) => [
    { place, weight: temper.weight, ...FACTS },
    ...(temper.community.story ? [{ place, weight: temper.weight * (temper.community.complete ? 2 : 1), ...STORY_FACTS }] : []),
  ]);
  const total = spans.reduce((sum, span) => sum + span.weight * (span.to - span.from), 0);
  // Day and place in one number, so that sorting is quick.
  const keys = new Float64Array(count);
  let share = 0;
  let length = 0;
  for (const { place, weight, from, to } of spans) {
    const random = randomOf(`docket ${place} ${from}`);
    share += weight * (to - from);
    const until = Math.round((share * count) / total);
    const here = until - length;
    for (let i = 0; i < here; i++) keys[length++] = (from + Math.floor(((i + random.next()) / here) * (to - from))) * 1000 + place;
  }
  keys.sort();
  return { days: Int32Array.from(keys, (key) => Math.floor(key / 1000)), places: Int32Array.from(keys, (key) => key % 1000), length };
}

function* caseFilesOf(
  docket: Docket,
  tempers: readonly Temper[],
  leaves: WeightedLeaves,
  organization: OrganizationPart,
  reportCount: number,
): Generator<CaseFile> {
  const random = randomOf('cases');
  let made = 0;
  for (let i = 0; i < docket.length; i++) {
    const day = docket.days[i]!;
    const due = Math.round(((i + 1) * reportCount) / docket.length) - made;
    const isLast = i === docket.length - 1;
    const size = isLast ? due : due >= 2 && random.chance(0.4) ? Math.min(due, MOST_REPORTS) : 1;
    const matter = matterOf(tempers[docket.places[i]!]!, day, leaves, organization, size > 1, random);
    const receivedAt = minuteOf(day, random.weighted(HOURS), random.int(0, 59));
    yield* tell(matter, receivedAt, size, made + 1, random);
    made += size;
  }
}

const HOURS: (readonly [number, number])[] = [
  ...([7, 18, 19, 20, 21] as const).map((hour) => [hour, 4] as const),
  ...([8, 9, 10, 11, 14, 15, 16, 17] as const).map((hour) => [hour, 10] as const),
  ...([12, 13] as const).map((hour) => [hour, 5] as const),
];

function matterOf(
  temper: Temper,
  day: number,
  leaves: WeightedLeaves,
  organization: OrganizationPart,
  several: boolean,
  random: Random,
): Matter {
  const { community } = temper;
  const leaf = leafOf(leaves, day, several, random);
  const kind = kindOf(leaf, random);
  const { bodies } = organization;
  const picked = random.chance(0.88) ? random.pick(temper.compounds) : null;
  const compound = picked !== null && dayOf(picked.since) <= day ? picked : null;
  const years = (day - FACTS.from) / 365;
  return {
    community,
    compound,
    leaf,
    kind,
    urgency: urgencyOf(leaf, kind, random),
    streetOfficeId: bodies.streetOffices.get(community.streetId)!,
    residentsCommitteeId: bodies.byCommunity.get(community.id)!.residentsCommitteeId,
    hotlineId: bodies.departments.hotline,
    departmentId: bodies.departments[leaf.department],
    subjectId: leaf.aboutCompany && kind === 'COMPLAINT' && compound !== null ? compound.companyId : null,
    pace: temper.pace * (1.06 - 0.06 * years),
    care: Math.min(0.95, temper.care + 0.02 * years),
  };
}

/** Nobody misses heating in summer; matters about people stay alone. */
function leafOf(leaves: WeightedLeaves, day: number, several: boolean, random: Random): Leaf {
  const month = Number(dayText(day).slice(5, 7));
  for (;;) {
    const leaf = random.weighted(leaves);
    const outOfSeason = leaf.row.nameZh === '供暖' && month > 3 && month < 11;
    if (!outOfSeason && !(several && leaf.row.aboutPeople)) return leaf;
  }
}

function kindOf(leaf: Leaf, random: Random): ReportKind {
  if (leaf.row.aboutPeople && leaf.row.nameZh.endsWith('纠纷')) return 'DISPUTE';
  if (leaf.row.defaultUrgency === 'CONSULT') return random.chance(0.7) ? 'CONSULT' : 'HELP';
  return random.weighted([
    ['HELP' as const, 42],
    ['COMPLAINT' as const, 38],
    ['SUGGESTION' as const, 10],
    ['CONSULT' as const, 7],
    ['COMMEND' as const, 3],
  ]);
}

function urgencyOf(leaf: Leaf, kind: ReportKind, random: Random): Urgency {
  if (kind === 'CONSULT' || kind === 'COMMEND') return 'CONSULT';
  const usual = leaf.row.defaultUrgency === 'CONSULT' ? 'GENERAL' : leaf.row.defaultUrgency;
  if (usual !== 'GENERAL') return usual;
  return random.weighted([
    ['GENERAL' as const, 90],
    ['COMPLEX' as const, 4],
    ['URGENT' as const, 6],
  ]);
}

/** One matter: its case, and the cases merged into it, each with its report. */
function* tell(matter: Matter, receivedAt: number, size: number, serial: number, random: Random): Generator<CaseFile> {
  const draft = new Draft(matter, serial, receivedAt, random);
  const reports: ReportRow[] = [reportOf(matter, draft.row.id, serial, receivedAt, random)];
  const course = beginCase(draft, size === 1, random);
  const merged: Draft[] = [];
  for (let i = 1; i < size; i++) merged.push(merge(draft, course, serial + i, reports, random));
  if (course.handledAt !== null) followUp(draft, reports, course.handledAt, random);
  const state = reportStateOf(draft.row.state);
  for (const report of reports) {
    const responded = respondedAt(report, matter.urgency, course, random);
    const withdrawnAt = state === 'WITHDRAWN' ? draft.row.endedAt : null;
    draft.file.reports.push({ ...report, state, withdrawnAt, respondedAt: responded === null ? null : instantText(responded) });
  }
  yield draft.file;
  for (const other of merged) yield other.file;
}

/** Another report of the same matter while it is in hand: its own case is merged, the report follows the first one. */
function merge(into: Draft, course: Course, serial: number, reports: ReportRow[], random: Random): Draft {
  const until = Math.min(course.handledAt ?? NOW, NOW, into.receivedAt + 5 * 1440);
  const room = until - into.receivedAt;
  const receivedAt = into.receivedAt + Math.max(1, Math.floor(room * (0.05 + 0.6 * random.next())));
  const mergedAt = receivedAt + Math.max(1, Math.floor((until - receivedAt) * 0.3 * random.next()));
  const draft = new Draft({ ...into.matter, subjectId: null }, serial, receivedAt, random);
  draft.row.rounds.push({ startedAt: instantText(receivedAt), handledAt: null });
  draft.to('MERGED', mergedAt, into.matter.streetOfficeId, 'STREET_STAFF');
  draft.row.mergedIntoId = into.row.id;
  draft.row.endedAt = instantText(mergedAt);
  reports.push({ ...reportOf(into.matter, into.row.id, serial, receivedAt, random), originCaseId: draft.row.id });
  return draft;
}

/** Most reporters hear something in time, not before somebody has taken the matter on and not later than it is handled. */
function respondedAt(report: ReportRow, urgency: Urgency, course: Course, random: Random): number | null {
  const received = Math.round(Date.parse(report.receivedAt) / 60_000) + 8 * 60;
  if (course.answerableAt === null) return null;
  const part = random.chance(0.94) ? 0.05 + 0.85 * random.next() : 1 + 1.5 * random.next();
  const wanted = Math.max(received + Math.round(part * RESPOND_MINUTES[urgency]), course.answerableAt);
  const at = Math.max(received + 1, Math.min(wanted, course.handledAt ?? wanted));
  return at < NOW ? at : null;
}
