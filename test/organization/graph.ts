/**
 * The department as its gateway would ask it, without the network: the schema over a database of the file's own.
 *
 *     const graph = await organizationGraph();
 *     await graph.ask('{ area(code: "…") { name } }', { roles: ['PUBLIC'], variant: 'PUBLIC' });
 *     const { ok, codes } = await graph.command('setWorkCalendar', input, REGISTRAR, 'calendar { year }');
 *     afterAll(graph.drop);
 */
import { Readable } from 'node:stream';
import { type GraphQLInputObjectType, type GraphQLNonNull, graphql } from 'graphql';
import { definition } from '../../subgraphs/organization/src/subgraph.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import type { ValueWarning } from '../../subgraphs/shared/src/domain/value-error.ts';
import { HubError } from '../../subgraphs/shared/src/errors.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import { Seal } from '../../subgraphs/shared/src/seal.ts';
import { buildSubgraph } from '../../subgraphs/shared/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';

/** What a query answered: data, codes of the errors, warnings, and how many statements it took. */
export interface Reply {
  /** As JSON.parse would give it: a test knows the shape of what it asked for. */
  data: ReturnType<typeof JSON.parse>;
  codes: (string | undefined)[];
  warnings: ValueWarning[];
  statements: number;
}

/** What a mutation answered: its payload, codes of `errors` or of what was thrown, warnings, and whether it is the answer of an earlier one. */
export interface Done {
  ok: boolean;
  codes: (string | undefined)[];
  fields: (string[] | null)[];
  details: ReturnType<typeof JSON.parse>[];
  warned: string[];
  replayed: boolean;
  payload: ReturnType<typeof JSON.parse>;
}

export interface OrganizationGraph extends TestDatabase {
  ask(query: string, claims?: Partial<Claims>, variables?: Record<string, unknown>): Promise<Reply>;
  /** Sends a mutation with a fresh idempotency key where it needs one. */
  command(name: string, input: Record<string, unknown>, claims?: Partial<Claims>, selection?: string): Promise<Done>;
  /** Uploads a file as the caller; gives its id and the SHA-256 of its content. */
  upload(content: string, claims?: Partial<Claims>): Promise<{ fileId: string; checksum: string }>;
  /** Names of the events of an object, oldest first. */
  eventsOf(objectId: string): Promise<string[]>;
}

let keys = 0;

