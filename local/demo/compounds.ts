import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import type { Bodies } from './bodies.ts';
import { dayOf, dayText } from './day.ts';
import { type Community, type Ground, pointNear } from './ground.ts';
import { compoundNames } from './names.ts';
import type { BuildingRow, BuildingState, CompoundRow, CompoundState, CompoundType, ManagementMode } from './organization.types.ts';
import { type Random, randomOf } from './random.ts';

const LAST = dayOf('2026-05-31');

/** A compound with what later parts ask of it. */
export interface CompoundPlan {
  row: CompoundRow;
  community: Community;
  /** First day of its states. */
  since: string;
  /** True of the first compound of a `complete` community: it has all that can be counted. */
  exemplary: boolean;
  /** Households as they are, also where nobody recorded them. */
  households: number;
  /** Residential and mixed ones first. */
  buildings: BuildingRow[];
  /** As things stand at the end of the demo's time. */
  managed: boolean;
  companyId: string | null;
}
export interface Compounds {
  plans: CompoundPlan[];
  states: CompoundState[];
  buildings: BuildingRow[];
  buildingStates: BuildingState[];
}

export function compoundsOf(ground: Ground, bodies: Bodies): Compounds {
  const compounds: Compounds = { plans: [], states: [], buildings: [], buildingStates: [] };
  for (const community of ground.communities) {
    const random = randomOf(`compounds ${community.code}`);
    const nameOf = compoundNames(random);
    // Big communities have many compounds and not only big ones.
    const count = Math.max(5, Math.min(22, Math.round(random.skewed(10, 0.3))));
    const workUnitShare = random.next() * 0.6;
    for (let serial = 1; serial <= count; serial++) {
      const workUnit = random.chance(workUnitShare);
      addCompound(compounds, bodies, community, serial, workUnit, nameOf(workUnit), random);
    }
  }
  return compounds;
}

function addCompound(
  to: Compounds,
  bodies: Bodies,
  community: Community,
  serial: number,
  workUnit: boolean,
  name: string,
  random: Random,
): void {
  const code = `${community.code}${String(serial).padStart(3, '0')}`;
  const story = community.complete && serial <= 2;
  const types = workUnit ? workUnitTypes(random) : otherTypes(random);
  const isNew = !story && types[0] === 'COMMERCIAL' && random.chance(0.05);
  const since = isNew ? dayText(random.int(dayOf('2023-07-01'), dayOf('2025-10-01'))) : community.since;
  const households = Math.max(24, Math.round(random.skewed(types.includes('OLD') ? 120 : 190, 0.62)));
  const builtYear = types.includes('OLD') ? random.int(1962, 1999) : random.int(2000, 2021);
  const location = random.chance(0.035)
    ? null
    : pointNear(community.location, 60 + 620 * Math.sqrt(random.next()), random.next() * 2 * Math.PI);
  const entranceCount = location === null || (!story && random.chance(0.1)) ? 0 : random.int(1, 3);
  const row: CompoundRow = {
    id: stableId('cp', since, `demo compound ${code}`),
    code,
    name,
    aliases: random.chance(0.08) ? [`${name}（老名）`] : [],
    builtYear: isNew ? Number(since.slice(0, 4)) : random.chance(0.06) ? null : builtYear,
    totalExclusiveArea: random.chance(0.12) ? null : `${households * random.int(62, 108)}.${random.int(10, 99)}`,
    ownerCount: random.chance(0.15) ? null : Math.round(households * (0.9 + 0.08 * random.next())),
    location,
    entrances: Array.from({ length: entranceCount }, () => pointNear(location!, random.int(30, 140), random.next() * 2 * Math.PI)),
  };
  const plan: CompoundPlan = {
    row,
    community,
    since,
    exemplary: community.complete && serial === 1,
    households,
    buildings: [],
    managed: true,
    companyId: null,
  };
  addStates(to, bodies, plan, types, serial, random);
  addBuildings(to, plan, types, random);
  to.plans.push(plan);
}

