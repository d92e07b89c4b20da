/**
 * Cuts an operation into parts that the planner can plan, when it cannot plan the whole. A cut is at a field whose entity is asked
 * for something that requires another department: the outer part fetches the entity's key there, the inner part starts from it.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Anchored, anchorField } from './anchor.ts';
import type { Path } from './plan.ts';

/** One part: what is planned, and where in the response its anchored entity stands. */
export interface Cut {
  document: DocumentNode;
  /** From the enclosing part's root. */
  path: Path;
  inner: Cut[];
}

interface Cutting {
  schema: GraphQLSchema;
  anchored: Anchored;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  operation: OperationDefinitionNode;
}

/** Cuts a planned document (keys already safe). */
export function cut(document: DocumentNode, schema: GraphQLSchema, anchored: Anchored): Cut {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)!;
  const fragments = new Map(document.definitions.filter((n) => n.kind === Kind.FRAGMENT_DEFINITION).map((n) => [n.name.value, n]));
  const cutting: Cutting = { schema, anchored, fragments, operation };
  const root = schema.getRootType(operation.operation)!.name;
  return part(cutting, root, operation.selectionSet, [], operation);
}

function part(cutting: Cutting, typeName: string, set: SelectionSetNode, path: Path, operation: OperationDefinitionNode): Cut {
  const inner: Cut[] = [];
  const selectionSet = walk(cutting, typeName, set, [], inner);
  return { document: { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] }, path, inner };
}

/** The set without fragment spreads, cut fields reduced to their keys; the cuts are collected. */
function walk(cutting: Cutting, typeName: string, set: SelectionSetNode, path: Path, cuts: Cut[]): SelectionSetNode {
  const selections = set.selections.map((node): SelectionNode => {
    if (node.kind === Kind.FIELD) return field(cutting, typeName, node, path, cuts);
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? cutting.fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition?.name.value ?? typeName;
    const within: Path = condition === typeName ? path : [...path, { TypeCondition: [condition] }];
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: fragment?.typeCondition,
      directives: node.directives,
      selectionSet: walk(cutting, condition, fragment?.selectionSet ?? set, within, cuts),
    };
  });
  return { kind: Kind.SELECTION_SET, selections };
}

function field(cutting: Cutting, typeName: string, node: FieldNode, path: Path, cuts: Cut[]): FieldNode {
  const type = cutting.schema.getType(typeName);
  const definition = type && 'getFields' in type ? type.getFields()[node.name.value] : undefined;
  if (!node.selectionSet || !definition) return node;
  const named = getNamedType(definition.type).name;
  const here: Path = [...path, { Field: (node.alias ?? node.name).value }];
  const key = cutting.anchored.keys.get(named);
  if (key === undefined || !requires(cutting, named, node.selectionSet))
    return { ...node, selectionSet: walk(cutting, named, node.selectionSet, here, cuts) };

  const anchor: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: anchorField(named) }, selectionSet: node.selectionSet };
  const inner: Cut[] = [];
  // The entity itself is the root of its part; what is cut below it is cut from there.
  const selectionSet = walk(cutting, named, node.selectionSet, [{ Field: anchorField(named) }], inner);
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: 'query' as OperationDefinitionNode['operation'],
    variableDefinitions: cutting.operation.variableDefinitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [{ ...anchor, selectionSet }] },
  };
  cuts.push({ document: { kind: Kind.DOCUMENT, definitions: [operation] }, path: here, inner });
  return { ...node, selectionSet: keysOnly(key) };
}

/** Whether a selection asks an entity for something that requires another department. */
function requires(cutting: Cutting, typeName: string, set: SelectionSetNode): boolean {
  return set.selections.some((node) => {
    if (node.kind === Kind.FIELD) return cutting.anchored.requiring.has(`${typeName}.${node.name.value}`);
    const inner = node.kind === Kind.FRAGMENT_SPREAD ? cutting.fragments.get(node.name.value)?.selectionSet : node.selectionSet;
    return inner !== undefined && requires(cutting, typeName, inner);
  });
}

const keysOnly = (key: string): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections: ['__typename', key].map((value) => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value } })),
});
