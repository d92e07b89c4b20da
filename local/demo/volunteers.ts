import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import { activitiesOf } from './activities.ts';
import { dayOf, dayText } from './day.ts';
import type { FacilitiesWorld } from './facilities.types.ts';
import { type Community, FACTS, type Ground, STORY_FACTS } from './ground.ts';
import { courteousName, personName } from './names.ts';
import type { OrganizationPart } from './organization.ts';
import { type Random, randomOf } from './random.ts';
import { recordsOf } from './records.ts';
import type { AgeBand, TeamRow, VolunteerHome, VolunteerRow, VolunteerState, VolunteersWorld } from './volunteers.types.ts';

const VOLUNTEERS = 6000;
const LAST = dayOf('2026-06-20');
/** Age bands are told as of this year. */
const YEAR = 2026;
const SKILLS = ['first-aid', 'repair', 'calligraphy', 'smartphone', 'law', 'haircut', 'music', 'tutoring', 'driving', 'cooking'];

/** A volunteer as the records need him: where he lives, when he may serve, how often he comes. */
export interface VolunteerPlan {
  row: VolunteerRow;
  /** Community by day: from the first day on, then from `movesOn`. */
  home: Community;
  nextHome: Community | null;
  movesOn: number;
  /** Days [from, to) on which he is ACTIVE, but for [pausedFrom, pausedTo). */
  from: number;
  to: number;
  pausedFrom: number;
  pausedTo: number;
  /** 0 never comes, 1 nearly always. */
  zeal: number;
}

export function volunteersOf(
  ground: Ground,
  organization: OrganizationPart,
  facilities: FacilitiesWorld,
  recordCount: number,
): VolunteersWorld {
  const plans = plansOf(ground);
  const calendar = activitiesOf(ground, organization, facilities, recordCount);
  return {
    volunteers: plans.map((plan) => plan.row),
    volunteerHomes: plans.flatMap(homesOf),
    volunteerStates: plans.flatMap(statesOf),
    teams: teamsOf(organization),
    activities: calendar.activities,
    shifts: calendar.shifts,
    records: () => recordsOf(calendar, plans),
  };
}

function plansOf(ground: Ground): VolunteerPlan[] {
  const random = randomOf('volunteers');
  const plans: VolunteerPlan[] = [];
  for (let serial = 1; serial <= VOLUNTEERS; serial++) {
    const home = ground.communities[(serial - 1) % ground.communities.length]!;
    plans.push(planOf(serial, home, ground, random));
  }
  return plans;
}

function planOf(serial: number, home: Community, ground: Ground, random: Random): VolunteerPlan {
  const joined = joiningDay(home, random);
  const ageBand = random.weighted<AgeBand>([
    ['ADULT', 93],
    ['FROM_14_TO_17', 5],
    ['UNDER_14', 2],
  ]);
  const legalName = personName(random);
  const consent = ageBand === 'ADULT' || random.chance(0.04) ? null : joined + random.int(1, 9);
  const joinedOn = dayText(joined);
  const row: VolunteerRow = {
    id: stableId('vo', joinedOn, `demo volunteer ${serial}`),
    serial,
    number: `4103059${String(serial).padStart(7, '0')}`,
    displayName: courteousName(legalName, random),
    joinedOn,
    ageBand,
    guardianConsentOn: consent === null ? null : dayText(consent),
    skills: random.chance(0.3) ? [random.pick(SKILLS)] : [],
    vault: { legalName, birthMonth: birthMonth(ageBand, random) },
  };
  const pending = ageBand !== 'ADULT' && consent === null;
  const from = pending ? LAST + 10_000 : (consent ?? joined);
  const later = (): number => from + random.int(120, 1400);
  const left = random.chance(0.05) ? later() : LAST + 10_000;
  const pausedFrom = random.chance(0.04) ? later() : LAST + 10_000;
  const leaves = left <= LAST;
  const pauses = pausedFrom <= LAST && !leaves;
  const moves = !pauses && !leaves && random.chance(0.03) ? later() : LAST + 10_000;
  return {
    row,
    home,
    nextHome: moves <= LAST ? random.pick(ground.communities) : null,
    movesOn: moves,
    from,
    to: leaves ? left : LAST + 10_000,
    pausedFrom: pauses ? pausedFrom : LAST + 10_000,
    pausedTo: pauses ? pausedFrom + random.int(30, 200) : LAST + 10_000,
    zeal: random.chance(0.28) ? 0 : 0.15 + 0.85 * random.next() ** 2,
  };
}

/** Half the story's places had their volunteers before the story began; everywhere most came before 2024. */
function joiningDay(home: Community, random: Random): number {
  const start = Math.max(dayOf('2019-03-05'), home.since > '2022-01-01' ? dayOf(home.since) : 0);
  const first = home.story ? STORY_FACTS.from : FACTS.from;
  return random.chance(0.62) ? random.int(start, first - 1) : random.int(first, LAST);
}

function birthMonth(ageBand: AgeBand, random: Random): string {
  const ages = { UNDER_14: [8, 13], FROM_14_TO_17: [14, 17], ADULT: [18, 79] } as const;
  const [youngest, oldest] = ages[ageBand];
  return `${YEAR - random.int(youngest + 1, oldest)}-${String(random.int(1, 6)).padStart(2, '0')}`;
}

function homesOf(plan: VolunteerPlan): VolunteerHome[] {
  const volunteerId = plan.row.id;
  const from = plan.row.joinedOn;
  if (plan.nextHome === null) return [{ volunteerId, communityId: plan.home.id, from, to: null }];
  const on = dayText(plan.movesOn);
  return [
    { volunteerId, communityId: plan.home.id, from, to: on },
    { volunteerId, communityId: plan.nextHome.id, from: on, to: null },
  ];
}

function statesOf(plan: VolunteerPlan): VolunteerState[] {
  const steps: [number, VolunteerState['status']][] = [];
  const joined = dayOf(plan.row.joinedOn);
  if (plan.from > joined) steps.push([joined, 'PENDING_CONSENT']);
  steps.push([plan.from, 'ACTIVE'], [plan.pausedFrom, 'PAUSED'], [plan.pausedTo, 'ACTIVE'], [plan.to, 'LEFT']);
  const real = steps.filter(([day]) => day <= LAST + 400);
  return real.map(([day, status], i) => {
    const next = real[i + 1];
    return { volunteerId: plan.row.id, status, from: dayText(day), to: next === undefined ? null : dayText(next[0]) };
  });
}

function teamsOf(organization: OrganizationPart): TeamRow[] {
  return organization.world.organizations
    .filter((row) => row.kind === 'VOLUNTEER_TEAM')
    .map((row) => ({ id: stableId('vt', '2018-03-05', `demo team ${row.id}`), name: row.name, leadId: row.id, areaId: row.areaId }));
}
