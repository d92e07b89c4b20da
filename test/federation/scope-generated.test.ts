/**
 * A credential for one street gets of another exactly what variant `public` shows of it, by any path (issue 5 §4). Every root field and every
 * entity is asked, with what lies in another street of the demo district, for all that the variant has: a field that is added is tried as well.
 */
import { join } from 'node:path';
import { type GraphQLSchema, getNamedType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { parseKeys, sign } from '../../subgraphs/shared/src/signature.ts';
import { claimsOf } from '../database.ts';
import type { Hub } from '../kit.ts';
import { HUBEI_ROAD, NANCHANG_ROAD, openHub, wholeData } from './district.ts';
import { argumentsOf, documentsOf, entitiesOf, isIn, isOwnField, readGraph, rootFields, selectionOf } from './scope-graph.ts';
import { type Places, placesOf, type Side } from './scope-places.ts';

const SUBGRAPHS = ['organization', 'volunteers', 'facilities', 'grievances'] as const;
const schemaFile = (name: string): string => join(checkout, 'schema', `${name}.graphql`);
const graph = readGraph(schemaFile('supergraph'));
/** The clock stands: two answers to one question are the same. */
const CLOCK = '2026-07-15T10:00:00+08:00';

let hub: Hub;
let street: string;
let places: Places;
beforeAll(async () => {
  const dear = { COST_BUDGET: '10000000', COST_BUDGET_SUBGRAPH: '10000000', REQUEST_TIMEOUT_MS: '30000' };
  hub = await openHub({ clock: CLOCK, environment: { gateway: dear } });
  places = await placesOf(hub, HUBEI_ROAD, NANCHANG_ROAD);
  street = await hub.token({ role: ['STREET_STAFF', 'COMMUNITY_STAFF', 'HOTLINE_STAFF', 'ORG_REPRESENTATIVE'], area: HUBEI_ROAD });
});
afterAll(() => hub?.stop());

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (isNode(value) && 'nodes' in value && isEmpty(value.nodes));

/** What is told of another street otherwise than to the public. */
class Comparison {
  readonly problems: string[] = [];
  /** Values of another street that were found to be what the public gets. */
  same = 0;
  readonly #graph: GraphQLSchema;
  readonly #sides: ReadonlyMap<string, Side>;

  constructor(of: GraphQLSchema, sides: ReadonlyMap<string, Side>) {
    this.#graph = of;
    this.#sides = sides;
  }

  /** @param open what the public got at this place; undefined where it has no such path. */
  compare(type: string, told: unknown, open: unknown, side: Side, path: string): void {
    if (Array.isArray(told)) {
      if (side === 'other' && Array.isArray(open) && open.length !== told.length)
        this.problems.push(`${path}: ${told.length} of ${open.length}`);
      for (const [i, each] of told.entries()) this.compare(type, each, Array.isArray(open) ? open[i] : undefined, side, `${path}[${i}]`);
      return;
    }
    if (isNode(told)) {
      this.#object(type, told, open, side, path);
      return;
    }
    if (side !== 'other' || open === undefined) return;
    if (told === open) this.same += told === null ? 0 : 1;
    else this.problems.push(`${path}: ${JSON.stringify(told)} and not ${JSON.stringify(open)}`);
  }

  #object(type: string, told: Node, open: unknown, inherited: Side, path: string): void {
    const known = typeof told.id === 'string' ? this.#sides.get(told.id) : undefined;
    const side = known === undefined ? inherited : known;
    const own = (told.__typename as string | undefined) ?? type;
    const fields = this.#fields(own);
    if (side === 'other' && open === null) this.problems.push(`${path}: the public does not get it`);
    for (const [name, value] of Object.entries(told)) {
      const field = fields[name];
      if (!field || name === '__typename') continue;
      const isPublic = isIn('public', field) || (field.astNode?.directives ?? []).every(({ name: { value } }) => value !== 'tag');
      // A list is looked into: whether what it lists is public is asked there.
      if (side === 'other' && !isPublic && name !== 'nodes' && !isEmpty(value))
        this.problems.push(`${path}.${name}: ${own}.${name} is not public`);
      else this.compare(getNamedType(field.type).name, value, isPublic && isNode(open) ? open[name] : undefined, side, `${path}.${name}`);
    }
  }

  #fields(type: string) {
    const found = this.#graph.getType(type);
    return found && 'getFields' in found ? (found.getFields() as Record<string, ReturnType<typeof rootFields>[number]>) : {};
  }
}

/** Each kind of difference once, however many objects show it. */
const kinds = (problems: readonly string[]): string[] => [...new Set(problems.map((text) => text.replace(/\[\d+\]/g, '[]')))].slice(0, 40);

