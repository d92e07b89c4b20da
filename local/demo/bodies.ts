import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import { BEGINNING, type Community, type Ground } from './ground.ts';
import { companyName, deadPhone, inventUscc, unitName } from './names.ts';
import type { OrganizationKind, OrganizationRow, OrganizationState, PartyLevel } from './organization.types.ts';
import { type Random, randomOf } from './random.ts';
import type { Place } from './world.types.ts';

const DEPARTMENTS = [
  ['housing', '住房和城乡建设局'],
  ['urban-management', '城市管理局'],
  ['civil-affairs', '民政局'],
  ['health', '卫生健康委员会'],
  ['education', '教育体育局'],
  ['human-resources', '人力资源和社会保障局'],
  ['environment', '生态环境分局'],
  ['market', '市场监督管理局'],
  ['police', '公安分局'],
  ['traffic', '交通运输局'],
  ['justice', '司法局'],
  ['social-work', '区委社会工作部'],
  ['hotline', '12345 政务服务便民热线中心'],
] as const;
export type DepartmentCode = (typeof DEPARTMENTS)[number][0];

const COMPANY_COUNT = 40;
const UNIT_COUNT = 60;

/** What the organizations of one community are. */
export interface CommunityBodies {
  /** Null: there is none. */
  partyOrgId: string | null;
  /** From when it is ACTIVE. */
  partyOrgFrom: string;
  residentsCommitteeId: string;
  mediationId: string;
  /** Volunteer teams, socials beside them. */
  teamIds: string[];
}

/** Organizations above the compounds. */
export interface Bodies {
  organizations: OrganizationRow[];
  states: OrganizationState[];
  departments: Record<DepartmentCode, string>;
  /** By street. */
  streetOffices: Map<string, string>;
  workingCommittees: Map<string, string>;
  /** By community. */
  byCommunity: Map<string, CommunityBodies>;
  companies: string[];
  /** Stationed units by street. */
  units: Map<string, string[]>;
  socials: string[];
}

export function bodiesOf(ground: Ground): Bodies {
  const bodies: Bodies = {
    organizations: [],
    states: [],
    departments: {} as Record<DepartmentCode, string>,
    streetOffices: new Map(),
    workingCommittees: new Map(),
    byCommunity: new Map(),
    companies: [],
    units: new Map(),
    socials: [],
  };
  const random = randomOf('bodies');
  for (const [code, name] of DEPARTMENTS) {
    bodies.departments[code] = add(bodies, random, {
      kind: 'DEPARTMENT',
      name: `涧西区${name}（演示）`,
      areaId: ground.district.id,
      seed: code,
    });
  }
  for (const street of ground.streets) addStreet(bodies, random, street);
  for (const community of ground.communities) addCommunity(bodies, community);
  for (let i = 0; i < COMPANY_COUNT; i++) {
    const foundedOn = `${random.int(2001, 2019)}-0${random.int(1, 9)}-15`;
    const row = { kind: 'PROPERTY_COMPANY' as const, name: companyName(i), areaId: ground.district.id, seed: `company ${i}`, foundedOn };
    bodies.companies.push(add(bodies, random, row));
  }
  for (let i = 0; i < UNIT_COUNT; i++) {
    const community = ground.communities[(i * 37) % ground.communities.length]!;
    const id = add(bodies, random, {
      kind: 'STATIONED_UNIT',
      name: unitName(i),
      areaId: community.id,
      seed: `unit ${i}`,
      foundedOn: '1998-07-01',
    });
    bodies.units.set(community.streetId, [...(bodies.units.get(community.streetId) ?? []), id]);
  }
  return bodies;
}

function addStreet(bodies: Bodies, random: Random, street: Place): void {
  const committee = add(bodies, random, {
    kind: 'STREET_PARTY_WORKING_COMMITTEE',
    name: `${street.name}党工委`,
    areaId: street.id,
    seed: street.code,
    partyLevel: 'COMMITTEE',
    members: random.int(60, 180),
  });
  bodies.workingCommittees.set(street.id, committee);
  const office = {
    kind: 'STREET_OFFICE' as const,
    name: `${street.name}办事处`,
    areaId: street.id,
    seed: street.code,
    parentId: committee,
  };
  bodies.streetOffices.set(street.id, add(bodies, random, { ...office, service: true }));
  const social = {
    kind: 'SOCIAL_ORGANIZATION' as const,
    name: `${street.name}社会工作服务中心（演示）`,
    areaId: street.id,
    seed: street.code,
  };
  bodies.socials.push(add(bodies, random, { ...social, foundedOn: '2019-05-20' }));
}

