/**
 * What the gateway knows of a composed Federation 2 supergraph: the schema a client sees, where the subgraphs are, which types are
 * members of which abstract type. What clients see, and for whom, `contract.ts` reads. The file is standard; nothing here belongs to one district.
 */
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  validateSchema,
} from 'graphql';
import { type Published, publishedOf } from './contract.ts';

type Directives = ObjectTypeDefinitionNode['directives'];

/** A composed supergraph, read once at start. */
export interface Supergraph extends Published {
  sdl: string;
  /** Of `publicDocument`. */
  publicSchema: GraphQLSchema;
  /** Subgraph name → address as composed (`join__graph`). */
  addresses: ReadonlyMap<string, string>;
  /** Names of the object types that are `typename` or members of it; hidden types included. */
  isMember(typename: string, condition: string): boolean;
  /** The subgraph that answers a field, `Type.field` → name; absent where several do. */
  owners: ReadonlyMap<string, string>;
}

/**
 * Reads a supergraph's SDL.
 * @throws Error if it is not a Federation 2 supergraph, or needs something of its gateway that this one does not know.
 */
export function readSupergraph(sdl: string): Supergraph {
  const document = parse(sdl, { noLocation: true });
  const addresses = addressesOf(document);
  if (addresses.size === 0) throw new Error('not a Federation 2 supergraph: it names no subgraph (enum join__Graph)');
  checkFeatures(document);
  const published = publishedOf(document);
  const publicSchema = buildASTSchema(published.publicDocument, { assumeValidSDL: true });
  const [problem] = validateSchema(publicSchema);
  if (problem) throw new Error(`not a supergraph that can be served: ${problem.message}`);
  const members = membersOf(document);
  return {
    sdl,
    ...published,
    publicSchema,
    addresses,
    isMember: (typename, condition) => typename === condition || members.get(condition)?.has(typename) === true,
    owners: ownersOf(document),
  };
}

/** Specifications whose meaning for an answer is kept here or by the planner. */
const FEATURES = new Set(['link', 'core', 'join', 'inaccessible', 'tag', 'authenticated', 'requiresScopes', 'policy', 'cost']);

/** A supergraph says what must be understood to answer it rightly (`@link(for:)`): better no answer than a wrong one. */
function checkFeatures(document: DocumentNode): void {
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of node.directives ?? []) {
      const url = textArgument(directive, directive.name.value === 'core' ? 'feature' : 'url') ?? '';
      const feature = /\/([^/]+)\/v\d[^/]*$/.exec(url)?.[1];
      if (enumArgument(directive, 'for') && !FEATURES.has(feature ?? '')) throw new Error(`needs ${url}, which this gateway does not know`);
    }
  }
}

function addressesOf(document: DocumentNode): Map<string, string> {
  const graphs = document.definitions.find((node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph');
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return new Map();
  return new Map(
    (graphs.values ?? []).map((value) => [
      textArgument(value.directives?.[0], 'name') ?? value.name.value,
      textArgument(value.directives?.[0], 'url') ?? '',
    ]),
  );
}

function membersOf(document: DocumentNode): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  const add = (abstract: string, member: string) => {
    const known = members.get(abstract);
    if (known) known.add(member);
    else members.set(abstract, new Set([member]));
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) for (const type of node.types ?? []) add(node.name.value, type.name.value);
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const type of node.interfaces ?? []) add(type.name.value, node.name.value);
  }
  return members;
}

function ownersOf(document: DocumentNode): Map<string, string> {
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const node of document.definitions) {
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph')
      for (const value of node.values ?? []) names.set(value.name.value, textArgument(value.directives?.[0], 'name') ?? '');
  }
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const typeGraphs = graphsOf(node.directives, 'join__type');
    for (const field of node.fields ?? []) {
      const own = graphsOf(field.directives, 'join__field');
      const [graph, ...others] = own.length > 0 ? own : typeGraphs;
      if (graph && others.length === 0) owners.set(`${node.name.value}.${field.name.value}`, names.get(graph) ?? graph);
    }
  }
  return owners;
}

/** Graphs that a directive names, those that only know the thing from outside left out. */
function graphsOf(directives: Directives, name: string): string[] {
  const named = (directives ?? []).filter((directive) => directive.name.value === name && !isTrue(directive, 'external'));
  return [...new Set(named.flatMap((directive) => enumArgument(directive, 'graph') ?? []))];
}

const argumentOf = (directive: ConstDirectiveNode | undefined, name: string) =>
  directive?.arguments?.find((each) => each.name.value === name)?.value;

function textArgument(directive: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function enumArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.ENUM ? value.value : undefined;
}

function isTrue(directive: ConstDirectiveNode, name: string): boolean {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.BOOLEAN && value.value;
}
