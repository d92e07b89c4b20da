/**
 * The part of a supergraph that one audience sees: whatever carries its `@tag`, as `composeSchemaContract` makes it of the subgraphs
 * (design §4). It is taken from the supergraph's own text, so that one file says everything and nothing can be out of step with it;
 * that both ways come to the same is held by a test over `schema/variants/`.
 */
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[];
}
type FieldsDefinition = Extract<TypeDefinitionNode, { readonly fields?: readonly unknown[] }>;

const ROOTS: readonly string[] = ['Query', 'Mutation', 'Subscription'];

/** The tags written on a definition. */
function tagNames({ directives = [] }: Directed): string[] {
  return directives.flatMap(({ name, arguments: values }) => {
    const value = name.value === 'tag' ? values?.[0]?.value : undefined;
    return value?.kind === Kind.STRING ? [value.value] : [];
  });
}

/**
 * The client's schema of an audience, or of everybody with `tag` null: without federation's own words, and without types that nothing
 * leads to.
 */
export function contractOf(supergraph: DocumentNode, tag: string | null): DocumentNode {
  if (tag === null) return transformSupergraphToPublicSchema(supergraph);
  const definitions = supergraph.definitions.map((node) => (isFederations(node) ? node : visibleTo(node, tag)));
  const visible = withoutMissing(definitions.filter((node) => node !== null));
  return reachable(transformSupergraphToPublicSchema({ ...supergraph, definitions: visible }));
}

/** `join__Graph` and the like carry no tags and are taken away by another rule. */
const isFederations = (node: DefinitionNode): boolean => 'name' in node && /^(join|link|core)__/.test(node.name?.value ?? '');

/** A type's tags count for its fields, their arguments and its values; a type without anything visible is not visible itself. */
function visibleTo(node: DefinitionNode, tag: string): DefinitionNode | null {
  const whole = 'directives' in node && tagNames(node as Directed).includes(tag);
  const isVisible = (part: Directed): boolean => whole || tagNames(part).includes(tag);
  switch (node.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.UNION_TYPE_DEFINITION:
      return whole ? node : null;
    case Kind.ENUM_TYPE_DEFINITION:
      return someOf<EnumTypeDefinitionNode>({ ...node, values: node.values?.filter(isVisible) }, 'values');
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return someOf<FieldsDefinition>({ ...node, fields: node.fields?.filter(isVisible) }, 'fields');
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const withArguments = (field: FieldDefinitionNode) => ({ ...field, arguments: field.arguments?.filter(isVisible) });
      return someOf<FieldsDefinition>({ ...node, fields: node.fields?.filter(isVisible).map(withArguments) } as FieldsDefinition, 'fields');
    }
    default:
      return node;
  }
}

function someOf<N extends DefinitionNode>(node: N, parts: keyof N): N | null {
  return (node[parts] as readonly unknown[] | undefined)?.length ? node : null;
}

/** Interfaces and members that are not visible are not named either. */
function withoutMissing(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const names = new Set(definitions.flatMap((node) => ('name' in node && node.name ? [node.name.value] : [])));
  const isThere = ({ name }: NamedTypeNode) => names.has(name.value);
  return definitions.map((node) => {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) return { ...node, types: node.types?.filter(isThere) };
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return node;
    return { ...node, interfaces: node.interfaces?.filter(isThere) } as ObjectTypeDefinitionNode;
  });
}

/** The definitions that the root types lead to, and all directives. */
function reachable(document: DocumentNode): DocumentNode {
  const byName = new Map<string, TypeDefinitionNode>();
  const implementing = new Map<string, string[]>();
  for (const node of document.definitions) {
    if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    byName.set(node.name.value, node as TypeDefinitionNode);
    for (const { name } of ('interfaces' in node && node.interfaces) || [])
      implementing.set(name.value, [...(implementing.get(name.value) ?? []), node.name.value]);
  }
  const directives = document.definitions.filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION);
  const found = new Set<string>();
  const next = [...ROOTS, ...directives.flatMap((node) => (node.arguments ?? []).map(({ type }) => nameOf(type)))];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    const node = byName.get(name);
    if (!node || found.has(name)) continue;
    found.add(name);
    next.push(...namesIn(node), ...(implementing.get(name) ?? []));
  }
  const isFound = (node: DefinitionNode) => node.kind === Kind.DIRECTIVE_DEFINITION || ('name' in node && found.has(node.name!.value));
  return { ...document, definitions: document.definitions.filter(isFound) };
}

function namesIn(node: TypeDefinitionNode): string[] {
  if (node.kind === Kind.UNION_TYPE_DEFINITION) return (node.types ?? []).map(nameOf);
  if (!('fields' in node)) return [];
  const interfaces = 'interfaces' in node ? (node.interfaces ?? []).map(nameOf) : [];
  const types = (node.fields ?? []).flatMap((field) => [
    nameOf(field.type),
    ...('arguments' in field ? (field.arguments ?? []).map(({ type }) => nameOf(type)) : []),
  ]);
  return [...interfaces, ...types];
}

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));