/** @param answers what the other departments say when they are asked; nothing of theirs runs here. */
export async function organizationGraph(answers?: Graph['ask']): Promise<OrganizationGraph> {
  const database = await testDatabase(definition);
  const { schema } = buildSubgraph(definition);
  const silent: Graph['ask'] = async () => {
    throw new HubError('SOURCE_UNAVAILABLE');
  };
  const others: Graph = { ask: answers ?? silent, communities: async () => [] };

  async function ask(source: string, claims?: Partial<Claims>, variableValues?: Record<string, unknown>) {
    const warnings: ValueWarning[] = [];
    const replays: true[] = [];
    const parts: Partial<Context> = {
      seal: new Seal(database.keys, 'cursors'),
      warn: (warning) => warnings.push(warning),
      replayed: () => replays.push(true),
      graph: others,
    };
    const contextValue = database.context(claims, parts);
    const { data, errors = [] } = await graphql({ schema, source, variableValues, contextValue });
    // A bug is no answer: it fails the test with its own message.
    const bug = errors.find(({ originalError }) => originalError && !('code' in originalError));
    if (bug) throw bug.originalError;
    const codes = errors.map(
      ({ originalError, extensions }) => (originalError as { code?: string } | undefined)?.code ?? String(extensions.code),
    );
    if (codes.includes('undefined')) throw errors[0];
    return { data: data as Reply['data'], codes, warnings, statements: contextValue.statements(), replayed: replays.length > 0 };
  }

  return {
    ...database,
    ask,
    async command(name, input, claims, selection = '') {
      const field = schema.getMutationType()?.getFields()[name];
      const type = field?.args[0]?.type as GraphQLNonNull<GraphQLInputObjectType> | undefined;
      if (!type) throw new Error(`there is no command ${name}`);
      const needsKey = 'idempotencyKey' in type.ofType.getFields();
      const document = `mutation ($input: ${type.ofType.name}!) { done: ${name}(input: $input) { ok errors { code field details } ${selection} } }`;
      const sent = needsKey ? { idempotencyKey: `test-key-${++keys}`, ...input } : input;
      const { data, codes, warnings, replayed } = await ask(document, claims, { input: sent });
      const payload = data?.done ?? null;
      const errors: { code: string; field: string[] | null; details: unknown }[] = payload?.errors ?? [];
      return {
        ok: payload?.ok ?? false,
        codes: [...codes, ...errors.map(({ code }) => code)],
        fields: errors.map((each) => each.field),
        details: errors.map((each) => each.details),
        warned: warnings.map(({ code }) => code),
        replayed,
        payload,
      };
    },
    async upload(content, claims = REGISTRAR) {
      const incoming = await database.files.receive(Readable.from([Buffer.from(content)]));
      await database.files.keep(incoming);
      const fileId = `fl_test_${++keys}`;
      await database.session(claims).write(({ rows }) =>
        rows(
          `insert into hub.file (id, name, media_type, bytes, sha256, stripped, client, subject, made_at)
           values ($1, 'divisions.csv', 'text/csv', $2, $3, false, $4, $5, now())`,
          [fileId, incoming.bytes, incoming.sha256, claims.client ?? 'test', claims.subject ?? null],
        ),
      );
      return { fileId, checksum: incoming.sha256 };
    },
    async eventsOf(objectId) {
      const { rows } = await database.owner.query<{ name: string }>('select name from hub.event where object_id = $1 order by seq', [
        objectId,
      ]);
      return rows.map(({ name }) => name);
    },
  };
}

export const REGISTRAR: Partial<Claims> = { roles: ['REGISTRAR'], variant: 'INTERNAL', subject: 'registrar', organization: null };
export const LEAD: Partial<Claims> = { roles: ['DISTRICT_LEAD'], variant: 'INTERNAL', subject: 'lead' };
/** Staff of a street or a community of the small district, with its scope. */
export const staffOf = (role: 'STREET_STAFF' | 'COMMUNITY_STAFF', communities: string[], streets: string[] = []): Partial<Claims> => ({
  roles: [role],
  variant: 'DEPARTMENT',
  subject: `staff of ${communities.join()}`,
  communities,
  areas: [...streets, ...communities],
});

/**
 * A small district for exact figures, of today and of 2024: streets s1 and s2 of district d; communities k1 and k2 in s1, k3 in s2. k2 was in s2
 * until 2022-10-31.
 */
