/**
 * Several operations for one subgraph as one document. Root fields get an alias per operation, variables of representations and
 * fragments a name per operation; the client's own variables are the same everywhere and keep theirs. Operations with equal text
 * are sent once, with the representations of all.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { Lru } from '../lru.ts';
import type { Batch } from './entities.ts';
import type { Json, JsonObject } from './json.ts';
import type { Fetch } from './plan.ts';
import type { Answer } from './source.ts';

interface Part {
  fetch: Fetch;
  batches: readonly Batch[];
}

/** A list of representations under the name it is sent by. */
interface SentList {
  variable: string;
  texts: string[];
}

export interface Merged {
  queryJson: string;
  lists: SentList[];
  /** Per part: the operation it is answered by, and per list of its own the places of its entities in the sent list. */
  shares: { prefix: string; places: Map<string, number[]> }[];
}

const documents = new Lru<string>(500);

/** Makes one request of several. */
export function mergeDocuments(parts: readonly Part[]): Merged {
  const prefixes = new Map<string, string>();
  const sent = new Map<string, Map<string, number>>();
  const shares = parts.map(({ fetch, batches }) => {
    const known = prefixes.get(fetch.operation);
    const prefix = known ?? `f${prefixes.size}_`;
    if (!known) prefixes.set(fetch.operation, prefix);
    return { prefix, places: new Map(batches.map((batch) => [batch.list.responseKey, placesIn(sent, prefix, batch)])) };
  });
  const key = [...prefixes.keys()].join('\n\n');
  let queryJson = documents.get(key);
  if (!queryJson) {
    const fetches = [...prefixes].map(([operation, prefix]) => ({
      prefix,
      fetch: parts.find((p) => p.fetch.operation === operation)!.fetch,
    }));
    queryJson = JSON.stringify(print(documentOf(fetches)));
    documents.set(key, queryJson);
  }
  return { queryJson, shares, lists: [...sent].map(([variable, places]) => ({ variable, texts: [...places.keys()] })) };
}

function placesIn(sent: Map<string, Map<string, number>>, prefix: string, batch: Batch): number[] {
  const variable = prefix + batch.list.variable;
  const places = sent.get(variable) ?? new Map<string, number>();
  sent.set(variable, places);
  return batch.representations.map((text) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
}

/** One part's own answer out of the common one, under the keys and at the places the part knows. */
export function ownPart(merged: Merged, index: number, answer: Answer): Answer {
  const { prefix, places } = merged.shares[index]!;
  const data = answer.data && ownData(answer.data, prefix, places);
  const errors = answer.errors.flatMap((error) => ownErrors(error, prefix, places, index));
  return { data, errors, extensions: index === 0 ? answer.extensions : {} };
}

function ownData(data: JsonObject, prefix: string, places: Map<string, number[]>): JsonObject {
  const own: JsonObject = {};
  for (const key in data) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    const value = data[key];
    const mine = places.get(name);
    own[name] = mine && Array.isArray(value) ? mine.map((place) => value[place] ?? null) : value;
  }
  return own;
}

/** Errors without a path belong to the request as a whole and are told once. */
function ownErrors(error: JsonObject, prefix: string, places: Map<string, number[]>, index: number): JsonObject[] {
  const { path } = error;
  if (!Array.isArray(path) || path.length === 0) return index === 0 ? [error] : [];
  const [first, second, ...rest] = path;
  if (typeof first !== 'string' || !first.startsWith(prefix)) return [];
  const name = first.slice(prefix.length);
  const mine = places.get(name);
  if (!mine || typeof second !== 'number') return [{ ...error, path: [name, ...path.slice(1)] }];
  const place = mine.indexOf(second);
  return place < 0 ? [] : [{ ...error, path: [name, place, ...rest] as Json[] }];
}

function documentOf(fetches: readonly { prefix: string; fetch: Fetch }[]): DocumentNode {
  const variables = new Map<string, VariableDefinitionNode>();
  const selections: SelectionNode[] = [];
  const fragments: FragmentDefinitionNode[] = [];
  for (const { prefix, fetch } of fetches) {
    const document = renamed(fetch, prefix);
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.push(node);
      if (node.kind !== Kind.OPERATION_DEFINITION) continue;
      for (const definition of node.variableDefinitions ?? []) variables.set(definition.variable.name.value, definition);
      selections.push(...node.selectionSet.selections);
    }
  }
  const operation = {
    kind: Kind.OPERATION_DEFINITION,
    operation: 'query',
    variableDefinitions: [...variables.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  } as OperationDefinitionNode;
  return { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
}

/** A fetch's document with everything renamed that another document may name alike. */
function renamed(fetch: Fetch, prefix: string): DocumentNode {
  const ownVariables = new Set(fetch.lists.map((list) => list.variable));
  const rootFragments = new Set<string>();
  const prefixed = <T extends { name: { value: string } }>(node: T): T => ({
    ...node,
    name: { ...node.name, value: prefix + node.name.value },
  });
  const withNames = visit(fetch.document(), {
    Variable: (node) => (ownVariables.has(node.name.value) ? prefixed(node) : undefined),
    FragmentSpread: (node) => prefixed(node),
    FragmentDefinition: (node) => prefixed(node),
  });
  const definitions = withNames.definitions.map((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? { ...node, selectionSet: aliased(node.selectionSet, prefix, rootFragments) } : node,
  );
  return {
    ...withNames,
    definitions: definitions.map((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION && rootFragments.has(node.name.value)
        ? { ...node, selectionSet: aliased(node.selectionSet, prefix, rootFragments) }
        : node,
    ),
  };
}

function aliased(set: SelectionSetNode, prefix: string, rootFragments: Set<string>): SelectionSetNode {
  return {
    ...set,
    selections: set.selections.map((node) => {
      if (node.kind === Kind.FIELD) return { ...node, alias: { kind: Kind.NAME, value: prefix + (node.alias ?? node.name).value } };
      if (node.kind === Kind.INLINE_FRAGMENT) return { ...node, selectionSet: aliased(node.selectionSet, prefix, rootFragments) };
      rootFragments.add(node.name.value);
      return node;
    }),
  };
}
