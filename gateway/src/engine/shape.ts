/**
 * What a client asked for, made ready for completing answers: per position of the response the fields with their types, fragments
 * resolved per runtime type, `@skip` and `@include` decided. Kept with the plan; a position costs its work once.
 */
import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { plannedKey } from './keys.ts';

/** Whether a raw leaf value can be of a type; custom scalars take anything. */
type LeafCheck = (value: unknown) => boolean;

export type TypeShape =
  | { kind: 'NonNull'; of: TypeShape }
  | { kind: 'List'; of: TypeShape }
  | { kind: 'Leaf'; fits: LeafCheck }
  | { kind: 'Object'; selection: SelectionShape };

export interface FieldShape {
  key: string;
  /** Its key in what the subgraphs answered. */
  plannedKey: string;
  /** Name of the field in the schema, with its type: `Area.name`. */
  coordinate: string;
  /** `__typename`, `__schema` and `__type` are answered by the gateway. */
  meta: 'TYPENAME' | 'INTROSPECTION' | null;
  /** Not for whoever asks. */
  isDenied: boolean;
  /** Response keys from the root, without list indices. */
  path: string;
  type: TypeShape;
}

/** The variables that `@skip` and `@include` may ask. */
export type Conditions = Readonly<Record<string, unknown>>;

/** Whether the places of a field (`Type.field`) in an operation are not for whoever asks. */
export type DeniedCheck = (nodes: readonly FieldNode[], field: string) => boolean;

/** What shapes are made of. */
export interface Source {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  conditions: Conditions;
  isDenied: DeniedCheck;
  /** Names of fields that have arguments somewhere in the supergraph. */
  argued: ReadonlySet<string>;
}

const isString: LeafCheck = (value) => typeof value === 'string';
const BUILT_IN: Record<string, LeafCheck> = {
  String: isString,
  ID: (value) => typeof value === 'string' || typeof value === 'number',
  Int: (value) => Number.isInteger(value),
  Float: (value) => typeof value === 'number',
  Boolean: (value) => typeof value === 'boolean',
};

/** The selection at one position of the response. */
export class SelectionShape {
  /** The type the schema gives this position. */
  readonly typeName: string;
  readonly #source: Source;
  readonly #sets: readonly SelectionSetNode[];
  readonly #path: string;
  readonly #byType = new Map<string, readonly FieldShape[] | null>();

  constructor(source: Source, typeName: string, sets: readonly SelectionSetNode[], path: string) {
    this.#source = source;
    this.typeName = typeName;
    this.#sets = sets;
    this.#path = path;
  }

  /**
   * The fields of an object, by the `__typename` its subgraph told; without one, of an abstract position, those that every member
   * has. Null if the type is unknown to the client's schema or cannot stand here.
   */
  fields(typename: unknown): readonly FieldShape[] | null {
    const name = typeof typename === 'string' ? typename : this.typeName;
    const known = this.#byType.get(name);
    if (known !== undefined) return known;
    const fields = this.#isPossible(name) ? this.#collect(name) : null;
    this.#byType.set(name, fields);
    return fields;
  }

  /** The object type's name of an answered object, as a client sees it. */
  nameOf(typename: unknown): string | null {
    const { schema } = this.#source;
    if (isObjectType(schema.getType(this.typeName))) return this.typeName;
    return typeof typename === 'string' && isObjectType(schema.getType(typename)) ? typename : null;
  }

