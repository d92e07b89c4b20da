/**
 * Separates what the gateway answers itself (introspection, `__typename` at the root) from what is planned: the planner knows no
 * `__schema`.
 */
import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withSafeKeys } from './keys.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The operation that is planned, and the document that is answered from the schema; either may be absent. */
export interface Split {
  planned: DocumentNode | null;
  introspection: DocumentNode | null;
}

export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));

/** Splits a validated operation. Fragments that nothing uses any more are left out. */
export function split(operation: OperationDefinitionNode, fragments: Fragments, argued: ReadonlySet<string>): Split {
  const isSchemaField = (name: string) => name === '__schema' || name === '__type';
  const planned = keep(operation, fragments, (name, isRoot) => !isSchemaField(name) && !(isRoot && name === '__typename'));
  const introspection = keep(operation, fragments, (name, isRoot) => !isRoot || isSchemaField(name));
  return { planned: planned && withSafeKeys(planned, argued), introspection };
}

type Wanted = (name: string, isRoot: boolean) => boolean;

/** The operation with the wanted root fields alone; null if there are none. */
function keep(operation: OperationDefinitionNode, fragments: Fragments, wanted: Wanted): DocumentNode | null {
  // A fragment that stands at the root and elsewhere as well keeps its own form there.
  const rootForms = new Map<string, FragmentDefinitionNode | null>();
  const used = new Set<string>();
  const selectionSet = keepRoot(operation.selectionSet, fragments, wanted, rootForms);
  if (!selectionSet) return null;
  for (const form of rootForms.values()) if (form) markUsed(form.selectionSet, fragments, used);
  markUsed(selectionSet, fragments, used);
  const definitions: DefinitionNode[] = [{ ...operation, selectionSet }];
  for (const name of used) {
    const form = rootForms.get(name) ?? fragments.get(name);
    if (form) definitions.push(form);
  }
  return { kind: Kind.DOCUMENT, definitions };
}

function keepRoot(
  set: SelectionSetNode,
  fragments: Fragments,
  wanted: Wanted,
  forms: Map<string, FragmentDefinitionNode | null>,
): SelectionSetNode | null {
  const selections: SelectionNode[] = [];
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      if (wanted(node.name.value, true)) selections.push(node);
      continue;
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const inner = keepRoot(node.selectionSet, fragments, wanted, forms);
      if (inner) selections.push({ ...node, selectionSet: inner });
      continue;
    }
    const name = node.name.value;
    if (!forms.has(name)) {
      const fragment = fragments.get(name);
      const inner = fragment && keepRoot(fragment.selectionSet, fragments, wanted, forms);
      forms.set(name, fragment && inner ? { ...fragment, selectionSet: inner } : null);
    }
    if (forms.get(name)) selections.push(node);
  }
  return selections.length > 0 ? { ...set, selections } : null;
}

function markUsed(set: SelectionSetNode, fragments: Fragments, used: Set<string>): void {
  for (const node of set.selections) {
    if (node.kind !== Kind.FRAGMENT_SPREAD) {
      if (node.selectionSet) markUsed(node.selectionSet, fragments, used);
      continue;
    }
    if (used.has(node.name.value)) continue;
    used.add(node.name.value);
    const fragment = fragments.get(node.name.value);
    if (fragment) markUsed(fragment.selectionSet, fragments, used);
  }
}
