/** The small world of the gateway's tests: a street with two communities, seen by three departments. */
import { composeServices } from '@theguild/federation-composition';
import { pino } from 'pino';
import type { GatewayConfig } from '../../gateway/src/config.ts';
import { COST_LIMITS } from '../../gateway/src/cost.ts';
import { createGateway, type Gateway } from '../../gateway/src/server.ts';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { finishTags } from '../../subgraphs/shared/src/finish-tags.ts';
import { Department, told } from './department.ts';

export const AREAS = [
  { id: 'ar_d', code: '410305000000', name: '示例区', kind: 'DISTRICT', parentId: null },
  { id: 'ar_s', code: '410305001000', name: '甲街道', kind: 'STREET', parentId: 'ar_d' },
  { id: 'ar_c1', code: '410305001001', name: '一社区', kind: 'COMMUNITY', parentId: 'ar_s' },
  { id: 'ar_c2', code: '410305001002', name: '二社区', kind: 'COMMUNITY', parentId: 'ar_s' },
];
export const ORGANIZATIONS = [
  { id: 'or_1', name: '社工站', areaId: 'ar_c1' },
  { id: 'or_2', name: '书画社', areaId: 'ar_c2' },
];
export const ACTIVITIES = [
  { id: 'ac_1', title: '清洁日', areaId: 'ar_c1', organizerId: 'or_1', placeId: 'fa_1', hours: 3 },
  { id: 'ac_2', title: '读书会', areaId: 'ar_c1', organizerId: 'or_2', placeId: 'fa_2', hours: 2 },
  { id: 'ac_3', title: '义诊', areaId: 'ar_c2', organizerId: 'or_1', placeId: 'fa_1', hours: 5 },
];
export const FACILITIES = [
  { id: 'fa_1', name: '活动室', areaId: 'ar_c1', width: 4, height: 5 },
  { id: 'fa_2', name: '图书角', areaId: 'ar_c2', width: 2, height: 3 },
];

type Area = (typeof AREAS)[number];
type Organization = (typeof ORGANIZATIONS)[number];
type Activity = (typeof ACTIVITIES)[number];
type Facility = (typeof FACILITIES)[number];
type Key = { id: string; __typename: string };

const byId = <T extends { id: string }>(rows: T[], id: string | null) => rows.find((row) => row.id === id) ?? null;
const areaOf = (key: Partial<Area>) => AREAS.find((area) => area.id === key.id || area.code === key.code) ?? null;
const membershipOf = (area: Area) =>
  AREAS.filter((c) => c.kind === 'COMMUNITY' && [c.id, 'ar_s', 'ar_d'].includes(area.id)).map((c) => ({
    communityId: c.id,
    streetId: 'ar_s',
    districtId: 'ar_d',
    current: true,
  }));

/** For every variant. */
const P = ['public', 'resident', 'partner', 'department', 'bi', 'audit'].map((name) => `@tag(name: "${name}")`).join(' ');

export const organizationSdl = `
  scalar AreaCode
  enum AreaKind { DISTRICT STREET COMMUNITY }
  type Query {
    area(id: ID, code: AreaCode): Area ${P}
    areas(kind: AreaKind): [Area!] ${P}
    divisionEditions: [DivisionEdition!] ${P}
    found(text: String!): [Found!] ${P}
    places: [Place!] ${P}
    ledger: Ledger ${P}
    secret: String
    viewerCode: String @tag(name: "department")
  }
  type DivisionEdition { year: Int! ${P} undecidedCount: Int! ${P} }
  type CommunityMembership @shareable { communityId: ID! ${P} streetId: ID ${P} districtId: ID ${P} current: Boolean! ${P} }
  interface Place { id: ID! ${P} name: String ${P} }
  union Found ${P} = Area | Organization
  type Area implements Place @key(fields: "id") @key(fields: "code") {
    id: ID! ${P}
    code: AreaCode! ${P}
    name: String ${P}
    kind: AreaKind! ${P}
    parent: Area ${P}
    children: [Area!]! ${P}
    grid: [[Area!]] ${P}
    membership: [CommunityMembership!] ${P}
  }
  type Organization implements Place @key(fields: "id") { id: ID! ${P} name: String @shareable ${P} area: Area ${P} audit: String @tag(name: "audit") }
  type Ledger { opening: Int! ${P} rows: [LedgerRow!] ${P} strict: [LedgerRow!]! ${P} loose: [LedgerRow] ${P} }
  type LedgerRow { amount: Int! ${P} note: String ${P} }
  extend type Query { refused: String ${P} refusedList: [Area] ${P} }
`;

