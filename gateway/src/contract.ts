/**
 * What clients see of a supergraph: all of it, or the part that carries the `@tag` of one audience, as `composeSchemaContract` makes it of
 * the subgraphs (design §4). It is taken from the supergraph's own text, so that one file says everything and nothing can be out of step
 * with it; that both ways come to the same is held by a test over `schema/variants/`.
 */
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  type NamedTypeNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { withoutLeftovers } from './leftovers.ts';

/** A supergraph as its clients may know it. */
export interface Published {
  /** Without federation's own words and everything inaccessible; with what fields cost. */
  publicDocument: DocumentNode;
  /** Tags by coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`; what has none is absent. */
  tags: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[];
}
/** Gives a part of a definition as it shall be, null to leave it out. */
type Change = <P extends Directed>(coordinate: string, part: P) => P | null;

/** IBM's cost specification, by the names that the departments link. */
const COST_DIRECTIVES: readonly string[] = ['cost', 'listSize'];
const ROOTS: readonly string[] = ['Query', 'Mutation', 'Subscription'];

/** Reads what is for clients from a composed supergraph. */
export function publishedOf(supergraph: DocumentNode): Published {
  const tags = new Map<string, ReadonlySet<string>>();
  const costs = new Map<string, readonly ConstDirectiveNode[]>();
  for (const definition of supergraph.definitions) {
    changed(definition, (coordinate, part) => {
      const own = (part.directives ?? []).filter(({ name }) => COST_DIRECTIVES.includes(name.value));
      if (own.length > 0) costs.set(coordinate, own);
      const names = tagNames(part);
      if (names.length > 0) tags.set(coordinate, new Set(names));
      return part;
    });
  }
  const client = withoutLeftovers(transformSupergraphToPublicSchema(supergraph));
  // The composer leaves costs out of a client's schema; ours shall be able to reckon.
  const priced: Change = (coordinate, part) => {
    const own = costs.get(coordinate);
    return own ? { ...part, directives: [...(part.directives ?? []), ...own] } : part;
  };
  const isCost = (node: DefinitionNode) => node.kind === Kind.DIRECTIVE_DEFINITION && COST_DIRECTIVES.includes(node.name.value);
  const others = client.definitions.filter((node) => !isCost(node)).map((node) => changed(node, priced) ?? node);
  return { publicDocument: { ...client, definitions: [...supergraph.definitions.filter(isCost), ...others] }, tags };
}

/** The part of a published schema that carries a tag, without types that nothing leads to. */
export function contractOf({ publicDocument, tags }: Published, tag: string): DocumentNode {
  const isTagged = (coordinate: string): boolean => tags.get(coordinate)?.has(tag) === true;
  const visible = publicDocument.definitions.flatMap((node) => {
    const name = nameOf(node);
    // A type's tags count for its fields, their arguments and its values.
    if (isTagged(name)) return [node];
    if (node.kind === Kind.SCALAR_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_DEFINITION) return [];
    const part = changed(node, (coordinate, each) => (coordinate === name || isTagged(coordinate) ? each : null));
    return part && !isEmpty(part) ? [part] : [];
  });
  return reachable(publicDocument, withoutMissing(visible));
}

function tagNames({ directives = [] }: Directed): string[] {
  return directives.flatMap(({ name, arguments: values }) => {
    const value = name.value === 'tag' ? values?.[0]?.value : undefined;
    return value?.kind === Kind.STRING ? [value.value] : [];
  });
}

const nameOf = (node: DefinitionNode): string => ('name' in node && node.name ? node.name.value : '');

/** A definition with each of its parts as `change` gives it; what is no type stays. */
function changed(node: DefinitionNode, change: Change): DefinitionNode | null {
  const type = nameOf(node);
  if (!type || node.kind === Kind.DIRECTIVE_DEFINITION) return node;
  const own = change(type, node as TypeDefinitionNode);
  if (own?.kind === Kind.ENUM_TYPE_DEFINITION) return { ...own, values: kept(own.values, (each) => `${type}.${each.name.value}`, change) };
  if (!own || !('fields' in own)) return own;
  const fields = kept(own.fields as readonly NamedField[] | undefined, (each) => `${type}.${each.name.value}`, change);
  const withArguments = fields.map((field) => {
    if (!field.arguments) return field;
    return { ...field, arguments: kept(field.arguments, (each) => `${type}.${field.name.value}(${each.name.value}:)`, change) };
  });
  return { ...own, fields: withArguments } as unknown as TypeDefinitionNode;
}

interface NamedField extends Directed {
  readonly name: { readonly value: string };
  readonly type: TypeNode;
  readonly arguments?: readonly NamedField[];
}

const kept = <P extends Directed>(parts: readonly P[] = [], coordinateOf: (part: P) => string, change: Change): P[] =>
  parts.flatMap((part) => change(coordinateOf(part), part) ?? []);

const isEmpty = (node: DefinitionNode): boolean =>
  ('fields' in node && node.fields?.length === 0) || ('values' in node && node.values?.length === 0);

/** Interfaces and members that are not visible are not named either. */
function withoutMissing(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const names = new Set(definitions.map(nameOf));
  const isThere = ({ name }: NamedTypeNode) => names.has(name.value);
  return definitions.map((node) => {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) return { ...node, types: node.types?.filter(isThere) };
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return node;
    return { ...node, interfaces: node.interfaces?.filter(isThere) };
  });
}

/** The definitions that the root types lead to, and all directives. */
function reachable(document: DocumentNode, definitions: readonly DefinitionNode[]): DocumentNode {
  const byName = new Map(definitions.filter((node) => node.kind !== Kind.DIRECTIVE_DEFINITION).map((node) => [nameOf(node), node]));
  const implementing = new Map<string, string[]>();
  for (const [name, node] of byName)
    for (const { name: of } of ('interfaces' in node && node.interfaces) || [])
      implementing.set(of.value, [...(implementing.get(of.value) ?? []), name]);
  const directives = definitions.filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION);
  const found = new Set<string>();
  const next = [...ROOTS, ...directives.flatMap((node) => (node.arguments ?? []).map(({ type }) => innermost(type)))];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    const node = byName.get(name);
    if (!node || found.has(name)) continue;
    found.add(name);
    next.push(...namesIn(node), ...(implementing.get(name) ?? []));
  }
  return {
    ...document,
    definitions: definitions.filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION || found.has(nameOf(node))),
  };
}

function namesIn(node: DefinitionNode): string[] {
  if (node.kind === Kind.UNION_TYPE_DEFINITION) return (node.types ?? []).map(innermost);
  if (!('fields' in node)) return [];
  const interfaces = 'interfaces' in node ? (node.interfaces ?? []).map(innermost) : [];
  const fields = (node.fields ?? []) as readonly NamedField[];
  return [
    ...interfaces,
    ...fields.flatMap(({ type, arguments: values = [] }) => [type, ...values.map((each) => each.type)].map(innermost)),
  ];
}

const innermost = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : innermost(type.type));
