/**
 * Response keys between client and planner. The planner adds fields of its own (keys, what is required) under their plain names, and
 * a client's alias of the same name was seen to end in a representation (`{ id: name … }` asked for the entity called by its name).
 * So a field with an alias or with arguments is planned under a key that no schema has, and gets the client's key at the end.
 */
import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';

const PREFIX = '_hub_';

/** The operation with every alias made safe; aliases of `__typename` are left to the completion. */
export function withSafeKeys(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field(node) {
      if (node.name.value === '__typename') return node.alias ? { ...node, alias: undefined } : undefined;
      // `name: name` is no alias; the planner takes it for one and loses what is selected below.
      if (isPlain(node)) return node.alias ? { ...node, alias: undefined } : undefined;
      return { ...node, alias: { kind: Kind.NAME, value: plannedKey(node) } };
    },
  });
}

/** The key a field is planned under. */
export const plannedKey = (node: FieldNode): string => (isPlain(node) ? node.name.value : PREFIX + (node.alias ?? node.name).value);

const isPlain = ({ name, alias, arguments: args }: FieldNode) => (!alias || alias.value === name.value) && !args?.length;

/** The client's key of a planned one. */
export const clientKey = (key: string): string => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key);
