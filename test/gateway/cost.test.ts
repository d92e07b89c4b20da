import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DefinitionNode, getOperationAST, Kind, parse, type TypeNode } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, VIEW } from '../../bench/question.ts';
import { COST_LIMITS, type CostLimits, Costs } from '../../gateway/src/cost.ts';
import type { Refusal } from '../../gateway/src/refusal.ts';
import type { Gateway } from '../../gateway/src/server.ts';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { ask, DEPARTMENTS, openGateway } from './world.ts';

const checkout = join(import.meta.dirname, '..', '..');
const sdl = readFileSync(join(checkout, 'schema', 'supergraph.graphql'), 'utf8');
const district = readSupergraph(sdl);
const limits = (change: Partial<CostLimits>): Costs => new Costs(district, { ...COST_LIMITS, ...change });
const costs = limits({});

function costed(text: string, variables: Record<string, unknown> = {}) {
  const document = parse(text);
  return { document, operation: getOperationAST(document)!, variables };
}
const points = (text: string, variables?: Record<string, unknown>, by = costs) => by.estimate(costed(text, variables))?.total;

function refusal(text: string, variables?: Record<string, unknown>, by = costs) {
  try {
    by.check(costed(text, variables));
  } catch (error) {
    const { code, details, messageEn } = (error as Refusal).extensions as {
      code: string;
      details: Record<string, unknown>;
      messageEn: string;
    };
    return { code, details, messageEn };
  }
  throw new Error('was not refused');
}

/** A document of a composed supergraph of one subgraph with these costs. */
const small = (types: string, link = 'import: ["@cost", "@listSize"]') =>
  readSupergraph(`
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) @link(url: "https://specs.apollo.dev/cost/v0.1", ${link}) { query: Query }
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!) repeatable on OBJECT | INTERFACE | ENUM | INPUT_OBJECT
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  scalar link__Import enum link__Purpose { EXECUTION } enum join__Graph { ONE @join__graph(name: "one", url: "http://one.invalid") }
  ${types}`);
const ofSmall = (types: string, text: string, variables?: Record<string, unknown>, link?: string) =>
  points(text, variables, new Costs(small(types, link), { ...COST_LIMITS, page: null }));

