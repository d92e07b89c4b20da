import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  GraphQLScalarType,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { compiled } from '../../subgraphs/shared/src/executor.ts';

/** Everything that an execution can do differently: abstract types, lists with gaps, errors, defaults, promises. */
const SDL = `
  scalar Even
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { places(first: Int = 2): [Place!]! named(name: String): Named broken: Place strict: Strict owner(input: Filter): String half(of: Even!): Int }
  type Mutation { first: Int later: Int }
  input Filter { name: String = "anybody", kinds: [Kind!] = [SMALL] }
  enum Kind { SMALL LARGE }
  interface Named { name: String! }
  type Place implements Named @key(fields: "id") { id: ID! name: String! kind: Kind count: Int friend: Place friends: [Place] late: String }
  type Person implements Named { name: String! age: Int! }
  type Strict { must: String! mays: [Item!] }
  type Item { must: String! }
`;

interface Place {
  id: string;
  name: string;
  kind?: string;
}

const PLACES: Place[] = [
  { id: 'a', name: '甲', kind: 'SMALL' },
  { id: 'b', name: '乙', kind: 'LARGE' },
  { id: 'c', name: '丙', kind: 'HUGE' },
];
const steps: string[] = [];
const step = async (name: string, ms: number): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return steps.push(name);
};

const Even = new GraphQLScalarType({
  name: 'Even',
  parseValue(value) {
    if (typeof value === 'number' && value % 2 === 0) return value;
    throw new GraphQLError('odd', { extensions: { code: 'VALIDATION_FAILED' } });
  },
});

let schema: GraphQLSchema;
let asked: (document: DocumentNode, source: string, variables: Record<string, unknown>, operationName: string | null) => Promise<unknown>;
beforeAll(async () => {
  schema = buildSubgraphSchema([
    {
      typeDefs: parse(SDL),
      resolvers: {
        Query: {
          places: (_root: unknown, { first }: { first: number }) => PLACES.slice(0, first),
          named: (_root: unknown, { name }: { name?: string }) =>
            name ? PLACES.find((each) => each.name === name) : { name: '人', age: 1 },
          broken: () => {
            throw new GraphQLError('out of order', { extensions: { code: 'OUT_OF_ORDER' } });
          },
          strict: () => ({ must: 'x', mays: [{ must: 'y' }, { must: null }] }),
          owner: (_root: unknown, { input }: { input?: { name: string; kinds: string[] } }) => JSON.stringify(input ?? null),
        },
        Even,
        Mutation: { first: () => step('first', 30), later: () => step('later', 0) },
        Named: { __resolveType: (value: object) => ('age' in value ? 'Person' : 'Place') },
        Place: {
          __resolveReference: ({ id }: Place) => PLACES.find((each) => each.id === id) ?? null,
          count: async ({ id }: Place) => {
            if (id === 'b') throw new Error('nobody counts here');
            return 7;
          },
          friend: () => null,
          friends: ({ id }: Place) => PLACES.filter((each) => each.id !== id).map((each) => (each.id === 'c' ? null : each)),
          late: async ({ name }: Place) => `${name}!`,
        },
      },
    } as never,
  ]);
  const { executor } = await compiled(schema).load({} as never);
  asked = async (document, source, variables, operationName) =>
    executor?.({ document, source, operationName, request: { variables }, context: {} } as never);
});

