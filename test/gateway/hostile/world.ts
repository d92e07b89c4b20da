/** A graph with everything that can be abused: trees, lists of lists, an interface, inputs within inputs. */
import { composeServices } from '@theguild/federation-composition';
import { Department } from '../department.ts';

const COSTS = `
extend schema
  @link(url: "https://ibm.github.io/graphql-specs/cost/v0.1", import: ["@cost", "@listSize"])
  @composeDirective(name: "@cost") @composeDirective(name: "@listSize")
directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

export const shop = new Department(
  'shop',
  `${COSTS}
  type Query {
    item(id: ID!): Item
    items(first: Int = 10): [Item!] @listSize(slicingArguments: ["first"])
    search(filter: Filter): [Item!] @listSize(assumedSize: 10)
    nodes: [Node!] @listSize(assumedSize: 10)
    counts(keys: [Key!]!): [Count!] @listSize(slicingArguments: ["keys"])
  }
  type Mutation { rename(id: ID!, name: String!): Item @cost(weight: "10") }
  type Subscription { itemChanged: Item }
  input Filter { and: [Filter!] or: [Filter!] text: String size: Int }
  enum Key { A B C }
  interface Node { id: ID! }
  type Item implements Node @key(fields: "id") { id: ID! name: String parent: Item children: [Item!] @listSize(assumedSize: 10) }
  type Shelf implements Node { id: ID! }
  type Count { key: Key! value: Int! }`,
  {
    Query: {
      item: (_: never, { id }: { id: string }) => ({ id, name: `Item ${id}` }),
      items: (_: never, { first }: { first: number }) => Array.from({ length: first }, (_none, i) => ({ id: `i${i}`, name: `Item ${i}` })),
      search: () => [],
      nodes: () => [],
      counts: () => [],
    },
    Mutation: { rename: (_: never, item: { id: string; name: string }) => item },
    Item: { __resolveReference: (key: { id: string }) => ({ ...key, name: `Item ${key.id}` }), parent: () => null, children: () => [] },
    Node: { __resolveType: () => 'Item' },
  },
);

/** The supergraph of the shop as it listens now. */
export function shopSupergraph(): string {
  const { name, typeDefs, url } = shop;
  const result = composeServices([{ name, typeDefs, url }]);
  if (!result.supergraphSdl) throw new Error(result.errors?.map((error) => error.message).join('\n'));
  return result.supergraphSdl;
}