/** A few communities have no Party organization of their own yet, or got it late. */
function addCommunity(bodies: Bodies, community: Community): void {
  const random = randomOf(`community bodies ${community.code}`);
  const { id: areaId, code: seed, shortName } = community;
  const missing = !community.complete && community.index % 29 === 11;
  const late = !community.complete && !missing && community.index % 31 === 7;
  const partyOrgFrom = late ? '2024-09-01' : BEGINNING;
  const partyLevel = random.weighted<PartyLevel>([
    ['COMMITTEE', 5],
    ['GENERAL_BRANCH', 3],
    ['BRANCH', 2],
  ]);
  const parentId = bodies.workingCommittees.get(community.streetId)!;
  const members = random.int(80, 420);
  const common = { areaId, seed, service: true };
  const partyOrgId = missing
    ? null
    : add(bodies, random, {
        ...common,
        kind: 'COMMUNITY_PARTY_ORG',
        name: `${shortName}党组织`,
        parentId,
        partyLevel,
        members,
        plannedUntil: late ? partyOrgFrom : undefined,
      });
  const office = bodies.streetOffices.get(community.streetId)!;
  const residentsCommitteeId = add(bodies, random, { ...common, kind: 'RESIDENTS_COMMITTEE', name: community.name, parentId: office });
  const mediationId = add(bodies, random, {
    ...common,
    kind: 'MEDIATION_COMMITTEE',
    name: `${shortName}人民调解委员会`,
    parentId: residentsCommitteeId,
  });
  const teamIds = ['志愿服务队', '银龄志愿服务队'].slice(0, random.int(1, 2)).map((name, i) => {
    const row = { areaId, kind: 'VOLUNTEER_TEAM' as const, name: `${shortName}${name}`, parentId: partyOrgId ?? residentsCommitteeId };
    return add(bodies, random, { ...row, seed: `${seed} ${i}`, foundedOn: '2018-03-05' });
  });
  bodies.byCommunity.set(areaId, { partyOrgId, partyOrgFrom, residentsCommitteeId, mediationId, teamIds });
}

interface NewOrganization {
  kind: OrganizationKind;
  name: string;
  areaId: string;
  seed: string;
  parentId?: string;
  partyLevel?: PartyLevel;
  members?: number;
  service?: boolean;
  foundedOn?: string;
  plannedUntil?: string;
}

const USCC_KINDS: Partial<Record<OrganizationKind, string>> = {
  DEPARTMENT: '11',
  STREET_OFFICE: '11',
  RESIDENTS_COMMITTEE: '55',
  STATIONED_UNIT: '12',
  SOCIAL_ORGANIZATION: '52',
  PROPERTY_COMPANY: '91',
};

function add(bodies: Bodies, random: Random, row: NewOrganization): string {
  const foundedOn = row.foundedOn ?? '2003-06-01';
  const id = stableId('og', foundedOn, `demo ${row.kind} ${row.seed}`);
  const usccKind = USCC_KINDS[row.kind];
  bodies.organizations.push({
    id,
    kind: row.kind,
    name: row.name,
    uscc: usccKind === undefined || random.chance(0.1) ? null : inventUscc(random, usccKind, !random.chance(0.04)),
    partyLevel: row.partyLevel ?? null,
    parentId: row.parentId ?? null,
    areaId: row.areaId,
    foundedOn: row.plannedUntil ?? foundedOn,
    dissolvedOn: null,
    partyMemberCount: row.members ?? null,
    fullMemberCount: row.members === undefined ? null : row.members - random.int(0, 4),
    contact: row.service ? { address: `${row.name}办公地点（演示）`, servicePhone: deadPhone(random), hours: '工作日 08:30–18:00' } : null,
  });
  if (row.plannedUntil === undefined) {
    bodies.states.push({ organizationId: id, status: 'ACTIVE', from: BEGINNING, to: null });
  } else {
    bodies.states.push({ organizationId: id, status: 'PLANNED', from: BEGINNING, to: row.plannedUntil });
    bodies.states.push({ organizationId: id, status: 'ACTIVE', from: row.plannedUntil, to: null });
  }
  return id;
}
