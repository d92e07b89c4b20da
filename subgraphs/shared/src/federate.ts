import { buildSubgraphSchema } from '@apollo/subgraph';
import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql';
import { createResolversMap } from 'type-graphql';
import { costHead, finishCosts } from './finish-costs.ts';
import { finishTags } from './finish-tags.ts';

/** The key by which another subgraph names an entity: `{ __typename, id }`, with what its `@requires` asked for. */
export interface Reference {
  readonly __typename: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

/**
 * How each entity is found by its key: `{ Facility: (ctx, { id }) => facilityById(ctx, id) }`. Null means there is none such (or the caller
 * may not see it). A type without an entry is a stub of another's entity: the reference itself is the object.
 */
export type References<C> = Readonly<Record<string, (ctx: C, reference: Reference) => unknown>>;

const FEDERATION = 'https://specs.apollo.dev/federation/v2.3';
const DIRECTIVES = ['key', 'shareable', 'external', 'requires', 'provides', 'override', 'inaccessible', 'tag', 'composeDirective'];
const ROOTS = ['Query', 'Mutation', 'Subscription'];

/**
 * Turns a type-graphql schema into a Federation 2 subgraph: its SDL, as it is composed and printed, and the schema that answers requests.
 *
 * @throws Error when a value type stands for a type that this subgraph lacks, or the document is not valid GraphQL
 */
export function federate<C>(schema: GraphQLSchema, references: References<C> = {}): { sdl: string; schema: GraphQLSchema } {
  const typeDefs = finish(getDocumentNodeFromSchema(schema));
  const names = new Set(typeDefs.definitions.map(nameOf));
  const unknown = Object.keys(references).find((entity) => !names.has(entity));
  if (unknown) throw new Error(`references name ${unknown}, which is no type of this subgraph`);
  const resolvers = Object.fromEntries(Object.entries(createResolversMap(schema)).filter(([name]) => names.has(name)));
  const entities = Object.entries(references).map(([entity, find]) => [
    entity,
    { ...resolvers[entity], __resolveReference: (reference: Reference, ctx: C) => find(ctx, reference) },
  ]);
  // The array form: the object form of 2.15.1 crashes.
  return {
    sdl: `${print(typeDefs)}\n`,
    schema: buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers, ...Object.fromEntries(entities) } }]),
  };
}

/**
 * The document of a subgraph, made fit for composition: value types point at this subgraph's own entities, tags are finished (design §3), costs too, types
 * that nothing leads to are left out, the directives of federation and of costs are linked, types stand in order of their names. Used on our printed schemas and on
 * the contract alike, so that the two can be compared.
 */
export function finish(document: DocumentNode): DocumentNode {
  const own = document.definitions.filter((node) => node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION);
  const finished = finishCosts(finishTags(withoutUnreachable(withOwnEntities({ kind: Kind.DOCUMENT, definitions: own }))));
  const sorted = [...finished.definitions].sort((a, b) => rank(a) - rank(b) || (nameOf(a) < nameOf(b) ? -1 : 1));
  return { kind: Kind.DOCUMENT, definitions: [...link(finished).definitions, ...sorted] };
}

const nameOf = (node: DefinitionNode): string => ('name' in node ? (node.name?.value ?? '') : '');

/** Root types first, then everything by name. */
const rank = (node: DefinitionNode): number => (ROOTS.includes(nameOf(node)) ? ROOTS.indexOf(nameOf(node)) : ROOTS.length);

/** What `@standsFor` on a class of common.type.ts says: the subgraph's own type takes its place. */
function withOwnEntities(document: DocumentNode): DocumentNode {
  const standIns = new Map<string, string>();
  for (const node of document.definitions) {
    const value = node.kind === Kind.OBJECT_TYPE_DEFINITION ? directive(node, 'standsFor')?.arguments?.[0]?.value : undefined;
    if (value?.kind === Kind.STRING) standIns.set(nameOf(node), value.value);
  }
  if (standIns.size === 0) return document;
  const names = new Set(document.definitions.map(nameOf));
  const definitions = document.definitions.filter((node) => !standIns.has(nameOf(node)));
  return visit(
    { ...document, definitions },
    {
      NamedType(node) {
        const entity = standIns.get(node.name.value);
        if (!entity) return undefined;
        if (!names.has(entity))
          throw new Error(`A value type refers to ${entity}, which this subgraph does not declare: add a stub to its types`);
        return { ...node, name: { ...node.name, value: entity } };
      },
    },
  );
}

const directive = (node: ObjectTypeDefinitionNode, name: string): ConstDirectiveNode | undefined =>
  node.directives?.find((each) => each.name.value === name);

/** Leaves out what neither a root field nor an entity leads to. */
function withoutUnreachable(document: DocumentNode): DocumentNode {
  const byName = new Map(document.definitions.map((node) => [nameOf(node), node]));
  const reached = new Set<string>();
  const reach = (name: string): void => {
    const node = byName.get(name);
    if (!node || reached.has(name)) return;
    reached.add(name);
    visit(node, { NamedType: (type) => reach(type.name.value) });
  };
  for (const node of document.definitions) {
    const isEntity = node.kind === Kind.OBJECT_TYPE_DEFINITION && directive(node, 'key') !== undefined;
    if (isEntity || ROOTS.includes(nameOf(node))) reach(nameOf(node));
  }
  return { ...document, definitions: document.definitions.filter((node) => reached.has(nameOf(node))) };
}

/** `extend schema @link(…)` with the directives that the document uses. */
function link(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, { Directive: (node) => void used.add(node.name.value) });
  const costs = costHead(used);
  if (costs.schema) used.add('composeDirective');
  const imports = DIRECTIVES.filter((name) => used.has(name)).map((name) => `"@${name}"`);
  const { definitions, ...head } = parse(`extend schema @link(url: "${FEDERATION}", import: [${imports.join(', ')}])${costs.schema}`, {
    noLocation: true,
  });
  return { ...head, definitions: [...definitions, ...costs.definitions] };
}