describe('what an operation costs', () => {
  it('is one point for each object, as many as a page asks for by value, variable or default', () => {
    expect(points('{ area(code: "410305000000") { id name kind } }')).toBe(1);
    expect(points('{ areas { nodes { id } pageInfo { hasNextPage } } }')).toBe(21);
    expect(points('{ areas(first: 50) { nodes { id } } }')).toBe(51);
    expect(points('{ areas(first: null) { nodes { id } } }')).toBe(21);
    expect(points('query($n: Int) { areas(first: $n) { nodes { id } } }', { n: 7 })).toBe(8);
    expect(points('query($n: Int = 9) { areas(first: $n) { nodes { id } } }')).toBe(10);
    expect(points('query($n: Int) { areas(first: $n) { nodes { id } } }')).toBe(21);
  });

  it('is, for figures, the keys asked for, or every key there is', () => {
    const kpis = (keys: string) =>
      `query($k: [OrganizationKpi!] = [ORG_1]) { area(id: "a") { organizationSummary(period: { grain: MONTH, start: "2026-01-01", end: "2026-02-01" }) { kpis${keys} { key value excluded { reason } } } } }`;
    const all = /enum OrganizationKpi[^{]*\{([^}]*)\}/.exec(sdl)![1]!.match(/^\s*[A-Z]\w*/gm)!.length;
    expect(points(kpis('(keys: [ORG_1, ORG_2, ORG_11])'))).toBe(2 + 3);
    expect(points(kpis('(keys: ORG_1)'))).toBe(2 + 1);
    expect(points(kpis('(keys: $k)'))).toBe(2 + 1);
    expect(points(kpis('(keys: $k)'), { k: ['ORG_1', 'ORG_2'] })).toBe(2 + 2);
    expect(points(kpis('(keys: [])'))).toBe(2);
    expect(points(kpis(''))).toBe(2 + all);
  });

  it('is, for a table, the rows of its input, a fifth of a point each', () => {
    const table = (first: string) =>
      `{ area(id: "a") { organizationKpis(keys: [ORG_1], input: { level: COMMUNITY, grain: MONTH, from: "2025-01-01", to: "2026-01-01"${first} }) { rows { key value } } } }`;
    expect(points(table(''))).toBe(2 + 200);
    expect(points(table(', first: 100'))).toBe(2 + 20);
  });

  it('is multiplied from list to list, and ten more for a command', () => {
    expect(points('{ area(id: "a") { children { children { id } } } }')).toBe(1 + 10 + 100);
    const command = parse('mutation($i: DissolveOrganizationInput!) { dissolveOrganization(input: $i) { ok errors { code } } }');
    const variables = { i: { id: 'or_x', idempotencyKey: 'k'.repeat(22), version: 1, on: '2026-01-01', reason: 'r' } };
    const estimate = costs.estimate({ document: command, operation: getOperationAST(command)!, variables });
    // Variables that do not fit are for whoever runs the operation to tell.
    expect(estimate?.total ?? 11).toBe(11);
  });

  it('leaves out what is skipped, and what is asked twice counts once', () => {
    const text =
      'query($s: Boolean!) { areas(first: 10) { nodes { children @skip(if: $s) { id } } } areas(first: 10) { nodes { id } ...F } } fragment F on AreaConnection { nodes { id } }';
    expect(points(text, { s: true })).toBe(1 + 10);
    expect(points(text, { s: false })).toBe(1 + 10 + 100);
    expect(points('{ areas { nodes @include(if: false) { id } } }')).toBe(1);
  });

  it('remembers by the variables that it depends on, and by no others', () => {
    const document = parse(
      'query($s: Boolean!, $n: Int, $id: ID) { area(id: $id) { id } areas @skip(if: $s) { nodes { compounds(first: $n) { nodes { id } } } } }',
    );
    const of = (variables: Record<string, unknown>) =>
      costs.estimate({ document, operation: getOperationAST(document)!, variables })?.total;
    expect(of({ s: true, n: 1 })).toBe(1);
    expect(of({ s: false, n: 1 })).toBe(1 + 1 + 20 * (1 + 1 + 1));
    expect(of({ s: false, n: 5, id: 'x' })).toBe(1 + 1 + 20 * (1 + 1 + 5));
    expect(of({ s: true, n: 5 })).toBe(1);
  });

  it('is told by subgraph', () => {
    const text =
      '{ area(id: "a") { children { id volunteerSummary(period: { grain: MONTH, start: "2026-01-01", end: "2026-02-01" }) { kpis(keys: [VOL_1]) { key } } } } }';
    expect(costs.estimate(costed(text))).toMatchObject({ total: 1 + 10 * 3, subgraphs: { organization: 11, volunteers: 20 } });
  });

  it('is at most half of the budget for the view of the whole district', () => {
    const period = { grain: 'MONTH', start: '2026-01-01', end: '2026-02-01' };
    const told = costs.check(costed(VIEW, { code: '410305000000', p: period }))!;
    const keys = Object.values(KEYS).flat().length;
    expect(told.estimated).toBe((1 + 10 + 100) * (1 + 4 + keys));
    expect(told.estimated).toBeLessThanOrEqual(told.budget / 2);
    const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
    const queries = [...readme.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) expect(points(query)).toBeLessThanOrEqual(told.budget / 2);
  });

  it('follows the specification on any supergraph: weights of fields, types, arguments and inputs, the dearest member of a union', () => {
    const types = `
      type Query @join__type(graph: ONE) { a: A @cost(weight: "5") list: [A] @listSize(assumedSize: 4) node: N found(at: In @cost(weight: "2"), tags: [Tag!]): Int @cost(weight: "1") }
      interface N @join__type(graph: ONE) { id: ID more: [A] }
      type A implements N @join__type(graph: ONE) @cost(weight: "0.5") { id: ID deep: S more: [A] @listSize(assumedSize: 8) }
      type B implements N @join__type(graph: ONE) @cost(weight: "3") { id: ID b: B more: [A] }
      scalar S @cost(weight: "7")
      enum Tag @join__type(graph: ONE) @cost(weight: "0.5") { X Y }
      input In @join__type(graph: ONE) { a: Int @cost(weight: "4") b: [In!] }`;
    expect(ofSmall(types, '{ a { id } }')).toBe(6);
    expect(ofSmall(types, '{ list { id } }')).toBe(2);
    expect(ofSmall(types, '{ list { deep } }')).toBe(30);
    expect(ofSmall(types, '{ node { id } }')).toBe(3);
    expect(ofSmall(types, '{ node { ... on A { deep } ... on B { b { id } } } }')).toBe(3 + 7);
    expect(ofSmall(types, '{ node { more { id } } }')).toBe(3 + 4);
    expect(ofSmall(types, '{ found(tags: [X, Y, X]) }')).toBe(3);
    expect(ofSmall(types, '{ found(at: { a: 1, b: [{ a: 2 }, {}] }) }')).toBe(1 + 2 + 4 + 4);
    expect(
      ofSmall(
        types.replaceAll('@cost', '@dear').replaceAll('@listSize', '@long'),
        '{ list { deep } a { id } }',
        {},
        'import: [{ name: "@cost", as: "@dear" }, { name: "@listSize", as: "@long" }]',
      ),
    ).toBe(30 + 6);
  });

  it('grows with the schema that is asked for, and lets the tools of developers pass', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect(points(getIntrospectionQuery())).toBeGreaterThan(100);
    expect(points(getIntrospectionQuery())).toBeLessThan(COST_LIMITS.request);
  });
});