export const DISTRICT = `
  insert into division_edition (year, cutoff_date, source, license, checksum, row_count) values (2023, '2023-06-30', 'test', 'test', '', 6);
  insert into area (id, code, name, short_name, kind, parent_id) values
    ('d', '410305000000', '涧西区', '涧西区', 'DISTRICT', null),
    ('s1', '410305001000', '湖北路街道', '湖北路街道', 'STREET', 'd'),
    ('s2', '410305002000', '天津路街道', '天津路街道', 'STREET', 'd'),
    ('k1', '410305001001', '一社区居民委员会', '一社区', 'COMMUNITY', 's1'),
    ('k2', '410305001002', '二社区居民委员会', '二社区', 'COMMUNITY', 's1'),
    ('k3', '410305002001', '三社区居民委员会', '三社区', 'COMMUNITY', 's2');
  insert into area_version (area_id, valid_from, valid_to, code, name, kind, parent_code, edition_from) values
    ('d', '2016-07-31', null, '410305000000', '涧西区', 'DISTRICT', null, 2016),
    ('s1', '2016-07-31', null, '410305001000', '湖北路街道', 'STREET', '410305000000', 2016),
    ('s2', '2016-07-31', null, '410305002000', '天津路街道', 'STREET', '410305000000', 2016),
    ('k1', '2016-07-31', null, '410305001001', '一社区居民委员会', 'COMMUNITY', '410305001000', 2016),
    ('k2', '2016-07-31', '2022-10-31', '410305002009', '二社区居民委员会', 'COMMUNITY', '410305002000', 2016),
    ('k2', '2022-10-31', null, '410305001002', '二社区居民委员会', 'COMMUNITY', '410305001000', 2022),
    ('k3', '2016-07-31', null, '410305002001', '三社区居民委员会', 'COMMUNITY', '410305002000', 2016);
  insert into membership (community_id, street_id, district_id, recorded_from, recorded_to, current) values
    ('k1', 's1', 'd', null, null, true),
    ('k2', 's2', 'd', null, '2022-10-31', false),
    ('k2', 's1', 'd', '2022-10-31', null, true),
    ('k3', 's2', 'd', null, null, true);
  insert into area_stat (area_id, as_of, source, households, population, residents60_plus, residents65_plus) values
    ('k1', '2022-06-30', 'POLICE_REGISTER', 1000, 2500, 500, 300),
    ('k1', '2024-06-30', 'POLICE_REGISTER', 1100, 2600, 650, 400),
    ('k1', '2024-06-30', 'CENSUS', 1200, 2700, 675, null),
    ('k2', '2024-06-30', 'COMMUNITY_COUNT', 4000, 10000, null, null);`;

/**
 * Compounds of that district. c1 (k1) has a branch, a committee in term with a dual post, and both its dwellings in a group; c2 (k1) shares the
 * joint branch jb with c3 (k2), whose building is in no group; c4 (k2) is unmanaged; c5 (k3) has unknown households; c6 (k3) has none.
 */