  #isPossible(name: string): boolean {
    if (name === this.typeName) return true;
    const { schema } = this.#source;
    const own = schema.getType(this.typeName);
    const type = schema.getType(name);
    return isAbstractType(own) && isObjectType(type) && schema.isSubType(own, type);
  }

  #collect(typeName: string): FieldShape[] {
    const nodes = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of this.#sets) collectFields(this.#source, typeName, set, nodes, visited);
    const type = this.#source.schema.getType(typeName);
    if (!type || !('getFields' in type))
      return [...nodes].filter(([, [node]]) => node!.name.value === '__typename').map(([key]) => this.#meta(key, typeName, 'TYPENAME'));
    const fields = type.getFields();
    return [...nodes].map(([key, same]) => {
      const name = same[0]!.name.value;
      if (name === '__typename') return this.#meta(key, typeName, 'TYPENAME');
      if (name.startsWith('__')) return this.#meta(key, typeName, 'INTROSPECTION');
      const field = fields[name];
      if (!field || !('type' in field)) throw new Error(`${typeName}.${name} was not validated`);
      const path = this.#path ? `${this.#path}.${key}` : key;
      const shape = typeShape(this.#source, field.type as GraphQLOutputType, same, path);
      const coordinate = `${typeName}.${name}`;
      const isDenied = this.#source.isDenied(same, coordinate);
      return { key, plannedKey: plannedKey(same[0]!, this.#source.argued), coordinate, meta: null, isDenied, path, type: shape };
    });
  }

  #meta(key: string, typeName: string, meta: 'TYPENAME' | 'INTROSPECTION'): FieldShape {
    const path = this.#path ? `${this.#path}.${key}` : key;
    return {
      key,
      plannedKey: key,
      coordinate: `${typeName}.__typename`,
      meta,
      isDenied: false,
      path,
      type: { kind: 'Leaf', fits: () => true },
    };
  }
}

/** The shape of a whole operation under given values of its conditions. */
export function shapeOf(source: Source, operation: OperationDefinitionNode): SelectionShape {
  const root = source.schema.getRootType(operation.operation);
  if (!root) throw new Error(`the schema has no ${operation.operation}`);
  return new SelectionShape(source, root.name, [operation.selectionSet], '');
}

function typeShape(source: Source, type: GraphQLOutputType, nodes: readonly FieldNode[], path: string): TypeShape {
  if (isNonNullType(type)) return { kind: 'NonNull', of: typeShape(source, type.ofType, nodes, path) };
  if (isListType(type)) return { kind: 'List', of: typeShape(source, type.ofType, nodes, path) };
  if (isCompositeType(type)) {
    const sets = nodes.map((node) => node.selectionSet).filter((set) => set !== undefined);
    return { kind: 'Object', selection: new SelectionShape(source, type.name, sets, path) };
  }
  if (isEnumType(type)) return { kind: 'Leaf', fits: (value) => typeof value === 'string' && type.getValue(value) !== undefined };
  return { kind: 'Leaf', fits: BUILT_IN[type.name] ?? (() => true) };
}

function collectFields(
  source: Source,
  typeName: string,
  set: SelectionSetNode,
  nodes: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const node of set.selections) {
    if (!isIncluded(node.directives, source.conditions)) continue;
    if (node.kind === Kind.FIELD) {
      const key = (node.alias ?? node.name).value;
      const same = nodes.get(key);
      if (same) same.push(node);
      else nodes.set(key, [node]);
      continue;
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      if (applies(source.schema, typeName, node.typeCondition?.name.value))
        collectFields(source, typeName, node.selectionSet, nodes, visited);
      continue;
    }
    if (visited.has(node.name.value)) continue;
    visited.add(node.name.value);
    const fragment = source.fragments.get(node.name.value);
    if (fragment && applies(source.schema, typeName, fragment.typeCondition.name.value))
      collectFields(source, typeName, fragment.selectionSet, nodes, visited);
  }
}

function applies(schema: GraphQLSchema, typeName: string, condition: string | undefined): boolean {
  if (condition === undefined || condition === typeName) return true;
  const abstract = schema.getType(condition);
  const type = schema.getType(typeName);
  return (
    isAbstractType(abstract) && type !== undefined && 'getFields' in type && 'getInterfaces' in type && schema.isSubType(abstract, type)
  );
}

function isIncluded(directives: readonly DirectiveNode[] | undefined, conditions: Conditions): boolean {
  for (const { name, arguments: args } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = args?.[0]?.value;
    const holds = value?.kind === Kind.VARIABLE ? conditions[value.name.value] === true : value?.kind === Kind.BOOLEAN && value.value;
    if (holds !== (name.value === 'include')) return false;
  }
  return true;
}
