import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import type { Bodies } from './bodies.ts';
import type { CompoundPlan } from './compounds.ts';
import { dayOf, dayText } from './day.ts';
import { BEGINNING, type Community, type Ground } from './ground.ts';
import type { BuildingGroup, BuildingRow, OrganizationCompound, OrganizationRow, OrganizationState } from './organization.types.ts';
import { type Random, randomOf } from './random.ts';

const LAST = dayOf('2026-05-31');
const JOINT_LIMIT = 4;

/** A compound's Party branch with the days on which it is its branch. */
export interface BranchOf {
  branchId: string;
  from: string;
  to: string | null;
  /** See `CompoundPlan.exemplary`. */
  exemplary: boolean;
}
export interface Branches {
  organizations: OrganizationRow[];
  states: OrganizationState[];
  compounds: OrganizationCompound[];
  groups: BuildingGroup[];
  /** By compound. */
  branchOf: Map<string, BranchOf>;
}

/** Compound Party branches, own and joint, and the Party groups of their buildings (§4.4). */
export function branchesOf(ground: Ground, bodies: Bodies, plans: readonly CompoundPlan[]): Branches {
  const branches: Branches = { organizations: [], states: [], compounds: [], groups: [], branchOf: new Map() };
  const byCommunity = Map.groupBy(plans, (plan) => plan.community.id);
  for (const community of ground.communities) {
    const parent = bodies.byCommunity.get(community.id)!;
    if (parent.partyOrgId === null) continue;
    const random = randomOf(`branches ${community.code}`);
    const coverage = community.complete ? 0.8 : 0.62 + random.next() * 0.36;
    const queue = [...(byCommunity.get(community.id) ?? [])];
    while (queue.length > 0) {
      const first = queue.shift()!;
      if (!first.exemplary && !random.chance(coverage)) continue;
      const members = [first];
      if (!first.exemplary && first.households < 150 && random.chance(0.35)) {
        const others = queue.filter((plan) => plan.households < 170 && plan.since === community.since);
        for (const other of others.slice(0, random.int(1, JOINT_LIMIT - 1))) {
          members.push(other);
          queue.splice(queue.indexOf(other), 1);
        }
      }
      addBranch(branches, parent.partyOrgId, parent.partyOrgFrom, community, members, random);
    }
  }
  return branches;
}

function addBranch(
  to: Branches,
  parentId: string,
  parentFrom: string,
  community: Community,
  members: CompoundPlan[],
  random: Random,
): void {
  const first = members[0]!;
  const earliest = Math.max(dayOf(first.since), dayOf(parentFrom));
  const early = first.exemplary || random.chance(0.68);
  const from = early ? earliest : random.int(earliest, LAST);
  const foundedOn = early && dayText(earliest) === BEGINNING ? `${random.int(2009, 2021)}-07-01` : dayText(from);
  const id = stableId('og', foundedOn, `demo branch ${first.row.code}`);
  const joint = members.length > 1;
  const fullMembers = random.int(3, Math.max(5, Math.min(60, Math.round(first.households / 9))));
  const dissolves = !first.exemplary && early && random.chance(0.03);
  const dissolved = dissolves ? dayText(Math.max(from + 180, random.int(dayOf('2023-06-01'), LAST))) : null;
  to.organizations.push({
    id,
    kind: 'COMPOUND_PARTY_BRANCH',
    name: joint ? `${first.row.name}等小区联合党支部` : `${first.row.name}党支部`,
    uscc: null,
    partyLevel: joint ? 'JOINT_BRANCH' : 'BRANCH',
    parentId,
    areaId: community.id,
    foundedOn,
    dissolvedOn: dissolved,
    partyMemberCount: random.chance(0.05) ? null : fullMembers + random.int(0, 2),
    fullMemberCount: random.chance(0.05) ? null : fullMembers,
    contact: null,
  });
  addStates(to.states, id, dayText(from), dissolved, !first.exemplary && random.chance(0.03) ? random : null);
  for (const plan of members) {
    const span = { from: dayText(Math.max(from, dayOf(plan.since))), to: dissolved };
    to.compounds.push({ organizationId: id, compoundId: plan.row.id, ...span });
    to.branchOf.set(plan.row.id, { branchId: id, ...span, exemplary: plan.exemplary });
    addGroups(to, id, plan, span.from, dissolved, random);
  }
}

