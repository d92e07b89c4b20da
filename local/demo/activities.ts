import type { CompoundPlan } from './compounds.ts';
import { dayOf, dayText, instantText, minuteOf } from './day.ts';
import type { FacilitiesWorld, FacilityRow } from './facilities.types.ts';
import { factId } from './fact-id.ts';
import { type Community, FACTS, type Ground, STORY_FACTS } from './ground.ts';
import type { OrganizationPart } from './organization.ts';
import { type Random, randomOf } from './random.ts';
import type { ActivityRow, BeneficiaryGroup, ServiceCategory, ShiftRow } from './volunteers.types.ts';

const RECORDS_PER_ACTIVITY = 20;
/** One planned activity per community that the public can sign up for: the day of Lei Feng. */
const COMING = dayOf('2027-03-05');
const RECORDED_BEFORE = dayOf('2026-05-15');

type Kind = readonly [ServiceCategory, number, string, BeneficiaryGroup, string];
const KINDS: readonly Kind[] = [
  ['ELDERLY_CARE', 20, '邻里助老服务', 'ELDERS', '陪伴聊天、打扫房间、代购物品'],
  ['ENVIRONMENT', 18, '清洁家园行动', 'ALL_RESIDENTS', '清理楼道和绿地'],
  ['ORDER', 12, '文明秩序劝导', 'ALL_RESIDENTS', '引导车辆停放、维护路口秩序'],
  ['PARTY_SERVICE', 10, '党群服务日', 'ALL_RESIDENTS', '政策宣讲和便民服务'],
  ['CULTURE', 8, '社区文化活动', 'FAMILIES', '组织文艺排练和演出'],
  ['CHILDREN', 6, '四点半课堂', 'CHILDREN', '课后看护和作业辅导'],
  ['HEALTH', 6, '健康义诊', 'ELDERS', '测量血压、健康咨询'],
  ['REPAIR', 5, '便民维修集市', 'COMPOUND', '磨刀、修鞋、修小家电'],
  ['DIGITAL_HELP', 5, '手机课堂', 'ELDERS', '教老年人使用手机'],
  ['DISABILITY', 3, '助残陪伴', 'DISABLED_PERSONS', '上门陪伴和代办'],
  ['SPORTS', 2, '健身指导', 'ALL_RESIDENTS', '带领晨练'],
  ['LEGAL', 2, '法律咨询', 'ALL_RESIDENTS', '解答法律问题'],
  ['MEDIATION', 1, '邻里议事', 'COMPOUND', '协助调解邻里琐事'],
  ['EMERGENCY', 1, '应急值守', 'ALL_RESIDENTS', '汛期巡查和值守'],
  ['OTHER', 1, '志愿服务', 'ALL_RESIDENTS', '其他服务'],
];

/** An activity that took place, with what its records need. */
export interface HeldActivity {
  row: ActivityRow;
  community: Community;
  day: number;
  /** Shifts in local minutes. */
  shifts: { id: string; from: number; to: number }[];
  place: string;
  content: string;
  /** Records to be made of it, corrections included. */
  records: number;
  /** Its recorder is late, and some records are never confirmed. */
  slow: boolean;
}
export interface ActivityCalendar {
  activities: ActivityRow[];
  shifts: ShiftRow[];
  /** By day. */
  held: HeldActivity[];
}

interface Slot {
  community: Community;
  day: number;
}

export function activitiesOf(
  ground: Ground,
  organization: OrganizationPart,
  facilities: FacilitiesWorld,
  recordCount: number,
): ActivityCalendar {
  const calendar: ActivityCalendar = { activities: [], shifts: [], held: [] };
  const places = placesOf(organization, facilities);
  const slots = slotsOf(ground, Math.max(1, Math.round(recordCount / RECORDS_PER_ACTIVITY)));
  const random = randomOf('activities');
  let made = 0;
  for (const [i, slot] of slots.entries()) {
    const due = Math.round(((i + 1) * recordCount) / slots.length) - made;
    const records = i === slots.length - 1 ? due : Math.max(1, Math.round(due * (0.6 + 0.8 * random.next())));
    made += records;
    addHeld(calendar, organization, places, slot, i, records, random);
    if (i % 50 === 49) addOther(calendar, organization, places, { ...slot, day: slot.day + 3 }, `cancelled ${i}`, 'CANCELLED', random);
  }
  for (const community of ground.communities) {
    addOther(calendar, organization, places, { community, day: COMING }, `coming ${community.code}`, 'OPEN', random);
  }
  return calendar;
}