function workUnitTypes(random: Random): CompoundType[] {
  return random.chance(0.7) ? ['WORK_UNIT', 'OLD'] : ['WORK_UNIT'];
}

function otherTypes(random: Random): CompoundType[] {
  const first = random.weighted<CompoundType>([
    ['COMMERCIAL', 50],
    ['OLD', 28],
    ['VILLAGE_RESETTLEMENT', 10],
    ['AFFORDABLE', 6],
    ['RENTAL', 2],
    ['MIXED', 4],
  ]);
  return first === 'COMMERCIAL' && random.chance(0.1) ? ['COMMERCIAL', 'OLD'] : [first];
}

type Change = { day: number; apply: (state: Mutable) => void };
type Mutable = { -readonly [Key in keyof CompoundState]: CompoundState[Key] };

/** Whole dated rows: the first state with each change upon it, equal days joined. */
function addStates(to: Compounds, bodies: Bodies, plan: CompoundPlan, types: CompoundType[], serial: number, random: Random): void {
  const start = dayOf(plan.since);
  const state: Mutable = {
    compoundId: plan.row.id,
    communityId: plan.community.id,
    types,
    management: 'NONE',
    companyId: null,
    hostId: null,
    households: null,
    population: null,
    residents60Plus: null,
    from: plan.since,
    to: null,
  };
  const changes: Change[] = [...managementChanges(bodies, plan, types, serial, random), ...householdChanges(plan, random)];
  changes.sort((a, b) => a.day - b.day);
  let from = start;
  for (const change of changes) {
    const day = Math.max(change.day, start);
    if (day > from) {
      to.states.push({ ...state, from: dayText(from), to: dayText(day) });
      from = day;
    }
    change.apply(state);
  }
  to.states.push({ ...state, from: dayText(from) });
  plan.managed = state.management !== 'NONE';
  plan.companyId = state.companyId;
}

function manager(bodies: Bodies, plan: CompoundPlan, mode: ManagementMode, random: Random): (state: Mutable) => void {
  const units = bodies.units.get(plan.community.streetId) ?? [];
  const hosts: Partial<Record<ManagementMode, string>> = {
    COMMUNITY_HOSTED: bodies.byCommunity.get(plan.community.id)!.residentsCommitteeId,
    UNIT_HOSTED: units.length > 0 ? random.pick(units) : bodies.byCommunity.get(plan.community.id)!.residentsCommitteeId,
  };
  const companyId = mode === 'PROPERTY_COMPANY' ? random.pick(bodies.companies) : null;
  return (state) => {
    state.management = mode;
    state.companyId = companyId;
    state.hostId = hosts[mode] ?? null;
  };
}

/** Compounds nobody manages are taken over one by one; a few companies leave. The second compound of a complete community stays unmanaged. */
function managementChanges(bodies: Bodies, plan: CompoundPlan, types: CompoundType[], serial: number, random: Random): Change[] {
  const start = dayOf(plan.since);
  const old = types.includes('OLD');
  const first: ManagementMode = plan.exemplary
    ? 'PROPERTY_COMPANY'
    : random.weighted<ManagementMode>([
        ['PROPERTY_COMPANY', old ? 30 : 84],
        ['SELF_MANAGED', 8],
        ['COMMUNITY_HOSTED', old ? 16 : 3],
        ['UNIT_HOSTED', types.includes('WORK_UNIT') ? 16 : 0],
        ['NONE', old ? 32 : 5],
      ]);
  if (plan.community.complete && serial === 2) return [{ day: start, apply: manager(bodies, plan, 'NONE', random) }];
  const changes: Change[] = [{ day: start, apply: manager(bodies, plan, first, random) }];
  if (plan.exemplary) return changes;
  const day = random.int(dayOf('2023-01-01'), LAST);
  if (first === 'NONE' && random.chance(0.62)) {
    changes.push({ day, apply: manager(bodies, plan, random.chance(0.8) ? 'COMMUNITY_HOSTED' : 'PROPERTY_COMPANY', random) });
  } else if (first === 'COMMUNITY_HOSTED' && random.chance(0.2)) {
    changes.push({ day, apply: manager(bodies, plan, 'PROPERTY_COMPANY', random) });
  } else if (first === 'PROPERTY_COMPANY' && random.chance(0.12)) {
    changes.push({ day, apply: manager(bodies, plan, random.chance(0.3) ? 'NONE' : 'PROPERTY_COMPANY', random) });
  }
  return changes;
}