export const COMPOUNDS = `
  insert into compound (id, code, name, aliases, lat, lng, entrances) values
    ('c1', '410305001001001', '一号院', '{南院}', 34.66, 112.40, '[{"lat":34.6601,"lng":112.4001}]'),
    ('c2', '410305001001002', '二号院', '{}', 34.67, 112.40, '[]'),
    ('c3', '410305001002001', '三号院', '{}', null, null, '[]'),
    ('c4', '410305001002002', '四号院', '{}', null, null, '[]'),
    ('c5', '410305002001001', '五号院', '{}', null, null, '[]'),
    ('c6', '410305002001002', '六号院', '{}', null, null, '[]');
  insert into organization (id, kind, name, party_level, parent_id, area_id, address, phone, service_phone, party_member_count, full_member_count) values
    ('po1', 'COMMUNITY_PARTY_ORG', '一社区党委', 'COMMITTEE', null, 'k1', '一社区', '13800000000', '037960000000', 90, 80),
    ('b1', 'COMPOUND_PARTY_BRANCH', '一号院党支部', 'BRANCH', 'po1', 'k1', '一号院', '13900001234', null, 12, 10),
    ('jb', 'COMPOUND_PARTY_BRANCH', '联合党支部', 'JOINT_BRANCH', 'po1', 'k1', null, null, null, null, null),
    ('g1', 'BUILDING_PARTY_GROUP', '一号院第一党小组', 'GROUP', 'b1', 'k1', null, null, null, null, null),
    ('oc1', 'OWNERS_COMMITTEE', '一号院业委会', null, null, 'k1', null, null, null, null, null),
    ('pc', 'PROPERTY_COMPANY', '物业公司', null, null, 'd', null, null, null, null, null);
  insert into organization_state (organization_id, valid_from, valid_to, status) values
    ('po1', '2020-01-01', null, 'ACTIVE'), ('b1', '2020-01-01', null, 'ACTIVE'), ('jb', '2024-03-01', null, 'ACTIVE'),
    ('g1', '2020-01-01', '2026-01-01', 'ACTIVE'), ('g1', '2026-01-01', null, 'SUSPENDED'), ('oc1', '2020-01-01', null, 'ACTIVE'),
    ('pc', '2020-01-01', null, 'ACTIVE');
  insert into organization_compound (organization_id, compound_id, valid_from, valid_to) values
    ('b1', 'c1', '2020-01-01', null), ('jb', 'c2', '2024-03-01', null), ('jb', 'c3', '2024-03-01', null), ('oc1', 'c1', '2020-01-01', null);
  insert into compound_state (compound_id, valid_from, valid_to, community_id, types, management, company_id, households, population) values
    ('c1', '2022-01-01', null, 'k1', '{OLD,WORK_UNIT}', 'PROPERTY_COMPANY', 'pc', 200, 500),
    ('c2', '2022-01-01', null, 'k1', '{COMMERCIAL}', 'SELF_MANAGED', null, 100, 250),
    ('c3', '2022-01-01', null, 'k2', '{OLD}', 'SELF_MANAGED', null, 50, null),
    ('c4', '2022-01-01', '2024-07-01', 'k2', '{OLD}', 'SELF_MANAGED', null, 80, null),
    ('c4', '2024-07-01', null, 'k2', '{OLD}', 'NONE', null, 80, null),
    ('c5', '2022-01-01', null, 'k3', '{RENTAL}', 'NONE', null, null, null),
    ('c6', '2022-01-01', null, 'k3', '{RENTAL}', 'NONE', null, 0, null);
  insert into building (id, code, compound_id, label, kind) values
    ('h1', '410305001001001001', 'c1', '1号楼', 'RESIDENTIAL'), ('h2', '410305001001001002', 'c1', '2号楼', 'MIXED'),
    ('h9', '410305001001001901', 'c1', '车棚', 'AUXILIARY'), ('h3', '410305001002001001', 'c3', '1号楼', 'RESIDENTIAL');
  insert into building_state (building_id, valid_from, valid_to, households) values
    ('h1', '2022-01-01', null, 120), ('h2', '2022-01-01', null, 80), ('h9', '2022-01-01', null, null), ('h3', '2022-01-01', null, 50);
  insert into building_group (building_id, valid_from, valid_to, group_id) values ('h1', '2022-01-01', null, 'g1'), ('h2', '2024-01-01', null, 'g1');
  insert into owners_committee (id, organization_id, compound_id, term, elected_on, term_starts_on, expires_on, filed_on) values
    ('t1', 'oc1', 'c1', 1, '2019-05-01', '2019-05-01', '2023-05-01', '2019-05-20'),
    ('t2', 'oc1', 'c1', 2, '2023-06-01', '2023-06-01', '2028-06-01', '2023-06-20');
  insert into committee_seats (committee_id, valid_from, valid_to, member_count, party_member_count) values ('t2', '2023-06-01', null, 7, 4);
  insert into post (id, organization_id, code, seats) values
    ('p1', 'b1', 'PARTY_SECRETARY', 1), ('p2', 'oc1', 'OC_CHAIR', 1), ('p3', 'oc1', 'OC_MEMBER', 5);
  insert into officeholder (id, public_name) values ('o1', '王书记'), ('o2', '李委员');
  insert into officeholder_contact (officeholder_id, full_name, work_phone) values ('o1', '王建国', '13812345678'), ('o2', '李梅', null);
  insert into appointment (id, post_id, officeholder_id, method, is_party_member, valid_from, valid_to) values
    ('a1', 'p1', 'o1', 'ELECTED', true, '2023-01-01', null), ('a2', 'p2', 'o1', 'ELECTED', true, '2023-06-01', '2025-01-01'),
    ('a3', 'p3', 'o2', 'ELECTED', null, '2023-06-01', null);`;