/** Evenly over each community's days, a little denser towards the end; by day. The story's heart is busier, so that each month has some. */
function slotsOf(ground: Ground, count: number): Slot[] {
  const spans = ground.communities.flatMap((community) => [
    { community, weight: 1, ...FACTS },
    ...(community.story ? [{ community, weight: community.complete ? 3 : 1, ...STORY_FACTS }] : []),
  ]);
  const days = spans.reduce((sum, span) => sum + span.weight * (span.to - span.from), 0);
  const slots: Slot[] = [];
  let share = 0;
  for (const { community, weight, from, to } of spans) {
    const random = randomOf(`slots ${community.code} ${from}`);
    const before = Math.round((share * count) / days);
    share += weight * (to - from);
    const here = Math.round((share * count) / days) - before;
    for (let i = 0; i < here; i++) {
      const part = ((i + random.next()) / here) ** 0.92;
      slots.push({ community, day: from + Math.floor(part * (to - from)) });
    }
  }
  return slots.sort((a, b) => a.day - b.day);
}

type Places = { facilities: Map<string, FacilityRow[]>; compounds: Map<string, CompoundPlan[]> };

function placesOf(organization: OrganizationPart, facilities: FacilitiesWorld): Places {
  const planned = new Set(facilities.facilityStates.filter((state) => state.status !== 'OPEN').map((state) => state.facilityId));
  const steady = facilities.facilities.filter((facility) => !planned.has(facility.id));
  return {
    facilities: Map.groupBy(steady, (facility) => facility.communityId),
    compounds: Map.groupBy(organization.plans, (plan) => plan.community.id),
  };
}

function addHeld(
  to: ActivityCalendar,
  organization: OrganizationPart,
  places: Places,
  slot: Slot,
  index: number,
  records: number,
  random: Random,
): void {
  const slow = random.chance(0.2);
  const status = !slow && slot.day < RECORDED_BEFORE ? 'RECORDED' : 'FINISHED';
  const { row, place, content } = activityOf(organization, places, slot, `held ${index}`, status, random);
  const shifts = addShifts(to, row, slot.day, records, random);
  to.activities.push(row);
  to.held.push({ row, community: slot.community, day: slot.day, shifts, place, content, records, slow });
}

function addOther(
  to: ActivityCalendar,
  organization: OrganizationPart,
  places: Places,
  slot: Slot,
  seed: string,
  status: ActivityRow['status'],
  random: Random,
): void {
  const { row } = activityOf(organization, places, slot, seed, status, random);
  addShifts(to, row, slot.day, 20, random);
  to.activities.push(row);
}

function activityOf(
  organization: OrganizationPart,
  places: Places,
  { community, day }: Slot,
  seed: string,
  status: ActivityRow['status'],
  random: Random,
): { row: ActivityRow; place: string; content: string } {
  const kind = random.weighted(KINDS.map((entry) => [entry, entry[1]] as const));
  const [category, , name, beneficiaries, content] = kind;
  const bodies = organization.bodies.byCommunity.get(community.id)!;
  const organizers = [...bodies.teamIds, ...bodies.teamIds, bodies.residentsCommitteeId, bodies.partyOrgId ?? bodies.residentsCommitteeId];
  const venues = places.facilities.get(community.id) ?? [];
  const venue = venues.length > 0 && random.chance(0.4) ? random.pick(venues) : null;
  const compounds = places.compounds.get(community.id)!.filter((plan) => dayOf(plan.since) <= day);
  const compound = venue === null && compounds.length > 0 && random.chance(0.7) ? random.pick(compounds) : null;
  const hazardous = category === 'EMERGENCY' && random.chance(0.6);
  const row: ActivityRow = {
    id: factId('ac', dayText(day), `demo activity ${seed}`),
    title: `${community.shortName}${name}`,
    organizerId: random.chance(0.08) ? random.pick(organization.bodies.socials) : random.pick(organizers),
    communityId: community.id,
    compoundId: compound?.row.id ?? null,
    venueId: venue?.id ?? null,
    location: compound?.row.location ?? (random.chance(0.5) ? community.location : null),
    category,
    description: content,
    beneficiaries: random.chance(0.9) ? beneficiaries : null,
    status,
    riskLevel: hazardous ? 'HAZARDOUS' : 'ORDINARY',
    insured: hazardous || random.chance(0.2),
  };
  return { row, place: venue?.name ?? compound?.row.name ?? community.shortName, content };
}

/** One shift, or a morning and an afternoon. */
function addShifts(to: ActivityCalendar, activity: ActivityRow, day: number, records: number, random: Random): HeldActivity['shifts'] {
  const two = records >= 8 && random.chance(0.2);
  const hours = two ? [8, 14] : [random.int(8, 17)];
  return hours.map((hour, i) => {
    const from = minuteOf(day, hour, random.pick([0, 30]));
    const shift = { id: factId('sh', dayText(day), `${activity.id} ${i}`), from, to: from + 30 * random.int(2, 7) };
    to.shifts.push({
      id: shift.id,
      activityId: activity.id,
      startsAt: instantText(shift.from),
      endsAt: instantText(shift.to),
      capacity: Math.ceil(records / hours.length) + random.int(0, 12),
      minAge: random.chance(0.3) ? 18 : null,
      checkInMethods: random.chance(0.5) ? ['ROTATING_QR', 'ORGANIZER_LIST'] : ['ORGANIZER_LIST', 'PAPER_SHEET'],
    });
    return shift;
  });
}