describe('an operation that costs too much', () => {
  const text = 'query($n: Int!) { areas(first: $n) { nodes { children { children { id } } } } }';

  it('is refused with the limit, its value, where it comes from and what would fit', () => {
    const { code, details, messageEn } = refusal(text, { n: 100 });
    expect([code, details]).toEqual([
      'COST_LIMIT_EXCEEDED',
      {
        limit: 'cost',
        max: 10_000,
        value: 11_101,
        dearest: [
          { field: 'areas.nodes', points: 11_100, argument: 'first', value: 100, fits: 90 },
          { field: 'areas.nodes.children', points: 11_000 },
          { field: 'areas.nodes.children.children', points: 10_000 },
        ],
      },
    ]);
    expect(messageEn).toContain('areas.nodes(first: 90) would fit');
    expect(limits({ subgraph: 10_000 }).check(costed(text, { n: 90 }))).toMatchObject({ estimated: 9_991, budget: 10_000, remaining: 9 });
  });

  it('is refused for what it costs one subgraph, which it names', () => {
    expect(refusal(text, { n: 80 }).details).toMatchObject({ limit: 'subgraphCost', max: 8_000, value: 8_881, subgraph: 'organization' });
    expect(costs.check(costed(text, { n: 72 }))).toMatchObject({ estimated: 7_993 });
  });

  it('is refused for a page of none or of more than two hundred before anything is asked', () => {
    for (const n of [0, -1, 201])
      expect(refusal('query($n: Int) { area(id: "a") { compounds(first: $n) { nodes { id } } } }', { n })).toMatchObject({
        code: 'PAGE_TOO_LARGE',
        details: { limit: 'page', max: 200, value: n, field: 'area.compounds', argument: 'first' },
      });
    expect(points('{ areas(first: 200) { nodes { id } } }')).toBe(201);
  });

  it('does not become cheap by a negative length', () => {
    const near = 'facilitiesNear(first: -1000000, near: { lat: 34.6, lng: 112.4, crs: WGS84 }) { metres facility { id } }';
    expect(points(`{ ${near} }`)).toBe(0);
    expect(points(`{ ${near} viewer { variant } }`)).toBe(1);
  });
});