/** Root fields that tell of no street. */
const OF_NO_STREET = ['viewer', 'workCalendar', 'workingDayDeadline', 'divisionEdition', 'divisionEditions', 'coverageRun', 'coverageRuns'];

describe.each(rootFields(graph, 'department').map((field) => field.name))('the root field %s', (name) => {
  const field = rootFields(graph, 'department').find((each) => each.name === name) as ReturnType<typeof rootFields>[number];

  it('shows a street of another what it shows the public', async () => {
    const { sides, values } = places;
    const comparison = new Comparison(graph, sides);
    const isOpen = isIn('public', field);
    for (const [n, args] of argumentsOf(field, values).entries()) {
      const side = OF_NO_STREET.includes(name) || /filter: \{\}|categoryId/.test(args) ? null : 'other';
      const documents = documentsOf(graph, field, args, 'department', values, n < 2);
      const open = documentsOf(graph, field, args, 'public', values, n < 2);
      for (const [d, document] of documents.entries()) {
        const told = await hub.query(document, {}, street);
        const what = `${document.slice(0, 300)}`;
        expect(told.status, `${told.text.slice(0, 400)} ${what}`).toBe(200);
        expect(
          told.errors.filter(({ extensions: { code } }) => /INTERNAL|UNAVAILABLE|VALIDATION/.test(code)),
          what,
        ).toEqual([]);
        const seen = isOpen ? (await hub.query(open[d] as string)).data?.[name] : undefined;
        comparison.compare(getNamedType(field.type).name, told.data?.[name], isOpen ? (seen ?? null) : undefined, side, `${name}${args}`);
      }
    }
    expect(kinds(comparison.problems)).toEqual([]);
  });
});

describe.each(SUBGRAPHS)('entities of %s, asked by the federation', (subgraph) => {
  const own = readGraph(schemaFile(subgraph));

  async function resolve(type: string, fields: string, representations: Node[], claims: Partial<Claims>): Promise<unknown[]> {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} ${fields} } }`;
    const deadline = Date.now() + 30_000;
    const body = JSON.stringify({ query, variables: { r: representations }, extensions: { hub: claimsOf({ deadline, ...claims }) } });
    const headers = sign(parseKeys(hub.secrets.subgraphs[subgraph]?.subgraphKeys ?? ''), 'POST', '/graphql', body);
    const url = `http://127.0.0.1:${hub.ports[subgraph]}/graphql`;
    const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    const { data, errors } = (await reply.json()) as {
      data?: { _entities: unknown[] } | null;
      errors?: { extensions: { code: string } }[];
    };
    expect(data, (JSON.stringify(errors) ?? '').slice(0, 500)).toBeDefined();
    return data?._entities ?? [];
  }

  async function membershipOf(id: string): Promise<unknown> {
    const service = await hub.token({ role: 'SERVICE', subgraph: 'facilities' });
    const stats = 'stats { asOf households population residents60Plus }';
    const query = `query ($id: ID!) { area(id: $id) { membership { communityId streetId districtId recordedFrom recordedTo current ${stats} } } }`;
    return wholeData(await hub.query(query, { id }, service)).area.membership;
  }

  it('show a street of another what they show the public', async () => {
    const { sides, values } = places;
    const comparison = new Comparison(own, sides);
    const tried: string[] = [];
    for (const { name } of entitiesOf(own)) {
      const ids = (values.ids[name] ?? []).map((text) => JSON.parse(text) as string);
      expect(ids.length, `ids of ${name}`).toBeGreaterThan(0);
      const representations = await Promise.all(
        ids.map(async (id) => ({ __typename: name, id, ...(name === 'Area' && { membership: await membershipOf(id) }) })),
      );
      const select = (variant: 'public' | 'department') => selectionOf(own, name, variant, values, 0, isOwnField);
      const staff: Partial<Claims> = {
        roles: ['STREET_STAFF', 'COMMUNITY_STAFF', 'HOTLINE_STAFF', 'ORG_REPRESENTATIVE'],
        variant: 'DEPARTMENT',
        areaCodes: [HUBEI_ROAD],
        areas: places.own,
        communities: places.communities,
      };
      const told = await resolve(name, select('department'), representations, staff);
      const open = await resolve(name, select('public'), representations, { roles: ['PUBLIC'], variant: 'PUBLIC' });
      comparison.compare(name, told, open, 'other', name);
      tried.push(name);
    }
    expect(kinds(comparison.problems)).toEqual([]);
    expect(tried.length).toBeGreaterThan(3);
    expect(comparison.same).toBeGreaterThan(50);
  });
});
