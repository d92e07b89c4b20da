import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
} from 'graphql';
import { listSizeText, type Size } from './cost.ts';
import { namedType } from './finish-tags.ts';

/** Where the directives come from; the specification has no address that composition would take as it is. */
export const COST_SPECIFICATION = 'https://ibm.github.io/graphql-specs/cost/v0.1';

const DEFINITIONS = `
directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

/** Points of a command, beside those of what it gives back: a transaction costs more than a read. */
const COMMAND_POINTS = 10;
/** Objects of a list that nobody said the length of: streets of a district, communities of a street. */
const ASSUMED = 10;

type Typed = ReadonlyMap<string, DefinitionNode>;

/**
 * Writes the costs that follow from the shape of a subgraph's document, where `@Cost` and `@ListSize` said nothing:
 * 1. a list with `first` is as long as that says, and so are the `nodes` of a connection;
 * 2. a list with `keys` is as long as the keys asked for, or has one object for each key there is;
 * 3. any other list of objects has ten;
 * 4. a command costs ten points beside its answer.
 */
export function finishCosts(document: DocumentNode): DocumentNode {
  const types: Typed = new Map(document.definitions.flatMap((node) => ('name' in node && node.name ? [[node.name.value, node]] : [])));
  const sized = sizedElsewhere(document, types);
  const definitions = document.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return node;
    const fields = node.fields?.map((field) => withCosts(field, node, types, sized));
    return { ...node, fields };
  });
  return { ...document, definitions };
}

/** The directives of costs that a document uses, as it must link, compose and define them. */
export function costHead(used: ReadonlySet<string>): { schema: string; definitions: readonly DefinitionNode[] } {
  const names = ['cost', 'listSize'].filter((name) => used.has(name));
  if (names.length === 0) return { schema: '', definitions: [] };
  const imports = names.map((name) => `"@${name}"`).join(', ');
  const composed = names.map((name) => ` @composeDirective(name: "@${name}")`).join('');
  const defined = parse(DEFINITIONS, { noLocation: true }).definitions;
  return {
    schema: ` @link(url: "${COST_SPECIFICATION}", import: [${imports}])${composed}`,
    definitions: defined.filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION && used.has(node.name.value)),
  };
}

/** Fields whose length the field above them says, as `Type.field`. */
function sizedElsewhere(document: DocumentNode, types: Typed): Set<string> {
  const found = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of node.fields ?? []) {
      const below = namedType(field.type);
      const own = field.directives?.find(isListSize)?.arguments?.find((argument) => argument.name.value === 'sizedFields')?.value;
      if (own?.kind === Kind.LIST) for (const value of own.values) if (value.kind === Kind.STRING) found.add(`${below}.${value.value}`);
      if (!own && argumentOf(field, 'first') && nodesOf(types.get(below))) found.add(`${below}.nodes`);
    }
  }
  return found;
}

function withCosts(
  field: FieldDefinitionNode,
  type: ObjectTypeDefinitionNode,
  types: Typed,
  sized: ReadonlySet<string>,
): FieldDefinitionNode {
  const own = field.directives ?? [];
  if (own.some((directive) => directive.name.value === 'external')) return field;
  const added: string[] = [];
  const isKnown = own.some(isListSize) || sized.has(`${type.name.value}.${field.name.value}`);
  const size = isKnown ? null : sizeOf(field, types);
  if (size) added.push(listSizeText(size));
  if (type.name.value === 'Mutation' && !own.some((directive) => directive.name.value === 'cost'))
    added.push(`@cost(weight: "${COMMAND_POINTS}")`);
  return added.length === 0 ? field : { ...field, directives: [...own, ...directivesOf(added)] };
}

/** The length of what a field gives, from its shape; null for what is no list of objects. */
function sizeOf(field: FieldDefinitionNode, types: Typed): Size | null {
  const below = types.get(namedType(field.type));
  const first = argumentOf(field, 'first');
  if (first && nodesOf(below)) return { assumed: defaultOf(first), by: ['first'], of: ['nodes'] };
  if (!isList(field.type) || !isComposite(below)) return null;
  if (first) return { assumed: defaultOf(first), by: ['first'] };
  const keys = argumentOf(field, 'keys');
  const all = keys && types.get(namedType(keys.type));
  return all?.kind === Kind.ENUM_TYPE_DEFINITION ? { assumed: valuesOf(all), by: ['keys'] } : { assumed: ASSUMED };
}

const isListSize = (directive: ConstDirectiveNode): boolean => directive.name.value === 'listSize';
const valuesOf = (node: EnumTypeDefinitionNode): number => node.values?.length ?? 0;
const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.LIST_TYPE);

const isComposite = (node: DefinitionNode | undefined): boolean =>
  node?.kind === Kind.OBJECT_TYPE_DEFINITION || node?.kind === Kind.UNION_TYPE_DEFINITION || node?.kind === Kind.INTERFACE_TYPE_DEFINITION;

const argumentOf = (field: FieldDefinitionNode, name: string): InputValueDefinitionNode | undefined =>
  field.arguments?.find((argument) => argument.name.value === name);

const nodesOf = (node: DefinitionNode | undefined): FieldDefinitionNode | undefined =>
  node?.kind === Kind.OBJECT_TYPE_DEFINITION ? node.fields?.find((field) => field.name.value === 'nodes' && isList(field.type)) : undefined;

const defaultOf = (argument: InputValueDefinitionNode): number =>
  argument.defaultValue?.kind === Kind.INT ? Number(argument.defaultValue.value) : ASSUMED;

/** Directives from their text. */
function directivesOf(texts: readonly string[]): ConstDirectiveNode[] {
  const [node] = parse(`scalar S ${texts.join(' ')}`, { noLocation: true }).definitions;
  return node?.kind === Kind.SCALAR_TYPE_DEFINITION ? [...(node.directives ?? [])] : [];
}