describe("the subgraphs' schemas", () => {
  const supergraph = parse(sdl, { noLocation: true }).definitions;
  const named = new Map(supergraph.flatMap((node) => ('name' in node && node.name ? [[node.name.value, node] as const] : [])));
  const isComposite = (node: DefinitionNode | undefined) =>
    node?.kind === Kind.OBJECT_TYPE_DEFINITION || node?.kind === Kind.UNION_TYPE_DEFINITION;
  const isList = (type: TypeNode): boolean => type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
  const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

  it('say of every list of objects how long it is', () => {
    const model = district && new Map<string, string[]>();
    const sized = new Set<string>();
    const open: string[] = [];
    for (const node of supergraph) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      for (const field of node.fields ?? []) {
        const rule = field.directives?.find((each) => each.name.value === 'listSize');
        const of = rule?.arguments?.find((each) => each.name.value === 'sizedFields')?.value;
        for (const value of of?.kind === Kind.LIST ? of.values : [])
          if (value.kind === Kind.STRING) sized.add(`${nameOf(field.type)}.${value.value}`);
        if (!rule && isList(field.type) && isComposite(named.get(nameOf(field.type)))) open.push(`${node.name.value}.${field.name.value}`);
      }
    }
    expect(model.size).toBe(0);
    expect(sized.size).toBeGreaterThan(20);
    expect(open.filter((coordinate) => !sized.has(coordinate))).toEqual([]);
  });

  it('publish it by a link of their own, in each department', () => {
    for (const name of district.addresses.keys()) {
      const text = readFileSync(join(checkout, 'schema', `${name}.graphql`), 'utf8');
      expect(text).toContain('@link(url: "https://ibm.github.io/graphql-specs/cost/v0.1", import: ["@cost", "@listSize"])');
      expect(text).toContain('@composeDirective(name: "@cost") @composeDirective(name: "@listSize")');
      expect(text).toMatch(/kpis\(keys: .*@listSize\(assumedSize: \d+, slicingArguments: \["keys"\], requireOneSlicingArgument: false\)/);
    }
  });
});

describe('through the gateway', () => {
  let gateway: Gateway & { url: string };
  beforeAll(async () => {
    for (const department of DEPARTMENTS) await department.start();
    gateway = await openGateway({ subgraphTimeoutMs: 10_000, costLimits: { request: 6, subgraph: 4, page: 200 } });
  });
  afterAll(async () => {
    await gateway.close();
    for (const department of DEPARTMENTS) await department.stop();
  });
  afterEach(() => {
    for (const department of DEPARTMENTS) department.reset();
  });

  it('an answer tells its cost to who asks, and to nobody else', async () => {
    const text = '{ area(id: "ar_c1") { id facilities { id } } }';
    const told = await ask(gateway.url, text, {}, { 'hub-cost': '1' });
    expect(told.data).toMatchObject({ area: { id: 'ar_c1' } });
    expect(told.extensions).toMatchObject({
      cost: { estimated: 2, budget: 6, remaining: 4, subgraphs: { organization: 1, facilities: 1 } },
    });
    expect((await ask(gateway.url, text)).extensions).not.toHaveProperty('cost');
  });

  it('nothing is asked of a subgraph for an operation that costs too much', async () => {
    const dear = await ask(
      gateway.url,
      '{ a: area(id: "ar_c1") { parent { parent { parent { facilities { id } activities { id place { id } } } } } } }',
    );
    expect(dear.status).toBe(400);
    expect(dear.data).toBeUndefined();
    expect(dear.errors![0]!.extensions).toMatchObject({ code: 'COST_LIMIT_EXCEEDED', details: { limit: 'cost', max: 6, value: 7 } });
    const one = await ask(gateway.url, '{ area(id: "ar_c1") { parent { parent { parent { parent { id } } } } } }');
    expect(one.errors![0]!.extensions).toMatchObject({ details: { limit: 'subgraphCost', max: 4, value: 5, subgraph: 'organization' } });
    expect(DEPARTMENTS.flatMap((department) => department.asked)).toHaveLength(0);
  });
});
