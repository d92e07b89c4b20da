/**
 * A story about a directive of federation: a few real subgraphs, composed, with a gateway process' own server over them, and the same
 * world as one schema that graphql-js executes. Both must answer alike.
 */
import { type ExecutionResult, execute, type GraphQLSchema, isAbstractType, isObjectType, parse, specifiedRules, validate } from 'graphql';
import { expect } from 'vitest';
import type { GatewayConfig } from '../../gateway/src/config.ts';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { Department, type Resolvers } from './department.ts';
import { ask, composed, openGateway, type Reply } from './world.ts';

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires",
  "@provides", "@override", "@inaccessible", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy"])\n`;

/** One subgraph of a story: its SDL, and its resolvers. */
export type Teller = readonly [sdl: string, resolvers: object];

export interface Story {
  /** What the gateway answered. */
  ask(text: string, variables?: object): Promise<Reply>;
  /** Asks the gateway and the monolith and holds the answers together: data, and where errors stand. */
  same(text: string, variables?: object): Promise<Reply>;
  /** Subgraph requests so far, by name; forgotten when read. */
  asked(): Record<string, number>;
  department(name: string): Department;
  schema: GraphQLSchema;
}

/**
 * Tells a story. `whole` are the resolvers of the monolith; a type's default is the property of the object.
 */
export async function tell(
  tellers: Record<string, Teller>,
  whole: object,
  run: (story: Story) => Promise<void>,
  change: Partial<GatewayConfig> = {},
): Promise<void> {
  const departments = Object.entries(tellers).map(([name, [sdl, resolvers]]) => new Department(name, sdl, resolvers as Resolvers, HEAD));
  for (const department of departments) await department.start();
  const supergraph = readSupergraph(composed(departments));
  const subgraphs = departments.map(({ name, url }) => ({ name, url, keys: null }));
  const gateway = await openGateway({ supergraph, subgraphs, subgraphTimeoutMs: 8_000, ...change });
  const schema = monolith(readSupergraph(composed(departments)).publicSchema, whole as Resolvers);
  const story: Story = {
    schema,
    ask: (text, variables) => ask(gateway.url, text, variables),
    async same(text, variables) {
      const reply = await ask(gateway.url, text, variables);
      const document = parse(text);
      expect(validate(schema, document, specifiedRules)).toEqual([]);
      const expected = (await execute({ schema, document, variableValues: { ...variables } })) as ExecutionResult;
      expect(JSON.stringify(reply.data), text).toBe(JSON.stringify(expected.data));
      expect(placesOf(reply.errors), text).toEqual(placesOf(expected.errors as Reply['errors']));
      return reply;
    },
    asked() {
      const counts = Object.fromEntries(departments.map(({ name, asked }) => [name, asked.length]));
      for (const department of departments) department.reset();
      return counts;
    },
    department: (name) => departments.find((each) => each.name === name)!,
  };
  try {
    await run(story);
  } finally {
    await gateway.close();
    for (const department of departments) await department.stop();
  }
}

const placesOf = (errors: Reply['errors']) => [...new Set((errors ?? []).map(({ path }) => (path ?? []).join('.')))].sort();

function monolith(schema: GraphQLSchema, whole: Resolvers): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (value: { __typename?: string }) => value.__typename;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolver = whole[type.name]?.[field.name];
      if (resolver) field.resolve = resolver as never;
    }
  }
  return schema;
}
