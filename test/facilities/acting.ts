import { graphql } from 'graphql';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { HubError } from '../../subgraphs/shared/src/errors.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import { buildSubgraph } from '../../subgraphs/shared/src/subgraph.ts';
import type { TestDatabase } from '../database.ts';
import { MEMBERSHIP } from './world.ts';

/** Organization as it answers: the communities of world.ts, compounds p1 in a, p2 and p3 in b, p4 in x, organizations og1, og2. */
const COMPOUNDS: Readonly<Record<string, string>> = { p1: 'a', p2: 'b', p3: 'b', p4: 'x' };
export const ORGANIZATIONS = ['og1', 'og2'];

interface Organization {
  graph: Graph;
  /** It does not answer any more. */
  isSilent: boolean;
  /** Nobody has told it of a compound. */
  isEmpty: boolean;
}

/** Organization behind the graph. */
export function organization(): Organization {
  const community = (id: string) => ({
    id,
    membership: MEMBERSHIP.filter(({ communityId, streetId, districtId }) => [communityId, streetId, districtId].includes(id)),
  });
  const object = (field: string, id: string) => {
    if (field === 'organization') return ORGANIZATIONS.includes(id) ? { id } : null;
    if (field === 'compound') return COMPOUNDS[id] ? { id, community: community(COMPOUNDS[id]) } : null;
    return community(id).membership.length > 0 ? community(id) : null;
  };
  const self: Organization = {
    isSilent: false,
    isEmpty: false,
    graph: {
      ask: async <T>(query: string, variables: Record<string, unknown>) => {
        if (self.isSilent) throw new HubError('SOURCE_UNAVAILABLE');
        if (query.includes('AnyOrigin')) return { compounds: { nodes: self.isEmpty ? [] : [{ id: 'p1' }] } } as T;
        const asked = [...query.matchAll(/(a\d+): (\w+)\(id: \$(i\d+)\)/g)];
        return Object.fromEntries(
          asked.map(([, alias = '', field = '', name = '']) => [alias, object(field, String(variables[name]))]),
        ) as T;
      },
      communities: async () => ['a'],
    },
  };
  return self;
}

/** Staff of community a and of street s1, an operator, a department that operates nothing, and the district. */
export const CALLERS = {
  staff: { roles: ['COMMUNITY_STAFF'], variant: 'DEPARTMENT', subject: 'u1', organization: 'og9', communities: ['a'] },
  street: { roles: ['STREET_STAFF'], variant: 'DEPARTMENT', subject: 'u2', organization: 'og8', communities: ['a', 'b'] },
  operator: { roles: ['ORG_REPRESENTATIVE'], variant: 'DEPARTMENT', subject: 'u3', organization: 'og1' },
  department: { roles: ['DEPARTMENT_STAFF'], variant: 'DEPARTMENT', subject: 'u4', organization: 'og2' },
  lead: { roles: ['DISTRICT_LEAD'], variant: 'INTERNAL', subject: 'u5', organization: 'og7' },
  service: { roles: ['SERVICE'], variant: 'INTERNAL' },
  resident: { roles: ['RESIDENT'], variant: 'RESIDENT', subject: 'u6' },
} satisfies Record<string, Partial<Claims>>;
export type Caller = keyof typeof CALLERS;

const { schema } = buildSubgraph(definition);
const claimsOf = (who: Caller): Partial<Claims> => CALLERS[who];

const OBJECTS: Readonly<Record<string, string>> = {
  upsertFacility:
    'facility { id version name status kind openedOn usableFloorArea leaseTo serves { community { id } share } location { lat lng precision } }',
  assureFacility: 'facility { id version lastAssuredOn assuredBy { id } }',
  closeFacility: 'facility { id version status closedOn }',
  setOpeningHours:
    'opening { osm weeklyHours rules { weekdays from to } onStatutoryHoliday exceptions { date open } } facility { id version }',
  upsertSpace: 'space { id version name usableArea capacity combines { id } }',
  runCoverage: 'run { id status kinds thresholdMetres weight }',
};

export interface Told {
  ok: boolean;
  errors: { code: string; field: string[] | null; details: Record<string, unknown> | null }[];
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the object that it asked for.
  [object: string]: any;
  replayed: boolean;
}

let keys = 0;
const KEYED = ['upsertFacility', 'upsertSpace', 'runCoverage'];

/** Sends a mutation as its caller would, with a key of its own unless it has one. @throws the GraphQL error */
export async function send(
  world: TestDatabase,
  graph: Graph,
  who: Caller,
  name: string,
  input: Record<string, unknown>,
  parts: Partial<Context> = {},
): Promise<Told> {
  let replayed = false;
  const contextValue = world.context(claimsOf(who), {
    graph,
    replayed: () => {
      replayed = true;
    },
    ...parts,
  });
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const source = `mutation ($input: ${type}!) { it: ${name}(input: $input) { ok errors { code field details } ${OBJECTS[name]} } }`;
  keys += 1;
  const keyed = KEYED.includes(name) ? { idempotencyKey: `test-key-${keys}`, ...input } : input;
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues: { input: keyed } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return { ...(data?.it as Omit<Told, 'replayed'>), replayed } as Told;
}

/** Reads as a caller would. */
export async function read(world: TestDatabase, who: Caller, source: string): Promise<Record<string, never>> {
  const { data, errors } = await graphql({ schema, source, contextValue: world.context(claimsOf(who)) });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return data as Record<string, never>;
}
