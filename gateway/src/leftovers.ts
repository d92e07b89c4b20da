/** What the library that makes a client's schema of a supergraph leaves behind of inaccessible types. */
import { type DefinitionNode, type DocumentNode, Kind, type NamedTypeNode } from 'graphql';

/** The document without union members and interfaces that it does not define, and without unions that have no member left. */
export function withoutLeftovers(document: DocumentNode): DocumentNode {
  const defined = new Set(document.definitions.flatMap((node) => ('name' in node && node.name ? [node.name.value] : [])));
  const kept = (types: readonly NamedTypeNode[] | undefined) => (types ?? []).filter(({ name }) => defined.has(name.value));
  const definitions = document.definitions.flatMap((node): DefinitionNode[] => {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      const types = kept(node.types);
      return types.length > 0 ? [{ ...node, types }] : [];
    }
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      return [{ ...node, interfaces: kept(node.interfaces) }];
    return [node];
  });
  return { ...document, definitions };
}
