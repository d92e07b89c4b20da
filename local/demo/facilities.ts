import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import type { Bodies } from './bodies.ts';
import type { CompoundPlan } from './compounds.ts';
import { dayOf, dayText } from './day.ts';
import type {
  AssuranceRow,
  FacilitiesWorld,
  FacilityFunction,
  FacilityKind,
  FacilityRow,
  ProvisionMode,
  SpaceRow,
  WalkOriginRow,
} from './facilities.types.ts';
import { type FacilityPlan, facilityStatesOf, hundredths } from './facility-states.ts';
import { type Community, FACTS, type Ground } from './ground.ts';
import type { OrganizationPart } from './organization.ts';
import { type Random, randomOf } from './random.ts';

/** With the 76 communities of the reference district: 2 each and 48 more, 200. */
const EXTRA_COMMUNITIES = 48;
const SPREADING_STEP = 7;

const NAMES: Record<FacilityKind, string> = {
  PARTY_MASS_SERVICE_CENTRE: '党群服务中心',
  NEIGHBOURHOOD_CENTRE: '邻里中心',
  COMMUNITY_SERVICE_STATION: '社区服务站',
  ELDERLY_DAY_CARE: '日间照料中心',
  CANTEEN: '长者食堂',
  CHILDCARE: '托育点',
  HEALTH_STATION: '卫生服务站',
  CULTURE_STATION: '文化站',
  LIBRARY: '图书室',
  SPORTS: '健身中心',
  MEDIATION_ROOM: '调解室',
  VOLUNTEER_STATION: '志愿服务站',
  ACTIVITY_ROOM: '活动室',
  CONVENIENCE_POINT: '便民点',
  OUTDOOR_SPACE: '文化广场',
};
const FUNCTIONS: Partial<Record<FacilityKind, FacilityFunction[]>> = {
  PARTY_MASS_SERVICE_CENTRE: ['PARTY_SERVICE', 'GOVERNMENT_COUNTER', 'DELIBERATION', 'VOLUNTEER'],
  NEIGHBOURHOOD_CENTRE: ['ELDERLY', 'CANTEEN', 'CULTURE', 'CONVENIENCE'],
  COMMUNITY_SERVICE_STATION: ['GOVERNMENT_COUNTER', 'CONVENIENCE'],
  ELDERLY_DAY_CARE: ['ELDERLY', 'HEALTH'],
  CANTEEN: ['CANTEEN', 'ELDERLY'],
  CHILDCARE: ['CHILDCARE'],
  HEALTH_STATION: ['HEALTH'],
  CULTURE_STATION: ['CULTURE', 'READING'],
  LIBRARY: ['READING'],
  SPORTS: ['SPORTS'],
  MEDIATION_ROOM: ['MEDIATION'],
  VOLUNTEER_STATION: ['VOLUNTEER'],
  ACTIVITY_ROOM: ['CULTURE', 'DELIBERATION'],
  CONVENIENCE_POINT: ['CONVENIENCE'],
  OUTDOOR_SPACE: ['SPORTS', 'CULTURE'],
};
const OTHER_KINDS: (readonly [FacilityKind, number])[] = [
  ['COMMUNITY_SERVICE_STATION', 12],
  ['ELDERLY_DAY_CARE', 14],
  ['CANTEEN', 10],
  ['CHILDCARE', 6],
  ['HEALTH_STATION', 8],
  ['CULTURE_STATION', 8],
  ['LIBRARY', 6],
  ['SPORTS', 6],
  ['MEDIATION_ROOM', 4],
  ['VOLUNTEER_STATION', 4],
  ['ACTIVITY_ROOM', 8],
  ['CONVENIENCE_POINT', 4],
  ['OUTDOOR_SPACE', 6],
];
const MODES: (readonly [ProvisionMode, number])[] = [
  ['NEW_BUILD', 22],
  ['RENOVATION', 30],
  ['PURCHASE', 8],
  ['PROJECT_ALLOCATION', 18],
  ['RESOURCE_INTEGRATION', 18],
  ['OTHER', 4],
];

export function facilitiesOf(ground: Ground, organization: OrganizationPart): FacilitiesWorld {
  const world: FacilitiesWorld = {
    facilities: [],
    facilityStates: [],
    assurances: [],
    spaces: [],
    walkOrigins: (on) => originsOn(organization, on),
  };
  const byCommunity = Map.groupBy(organization.plans, (plan) => plan.community.id);
  for (const community of ground.communities) {
    const random = randomOf(`facilities ${community.code}`);
    const compounds = byCommunity.get(community.id)!;
    const households = compounds.reduce((sum, plan) => sum + plan.households, 0);
    const per100 = community.complete ? 44 : Math.min(75, random.skewed(27, 0.45));
    const kinds: FacilityKind[] = [
      'PARTY_MASS_SERVICE_CENTRE',
      community.complete || random.chance(0.5) ? 'NEIGHBOURHOOD_CENTRE' : random.weighted(OTHER_KINDS),
    ];
    if ((community.index * SPREADING_STEP) % ground.communities.length < EXTRA_COMMUNITIES) kinds.push(random.weighted(OTHER_KINDS));
    const parts = kinds.length === 2 ? [0.66, 0.34] : [0.54, 0.28, 0.18];
    for (const [position, kind] of kinds.entries()) {
      const usable = Math.max(18, Math.round((per100 * households * parts[position]!) / 100));
      addFacility(world, ground, organization.bodies, community, compounds, kind, position, usable, random);
    }
  }
  return world;
}