/** ACTIVE from its beginning; with `suspends` an interval of suspension; DISSOLVED at the end if it has one. */
function addStates(
  states: OrganizationState[],
  organizationId: string,
  from: string,
  dissolved: string | null,
  suspends: Random | null,
): void {
  const pausedOn = suspends === null ? LAST : dayOf(from) + suspends.int(200, 700);
  const suspendedFrom = pausedOn < LAST ? dayText(pausedOn) : null;
  const suspendedTo = suspendedFrom === null ? null : dayText(dayOf(suspendedFrom) + 120);
  if (suspendedFrom !== null && suspendedTo !== null && dissolved === null) {
    states.push({ organizationId, status: 'ACTIVE', from, to: suspendedFrom });
    states.push({ organizationId, status: 'SUSPENDED', from: suspendedFrom, to: suspendedTo });
    states.push({ organizationId, status: 'ACTIVE', from: suspendedTo, to: null });
    return;
  }
  states.push({ organizationId, status: 'ACTIVE', from, to: dissolved });
  if (dissolved !== null) states.push({ organizationId, status: 'DISSOLVED', from: dissolved, to: null });
}

/** Groups of one to three buildings. Half the branches reach every building, some not before 2024 or 2025. */
function addGroups(to: Branches, branchId: string, plan: CompoundPlan, branchFrom: string, branchTo: string | null, random: Random): void {
  const lived = plan.buildings.filter((building) => building.kind === 'RESIDENTIAL' || building.kind === 'MIXED');
  const whole = plan.exemplary || random.chance(0.6);
  const reached = whole ? lived.length : Math.floor(lived.length * random.next() * 0.8);
  let position = 0;
  while (position < reached) {
    const members = lived.slice(position, Math.min(reached, position + random.pick([1, 1, 1, 2, 3])));
    position += members.length;
    const begin = dayOf(branchFrom);
    const late = !plan.exemplary && random.chance(0.25);
    const from = dayText(late ? Math.min(LAST, begin + random.int(100, 1300)) : begin);
    if (branchTo !== null && from >= branchTo) continue;
    addGroup(to, branchId, plan, members, from, branchTo, random);
  }
}

function addGroup(
  to: Branches,
  branchId: string,
  plan: CompoundPlan,
  members: BuildingRow[],
  from: string,
  end: string | null,
  random: Random,
): void {
  const first = members[0]!;
  const id = stableId('og', from, `demo group ${first.code}`);
  const count = random.int(3, 11);
  to.organizations.push({
    id,
    kind: 'BUILDING_PARTY_GROUP',
    name: `${plan.row.name}${members.map((building) => building.label.replace('号楼', '')).join('、')}号楼党小组`,
    uscc: null,
    partyLevel: 'GROUP',
    parentId: branchId,
    areaId: plan.community.id,
    foundedOn: from,
    dissolvedOn: end,
    partyMemberCount: count,
    fullMemberCount: count - random.int(0, 1),
    contact: null,
  });
  const lapsed =
    end === null && !plan.exemplary && random.chance(0.02)
      ? dayText(Math.max(dayOf(from) + 60, random.int(dayOf('2024-03-01'), LAST)))
      : end;
  if (lapsed !== end) to.organizations[to.organizations.length - 1]!.dissolvedOn = lapsed;
  addStates(to.states, id, from, lapsed, null);
  for (const building of members) to.groups.push({ buildingId: building.id, groupId: id, from, to: lapsed });
}
