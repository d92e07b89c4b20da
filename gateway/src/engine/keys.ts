/**
 * Response keys between client and planner. The planner adds fields of its own (keys, what is required) under their plain names, and
 * a client's alias of the same name was seen to end in a representation (`{ id: name … }` asked for the entity called by its name).
 * So a field with an alias, or one that may have arguments, is planned under a key that no schema has, and gets the client's key at the
 * end. Whether it is given arguments here does not count: the planner may require it with some, and mistook the client's for its own.
 */
import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';

const PREFIX = '_hub_';

/** Names of fields that have arguments somewhere in a supergraph. */
export function namesWithArguments({ definitions }: DocumentNode): Set<string> {
  const names = new Set<string>();
  for (const node of definitions)
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const field of node.fields ?? []) if (field.arguments?.length) names.add(field.name.value);
  return names;
}

/** The operation with every alias made safe; aliases of `__typename` are left to the completion. */
export function withSafeKeys(document: DocumentNode, argued: ReadonlySet<string>): DocumentNode {
  return visit(document, {
    Field(node) {
      if (node.name.value === '__typename') return node.alias ? { ...node, alias: undefined } : undefined;
      // `name: name` is no alias; the planner takes it for one and loses what is selected below.
      if (isPlain(node, argued)) return node.alias ? { ...node, alias: undefined } : undefined;
      return { ...node, alias: { kind: Kind.NAME, value: plannedKey(node, argued) } };
    },
  });
}

/** The key a field is planned under; `argued` are the names of fields that may have arguments. */
export const plannedKey = (node: FieldNode, argued: ReadonlySet<string>): string =>
  isPlain(node, argued) ? node.name.value : PREFIX + (node.alias ?? node.name).value;

const isPlain = ({ name, alias }: FieldNode, argued: ReadonlySet<string>) =>
  (!alias || alias.value === name.value) && !argued.has(name.value);

/** The client's key of a planned one. */
export const clientKey = (key: string): string => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key);