function addFacility(
  to: FacilitiesWorld,
  ground: Ground,
  bodies: Bodies,
  community: Community,
  compounds: CompoundPlan[],
  kind: FacilityKind,
  position: number,
  usable: number,
  random: Random,
): void {
  const seed = `demo facility ${community.code} ${position}`;
  const id = stableId('fc', community.since, seed);
  const inCompound = kind === 'NEIGHBOURHOOD_CENTRE' || random.chance(0.3) ? random.pick(compounds) : null;
  const plan: FacilityPlan = { id, community, kind, position, usable, inCompound, compounds, neighbour: neighbourOf(ground, community) };
  const states = facilityStatesOf(plan, random);
  const opened = states.find((state) => state.status === 'OPEN')?.from ?? null;
  const keeper = bodies.byCommunity.get(community.id)!;
  const operatorId = random.chance(0.75) ? keeper.residentsCommitteeId : random.pick(bodies.socials);
  const row: FacilityRow = {
    id,
    name: `${community.shortName}${NAMES[kind]}`,
    communityId: community.id,
    compoundId: inCompound?.row.id ?? null,
    operatorId: random.chance(0.05) ? null : operatorId,
    ownerId: random.chance(0.1) ? null : random.chance(0.4) ? bodies.departments.housing : bodies.streetOffices.get(community.streetId)!,
    provisionMode: random.weighted(MODES),
    functions: FUNCTIONS[kind] ?? [],
    openedOn: opened === community.since ? `${random.int(2012, 2021)}-09-01` : opened,
    closedOn: states.find((state) => state.status === 'CLOSED')?.from ?? null,
    address: `${community.shortName}服务点 ${position + 1} 号（演示地址）`,
    floor: random.pick(['1F', '1F', '1-2F', '2F', null]),
    lift: random.pick([true, false, false, null]),
    accessibleToilet: random.pick([true, false, null]),
  };
  to.facilities.push(row);
  to.facilityStates.push(...states);
  to.assurances.push(...assurancesOf(row, community, states[0]!.from, random));
  if (kind !== 'OUTDOOR_SPACE' && !random.chance(0.25)) to.spaces.push(...spacesOf(row, leastUsable(states), random));
}

function neighbourOf(ground: Ground, community: Community): Community | null {
  return (
    ground.communities.find((other) => other.streetId === community.streetId && other.streetIndex === community.streetIndex + 1) ?? null
  );
}

/** Hundredths of m² that were usable at all times at which it was known. */
function leastUsable(states: readonly { usableArea: string | null }[]): number {
  const known = states.map((state) => state.usableArea).filter((area) => area !== null);
  return known.length === 0 ? 0 : Math.min(...known.map((area) => Math.round(Number(area) * 100)));
}

/** Some keep the ledger well, some let it go stale, some never confirmed an entry. */
function assurancesOf(facility: FacilityRow, community: Community, from: string, random: Random): AssuranceRow[] {
  const every = community.complete
    ? 80
    : random.weighted([
        [95, 5],
        [150, 4],
        [210, 3],
        [400, 1],
        [0, 1],
      ]);
  if (every === 0) return [];
  const rows: AssuranceRow[] = [];
  const organizationId = facility.operatorId;
  if (organizationId === null) return rows;
  for (let day = dayOf(from) + random.int(5, 60); day < FACTS.to; day += every + (community.complete ? 0 : random.int(0, 40))) {
    rows.push({ facilityId: facility.id, on: dayText(day), organizationId });
  }
  return rows;
}

const ROOMS: (readonly [name: string, forResidents: boolean])[] = [
  ['多功能厅', true],
  ['党员活动室', true],
  ['书画室', true],
  ['办事大厅', false],
  ['议事室', true],
  ['办公室', false],
];

/** Rooms whose areas together stay within the usable area; sometimes two can be joined. */
function spacesOf(facility: FacilityRow, usableHundredths: number, random: Random): SpaceRow[] {
  if (usableHundredths < 3000) return [];
  const count = random.int(2, 5);
  const rows: SpaceRow[] = [];
  let left = Math.floor(usableHundredths * 0.9);
  for (let i = 0; i < count; i++) {
    const area = Math.floor((left / (count - i)) * (0.7 + 0.3 * random.next()));
    left -= area;
    const [name, residentActivity] = ROOMS[i]!;
    rows.push({
      id: stableId('sp', '2022-01-01', `demo space ${facility.id} ${i}`),
      facilityId: facility.id,
      name,
      usableArea: hundredths(area),
      residentActivity,
      capacity: Math.max(4, Math.round(area / 250)),
      bookable: residentActivity && random.chance(0.8),
      equipment: random.chance(0.4) ? ['投影', '音响'] : [],
      combines: [],
    });
  }
  if (random.chance(0.25)) {
    const [first, second] = rows;
    rows.push({
      id: stableId('sp', '2022-01-01', `demo space ${facility.id} joined`),
      facilityId: facility.id,
      name: `${first!.name}＋${second!.name}`,
      usableArea: null,
      residentActivity: true,
      capacity: first!.capacity + second!.capacity,
      bookable: true,
      equipment: [],
      combines: [first!.id, second!.id],
    });
  }
  return rows;
}

function originsOn(organization: OrganizationPart, on: string): WalkOriginRow[] {
  const compounds = new Map(organization.world.compounds.map((compound) => [compound.id, compound]));
  return organization.world.compoundStates
    .filter((state) => state.from <= on && (state.to === null || on < state.to))
    .map(({ compoundId, communityId, households, residents60Plus }) => {
      const { entrances, location } = compounds.get(compoundId)!;
      const estimated = entrances.length === 0 && location !== null;
      return { compoundId, communityId, households, residents60Plus, points: estimated ? [location] : entrances, estimated };
    });
}