const CASES: [string, string, Record<string, unknown>?, string?][] = [
  ['defaults of the schema', '{ places { id name kind } }'],
  ['a default of the operation', 'query ($n: Int = 1) { places(first: $n) { id } }'],
  ['a variable that is not given', 'query ($n: Int) { places(first: $n) { id } }'],
  ['a variable that is given', 'query ($n: Int) { places(first: $n) { id } }', { n: 3 }],
  [
    'an input with defaults',
    'query ($f: Filter) { a: owner(input: $f) b: owner(input: { name: "me" }) c: owner }',
    { f: { kinds: ['LARGE'] } },
  ],
  ['aliases, promises and __typename', '{ here: places { __typename x: id late l2: late } }'],
  ['an error within a list', '{ places { id count } }'],
  ['an error at the root', '{ broken { id } places { id } }'],
  ['null where none may be, in a list', '{ strict { must mays { must } } }'],
  ['lists with gaps', '{ places { friends { id friend { id } } } }'],
  ['a value that is none of its enum', '{ places(first: 3) { kind } }'],
  [
    'fragments on abstract types',
    '{ a: named { ...N } b: named(name: "乙") { ...N } } fragment N on Named { name ... on Person { age } ... on Place { id } }',
  ],
  ['skipped', 'query ($s: Boolean!) { places { id @skip(if: $s) name @include(if: $s) } }', { s: true }],
  ['included', 'query ($s: Boolean!) { places { id @skip(if: $s) name @include(if: $s) } }', { s: false }],
  ['one of several operations', 'query A { places { id } } query B { places { name } }', {}, 'B'],
  [
    'entities',
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Place { id name count } } }',
    { r: ['c', 'x', 'b'].map((id) => ({ __typename: 'Place', id })) },
  ],
];

/** As it would be sent; where in the query an error comes from is nobody's beyond the gateway. */
const written = (result: unknown): unknown => JSON.parse(JSON.stringify(result, (key, value) => (key === 'locations' ? undefined : value)));

test.each(CASES)('a compiled operation answers as graphql-js does: %s', async (_name, source, variables = {}, operationName) => {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const expected = await execute({ schema, document, variableValues: variables, contextValue: {}, operationName, rootValue: {} });
  for (const _time of ['compiled', 'kept']) {
    expect(written(await asked(document, source, variables, operationName ?? null))).toEqual(written(expected));
  }
});

test.each([
  ['places(first: $n) { id }', 'Int!', 'many'],
  ['half(of: $n)', 'Even!', 3],
])('a variable that does not fit is refused as graphql-js refuses it: %s', async (field, type, n) => {
  const source = `query ($n: ${type}) { ${field} }`;
  const document = parse(source);
  const expected = (await execute({ schema, document, variableValues: { n } })).errors as GraphQLError[];
  const { errors, data } = (await asked(document, source, { n }, null)) as ExecutionResult;
  expect(data).toBeUndefined();
  expect(written(errors)).toEqual(written(expected));
  expect(errors?.map(({ extensions }) => extensions)).toEqual(expected.map(({ extensions }) => extensions));
});

test('an error of a resolver keeps what it was, for the one who writes it into the answer', async () => {
  const source = '{ places { count } broken { id } }';
  const { errors } = (await asked(parse(source), source, {}, null)) as ExecutionResult;
  expect(errors?.map(({ originalError, extensions }) => [originalError?.message, extensions])).toEqual(
    expect.arrayContaining([
      ['nobody counts here', {}],
      ['out of order', { code: 'OUT_OF_ORDER' }],
    ]),
  );
});

test('mutations come one after the other', async () => {
  const source = 'mutation { first later }';
  expect(written(await asked(parse(source), source, {}, null))).toEqual({ data: { first: 1, later: 2 } });
  expect(steps).toEqual(['first', 'later']);
});

test('operations that differ in their name only, and documents beyond what is kept, are answered as what they are', async () => {
  const source = 'query A { places { id } } query B { places { name } }';
  const document = parse(source);
  expect(written(await asked(document, source, {}, 'A'))).toEqual({ data: { places: [{ id: 'a' }, { id: 'b' }] } });
  expect(written(await asked(document, source, {}, 'B'))).toEqual({ data: { places: [{ name: '甲' }, { name: '乙' }] } });
  const long = `{ places { id } } #${'x'.repeat(70_000)}`;
  expect(written(await asked(parse(long), long, {}, null))).toEqual({ data: { places: [{ id: 'a' }, { id: 'b' }] } });
});
