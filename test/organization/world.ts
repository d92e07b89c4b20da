/**
 * The small district in which random commands are played: streets 甲 and 乙, three communities, an estate or two in each, their organizations,
 * posts and holders. Its registry is real, so that editions can be loaded after it.
 */
import { loadRegistry } from '../../subgraphs/organization/seed.ts';
import { registryTables } from '../../subgraphs/organization/src/area/lineage.rules.ts';
import { definition } from '../../subgraphs/organization/src/subgraph.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { edition, registryOf } from './divisions.ts';

export const FIRST_EDITION = 2016;
const FIRST = edition(FIRST_EDITION, {
  '410305000000': '涧西区',
  '410305001000': '甲街道',
  '410305002000': '乙街道',
  '410305001001': '沟社区居民委员会',
  '410305001002': '坡社区居民委员会',
  '410305002001': '湾社区居民委员会',
});
const REGISTRY = registryOf(FIRST);
const placeOf = (code: string): string => REGISTRY.areaIdOf({ edition: FIRST_EDITION, code }) ?? '';

/** Stable ids of the first places. */
export const PLACES = {
  district: placeOf('410305000000'),
  streets: ['410305001000', '410305002000'].map(placeOf) as [string, string],
  communities: ['410305001001', '410305001002', '410305002001'].map(placeOf) as [string, string, string],
};
const [s1, s2] = PLACES.streets;
const [k1, k2, k3] = PLACES.communities;

/** Staff of a community and of a street, the registrar, the district, and somebody who may do nothing here. */
export const CALLERS = {
  registrar: { roles: ['REGISTRAR'], variant: 'INTERNAL', subject: 'u1' },
  lead: { roles: ['DISTRICT_LEAD'], variant: 'INTERNAL', subject: 'u2' },
  street: { roles: ['STREET_STAFF'], variant: 'DEPARTMENT', subject: 'u3', communities: [k1, k2], areas: [s1, k1, k2] },
  community: { roles: ['COMMUNITY_STAFF'], variant: 'DEPARTMENT', subject: 'u4', communities: [k3], areas: [k3] },
  resident: { roles: ['RESIDENT'], variant: 'RESIDENT', subject: 'u5' },
} satisfies Record<string, Partial<Claims>>;

/** c1 and c2 in 沟, c3 in 坡, c4 in 湾; branches, groups, an owners' committee of two terms, and people for the posts. */
const CONTENT = `
  insert into organization (id, kind, name, party_level, parent_id, area_id) values
    ('w1', 'STREET_PARTY_WORKING_COMMITTEE', '甲街道党工委', 'COMMITTEE', null, '${s1}'),
    ('w2', 'STREET_PARTY_WORKING_COMMITTEE', '乙街道党工委', 'COMMITTEE', null, '${s2}'),
    ('p1', 'COMMUNITY_PARTY_ORG', '沟社区党委', 'COMMITTEE', 'w1', '${k1}'),
    ('p2', 'COMMUNITY_PARTY_ORG', '坡社区党委', 'COMMITTEE', 'w1', '${k2}'),
    ('b1', 'COMPOUND_PARTY_BRANCH', '一号院党支部', 'BRANCH', 'p1', '${k1}'),
    ('g1', 'BUILDING_PARTY_GROUP', '一号院第一党小组', 'GROUP', 'b1', '${k1}'),
    ('oc', 'OWNERS_COMMITTEE', '一号院业委会', null, null, '${k1}'),
    ('pc', 'PROPERTY_COMPANY', '物业公司', null, null, '${PLACES.district}'),
    ('un', 'STATIONED_UNIT', '驻区单位', null, null, '${k3}');
  insert into organization_state (organization_id, valid_from, status) select id, '2017-01-01', 'ACTIVE' from organization;
  insert into compound (id, code, name, aliases, entrances) values
    ('c1', '410305001001001', '一号院', '{}', '[]'), ('c2', '410305001001002', '二号院', '{}', '[]'),
    ('c3', '410305001002001', '三号院', '{}', '[]'), ('c4', '410305002001001', '四号院', '{}', '[]');
  insert into compound_state (compound_id, valid_from, community_id, types, management, households) values
    ('c1', '2017-01-01', '${k1}', '{OLD}', 'NONE', 100), ('c2', '2017-01-01', '${k1}', '{OLD}', 'NONE', 100),
    ('c3', '2017-01-01', '${k2}', '{OLD}', 'NONE', 100), ('c4', '2017-01-01', '${k3}', '{OLD}', 'NONE', 100);
  insert into organization_compound (organization_id, compound_id, valid_from) values ('b1', 'c1', '2017-01-01'), ('oc', 'c1', '2017-01-01');
  insert into building (id, code, compound_id, label, kind) values
    ('h1', '410305001001001001', 'c1', '1号楼', 'RESIDENTIAL'), ('h2', '410305001001001002', 'c1', '2号楼', 'RESIDENTIAL'),
    ('h4', '410305002001001001', 'c4', '1号楼', 'RESIDENTIAL');
  insert into building_state (building_id, valid_from, households) values ('h1', '2017-01-01', 50), ('h2', '2017-01-01', 50), ('h4', '2017-01-01', 50);
  insert into building_group (building_id, valid_from, group_id) values ('h1', '2017-01-01', 'g1');
  insert into owners_committee (id, organization_id, compound_id, term, elected_on, term_starts_on, expires_on, filed_on) values
    ('t1', 'oc', 'c1', 1, '2018-01-01', '2018-01-01', '2021-01-01', '2018-01-20'), ('t2', 'oc', 'c1', 2, '2021-06-01', '2021-06-01', '2026-06-01', '2021-06-20');
  insert into post (id, organization_id, code, seats) values
    ('po1', 'b1', 'PARTY_SECRETARY', 1), ('po2', 'oc', 'OC_CHAIR', 1), ('po3', 'oc', 'OC_MEMBER', 3), ('po4', 'un', 'LIAISON', 2), ('po5', 'g1', 'BUILDING_STEWARD', 2);
  insert into officeholder (id, public_name) values ('o1', '王书记'), ('o2', '李主任'), ('o3', '赵委员'), ('o4', '钱委员');
  insert into appointment (id, post_id, officeholder_id, method, valid_from) values ('ap1', 'po1', 'o1', 'ELECTED', '2018-01-01');`;

/** Another department that has orders of every third organization it is asked about. */
function others(): Graph {
  let asked = 0;
  const ask: Graph['ask'] = async <T>() => ({ orders: { nodes: ++asked % 3 === 0 ? [{ id: 'do_1' }] : [] } }) as T;
  return { ask, communities: async () => [] };
}

export async function openWorld(): Promise<{ world: TestDatabase; parts: { graph: Graph } }> {
  const world = await testDatabase(definition);
  await loadRegistry(world.owner, registryTables(REGISTRY));
  await world.owner.query(CONTENT);
  return { world, parts: { graph: others() } };
}