export const organization = new Department('organization', organizationSdl, {
  Query: {
    area: (_: never, key: Partial<Area>) => areaOf(key),
    areas: (_: never, { kind }: { kind?: string }) => AREAS.filter((area) => !kind || area.kind === kind),
    divisionEditions: () => [
      { year: 2022, undecidedCount: 0 },
      { year: 2023, undecidedCount: 2 },
    ],
    found: (_: never, { text }: { text: string }) => [
      ...AREAS.filter((a) => a.name.includes(text)).map((a) => ({ __typename: 'Area', ...a })),
      ...ORGANIZATIONS.filter((o) => o.name.includes(text)).map((o) => ({ __typename: 'Organization', ...o })),
    ],
    places: () => [
      { __typename: 'Area', ...AREAS[2] },
      { __typename: 'Organization', ...ORGANIZATIONS[0] },
    ],
    ledger: () => ({
      opening: 1,
      rows: [{ amount: 1 }, { amount: null }],
      strict: [{ amount: 1 }],
      loose: [{ amount: 7 }, { amount: null }],
    }),
    secret: () => 'hidden',
    viewerCode: () => 'v',
    refused: () => {
      throw told('FORBIDDEN', '无权');
    },
    refusedList: () => [AREAS[0], told('NOT_FOUND', '没有')],
  },
  Area: {
    __resolveReference: (key: Partial<Area>) => areaOf(key),
    parent: (area: Area) => byId(AREAS, area.parentId),
    children: (area: Area) => AREAS.filter((child) => child.parentId === area.id),
    grid: (area: Area) => [AREAS.filter((child) => child.parentId === area.id), [AREAS[2]!]],
    membership: (area: Area) => membershipOf(area),
  },
  Organization: {
    __resolveReference: (key: Key) => byId(ORGANIZATIONS, key.id),
    area: (org: Organization) => byId(AREAS, org.areaId),
    audit: () => 'audited',
  },
});

export const volunteers = new Department(
  'volunteers',
  `
  type Query { activities(first: Int = 10): [Activity!] ${P} activity(id: ID!): Activity ${P} slogan: String ${P} }
  type Activity @key(fields: "id") {
    id: ID! ${P}
    title: String ${P}
    hours: Int @shareable ${P}
    area: Area ${P}
    organizer: Organization @provides(fields: "name") ${P}
    venue: Facility ${P}
    refusal: Int ${P}
  }
  type Facility @key(fields: "name", resolvable: false) { name: String ${P} }
  type CommunityMembership @shareable { communityId: ID! ${P} streetId: ID ${P} }
  type Area @key(fields: "id") {
    id: ID! ${P}
    membership: [CommunityMembership!] @external
    volunteerSummary(label: String): VolunteerSummary @requires(fields: "membership { communityId streetId }") ${P}
    activities(first: Int): [Activity!]! ${P}
    volunteerCount: Int ${P}
  }
  type VolunteerSummary { label: String ${P} communities: Int! ${P} hours: Int ${P} }
  type Organization @key(fields: "id") { id: ID! ${P} name: String @external organized: [Activity!] ${P} }
`,
  {
    Query: {
      activities: (_: never, { first }: { first: number }) => ACTIVITIES.slice(0, first),
      activity: (_: never, { id }: Key) => byId(ACTIVITIES, id),
      slogan: () => '人人参与',
    },
    Activity: {
      __resolveReference: (key: Key) => byId(ACTIVITIES, key.id),
      area: (activity: Activity) => ({ id: activity.areaId }),
      organizer: (activity: Activity) => byId(ORGANIZATIONS, activity.organizerId),
      venue: (activity: Activity) => ({ name: byId(FACILITIES, activity.placeId)?.name }),
      refusal: () => {
        throw told('FORBIDDEN', '无权');
      },
    },
    Area: {
      volunteerSummary: (area: { id: string; membership: { communityId: string }[] | null }, { label }: { label?: string }) => ({
        label: label ?? null,
        communities: area.membership?.length ?? 0,
        hours: ACTIVITIES.filter((a) => area.membership?.some((m) => m.communityId === a.areaId)).reduce((sum, a) => sum + a.hours, 0),
      }),
      activities: (area: Key, { first }: { first?: number }) => ACTIVITIES.filter((a) => a.areaId === area.id).slice(0, first ?? 99),
      volunteerCount: (area: Key) => area.id.length,
    },
    Organization: { organized: (org: Key) => ACTIVITIES.filter((a) => a.organizerId === org.id) },
  },
);