/** Households grow a little now and then; some were never recorded, some late. */
function householdChanges(plan: CompoundPlan, random: Random): Change[] {
  const start = dayOf(plan.since);
  const fixed = plan.community.complete && plan.row.code.endsWith('2');
  if (!plan.exemplary && !fixed && random.chance(0.03)) return [];
  const late = !plan.exemplary && !fixed && random.chance(0.03);
  const perHousehold = 2.2 + random.next() * 0.9;
  const elderly = 0.1 + random.next() * 0.26;
  const changes: Change[] = [];
  let households = plan.households;
  let day = late ? random.int(dayOf('2024-02-01'), dayOf('2025-08-01')) : start;
  const knowsElderly = plan.exemplary || !random.chance(0.06);
  const steps = random.int(1, 3);
  for (let step = 0; step <= steps && day < LAST; step++) {
    const population = Math.round(households * perHousehold);
    const counted = households;
    changes.push({
      day,
      apply: (state) => {
        state.households = counted;
        state.population = population;
        state.residents60Plus = knowsElderly ? Math.round(population * elderly) : null;
      },
    });
    households += Math.max(1, Math.round(households * random.next() * 0.025));
    day += random.int(200, 620);
  }
  plan.households = households;
  return changes;
}

function addBuildings(to: Compounds, plan: CompoundPlan, types: CompoundType[], random: Random): void {
  const perBuilding = types.includes('OLD') ? random.int(16, 30) : random.int(22, 44);
  const count = Math.max(1, Math.min(40, Math.round(plan.households / perBuilding)));
  for (let i = 1; i <= count; i++) addBuilding(to, plan, i, random.chance(0.06) ? 'MIXED' : 'RESIDENTIAL', plan.households / count, random);
  if (random.chance(0.12)) addBuilding(to, plan, count + 1, 'COMMERCIAL', 0, random);
  if (random.chance(0.45)) addBuilding(to, plan, 901, 'AUXILIARY', 0, random);
}

function addBuilding(
  to: Compounds,
  plan: CompoundPlan,
  serial: number,
  kind: BuildingRow['kind'],
  households: number,
  random: Random,
): void {
  const code = `${plan.row.code}${String(serial).padStart(3, '0')}`;
  const lived = kind === 'RESIDENTIAL' || kind === 'MIXED';
  const label = kind === 'AUXILIARY' ? '门卫及配电房' : `${serial}号楼`;
  const row: BuildingRow = {
    id: stableId('bd', plan.since, `demo building ${code}`),
    code,
    compoundId: plan.row.id,
    label,
    kind,
    units: lived ? random.int(1, 5) : null,
    floors: kind === 'AUXILIARY' ? 1 : random.pick([5, 6, 6, 7, 11, 18, 26]),
  };
  to.buildings.push(row);
  plan.buildings.push(row);
  const counted = lived ? Math.max(4, Math.round(households * (0.8 + random.next() * 0.4))) : 0;
  const grows = lived && random.chance(0.15);
  const since = plan.since;
  const unknown = kind === 'MIXED' && random.chance(0.2);
  const changedOn = dayText(Math.max(dayOf(since) + 30, random.int(dayOf('2023-01-01'), LAST)));
  const first = { buildingId: row.id, households: unknown ? null : counted, from: since, to: grows ? changedOn : null };
  to.buildingStates.push(first);
  if (grows) to.buildingStates.push({ buildingId: row.id, households: counted + random.int(1, 3), from: changedOn, to: null });
}
