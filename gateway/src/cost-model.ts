/**
 * What the schema says of costs: `@cost` and `@listSize` of IBM's GraphQL cost specification, read from the supergraph, whoever wrote them there
 * (composed by a subgraph's own `@link`, or by federation 2.9 itself).
 */
import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, type GraphQLSchema, Kind, parse, print, visit } from 'graphql';

/** How long a list is. */
export interface ListSize {
  /** Without any argument that says it; null where the schema does not say. */
  assumed: number | null;
  /** Paths of arguments that say it: `['first']`, `['input', 'first']`. */
  by: readonly (readonly string[])[];
  /** Lists of the returned object that are so long; empty if the field itself is the list. */
  of: readonly string[];
}

/** Costs by coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Input.field`. */
export interface CostModel {
  weights: ReadonlyMap<string, number>;
  sizes: ReadonlyMap<string, ListSize>;
}

/** What an answer about the schema costs: each of its objects is made in this process, a fiftieth of a point each. */
const INTROSPECTION_WEIGHT = 0.02;
const INTROSPECTION_TYPES = ['__Schema', '__Type', '__Field', '__InputValue', '__EnumValue', '__Directive'];

/** Reads a supergraph's costs; without any, every object costs one point and every list has one. */
export function readCosts(sdl: string, schema: GraphQLSchema): CostModel {
  const document = parse(sdl, { noLocation: true });
  const names = namesOf(document);
  const weights = new Map<string, number>();
  const sizes = new Map<string, ListSize>();
  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    for (const directive of directives ?? []) {
      if (directive.name.value === names.cost) weights.set(coordinate, Number(textOf(directive, 'weight') ?? 1));
      if (directive.name.value === names.listSize) sizes.set(coordinate, listSizeOf(directive));
    }
  };
  for (const node of document.definitions) {
    if (!('name' in node) || !node.name) continue;
    const type = node.name.value;
    if ('directives' in node && node.kind !== Kind.OPERATION_DEFINITION) read(type, node.directives as readonly ConstDirectiveNode[]);
    if (!('fields' in node)) continue;
    for (const field of node.fields ?? []) {
      read(`${type}.${field.name.value}`, field.directives);
      if (field.kind === Kind.FIELD_DEFINITION)
        for (const argument of field.arguments ?? []) read(`${type}.${field.name.value}(${argument.name.value}:)`, argument.directives);
    }
  }
  addIntrospection(weights, sizes, schema);
  return { weights, sizes };
}

/**
 * A supergraph as the planner can read it: it takes weights for numbers where the specification has texts, and ends the process over them. It
 * plans without costs.
 */
export function withoutCosts(sdl: string): string {
  if (!/\/cost\/v\d/.test(sdl)) return sdl;
  const document = parse(sdl, { noLocation: true });
  const names = Object.values(namesOf(document));
  const isCost = (node: { name: { value: string } }) => names.includes(node.name.value);
  return print(
    visit(document, {
      Directive: (node) => (isCost(node) ? null : undefined),
      DirectiveDefinition: (node) => (isCost(node) ? null : undefined),
    }),
  );
}

/** How the two directives are called here: an import may rename them, a link without one puts its own name before. */
function namesOf(document: DocumentNode): { cost: string; listSize: string } {
  const names = { cost: 'cost', listSize: 'listSize' };
  visit(document, {
    Directive(node) {
      if (node.name.value !== 'link' || !/\/cost\/v\d/.test(textOf(node as ConstDirectiveNode, 'url') ?? '')) return;
      const imports = argument(node as ConstDirectiveNode, 'import');
      for (const each of imports?.kind === Kind.LIST ? imports.values : []) {
        if (each.kind !== Kind.OBJECT) continue;
        const [from, to] = ['name', 'as'].map((name) => each.fields.find((field) => field.name.value === name)?.value);
        if (from?.kind !== Kind.STRING || to?.kind !== Kind.STRING) continue;
        if (from.value === '@cost') names.cost = to.value.slice(1);
        if (from.value === '@listSize') names.listSize = to.value.slice(1);
      }
    },
  });
  return names;
}

function listSizeOf(directive: ConstDirectiveNode): ListSize {
  const assumed = argument(directive, 'assumedSize');
  return {
    assumed: assumed?.kind === Kind.INT ? Number(assumed.value) : null,
    by: textsOf(directive, 'slicingArguments').map((path) => path.split('.')),
    of: textsOf(directive, 'sizedFields'),
  };
}

const argument = (directive: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  directive.arguments?.find((each) => each.name.value === name)?.value;

function textOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argument(directive, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function textsOf(directive: ConstDirectiveNode, name: string): string[] {
  const value = argument(directive, name);
  return value?.kind === Kind.LIST ? value.values.flatMap((each) => (each.kind === Kind.STRING ? [each.value] : [])) : [];
}

/** The schema of the schema is a graph of known size. */
function addIntrospection(weights: Map<string, number>, sizes: Map<string, ListSize>, schema: GraphQLSchema): void {
  for (const type of INTROSPECTION_TYPES) weights.set(type, INTROSPECTION_WEIGHT);
  const types = Object.values(schema.getTypeMap());
  const fields = types.reduce((sum, type) => sum + ('getFields' in type ? Object.keys(type.getFields()).length : 0), 0);
  const perType = Math.ceil(fields / types.length);
  const size = (coordinate: string, assumed: number) => sizes.set(coordinate, { assumed, by: [], of: [] });
  size('__Schema.types', types.length);
  size('__Schema.directives', schema.getDirectives().length);
  for (const list of ['fields', 'inputFields']) size(`__Type.${list}`, perType);
  for (const [list, assumed] of Object.entries({ enumValues: 3, interfaces: 1, possibleTypes: 1 })) size(`__Type.${list}`, assumed);
  for (const list of ['__Field.args', '__Directive.args']) size(list, 2);
}