export const facilities = new Department(
  'facilities',
  `
  type Query { facilities: [Facility!] ${P} facility(id: ID!): Facility ${P} }
  type Size { width: Int ${P} height: Int ${P} }
  type Facility @key(fields: "id") @key(fields: "name") { id: ID! ${P} name: String ${P} size: Size ${P} area: Area ${P} activities: [Activity!] ${P} }
  type Activity @key(fields: "id") { id: ID! ${P} place: Facility ${P} hours: Int @external weight: Int @requires(fields: "hours") ${P} }
  type Area @key(fields: "id") {
    id: ID! ${P}
    kind: AreaKind! @external
    facilities: [Facility!] ${P}
    standard(factor: Int = 2): Int @requires(fields: "kind") ${P}
  }
  enum AreaKind { DISTRICT STREET COMMUNITY }
`,
  {
    Query: { facilities: () => FACILITIES, facility: (_: never, { id }: Key) => byId(FACILITIES, id) },
    Facility: {
      __resolveReference: (key: Partial<Facility>) => FACILITIES.find(({ id, name }) => id === key.id || name === key.name) ?? null,
      size: ({ width, height }: Facility) => ({ width, height }),
      area: (facility: Facility) => byId(AREAS, facility.areaId),
      activities: (facility: Facility) => ACTIVITIES.filter((a) => a.placeId === facility.id).map(({ id }) => ({ id })),
    },
    Activity: {
      __resolveReference: (key: Key) => key,
      place: ({ id }: Key) => byId(FACILITIES, byId(ACTIVITIES, id)?.placeId ?? null),
      weight: (activity: Activity) => activity.hours * 10,
    },
    Area: {
      facilities: (area: Area) => FACILITIES.filter((f) => f.areaId === area.id),
      standard: (area: Area, { factor }: { factor: number }) => area.kind.length * factor,
    },
  },
);

export const DEPARTMENTS = [organization, volunteers, facilities];

/** The composed graph of departments, as they listen now. */
export function composed(departments: readonly Department[] = DEPARTMENTS): string {
  const result = composeServices(departments.map(({ name, typeDefs, url }) => ({ name, typeDefs: finishTags(typeDefs), url })));
  if (!result.supergraphSdl) throw new Error(result.errors?.map((error) => error.message).join('\n'));
  return result.supergraphSdl;
}

/** A gateway over the departments; open unless told otherwise. `onFault` is told of every line logged as an error. */
export async function openGateway(
  change: Partial<GatewayConfig> = {},
  onFault?: (line: string) => void,
): Promise<Gateway & { url: string }> {
  const config: GatewayConfig = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    isProduction: false,
    isOpen: true,
    supergraph: readSupergraph(composed()),
    jwks: null,
    subgraphs: DEPARTMENTS.map(({ name, url }) => ({ name, url, keys: null })),
    subgraphTimeoutMs: 1_000,
    requestTimeoutMs: 10_000,
    costLimits: COST_LIMITS,
    subgraphConcurrency: 64,
    requestConcurrency: 400,
    ...change,
  };
  const log = onFault ? pino({ level: 'error' }, { write: onFault }) : pino({ level: 'silent' });
  const gateway = await createGateway(config, log);
  const port = await gateway.listen();
  return { ...gateway, url: `http://127.0.0.1:${port}` };
}

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape is what these tests look into
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions?: {
    partial?: { subgraph: string; since: string; fields: string[] }[];
    debug?: { requests: Record<string, number>; stages: number };
  };
  text: string;
  ms: number;
}

/** Posts a query. */
export async function ask(url: string, query: string, variables?: object, headers: Record<string, string> = {}): Promise<Reply> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'hub-debug': '1', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const body = JSON.parse(text) as Pick<Reply, 'data' | 'errors' | 'extensions'>;
  return { ...body, status: response.status, text, ms: performance.now() - startedAt };
}
