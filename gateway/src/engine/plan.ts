/**
 * From the planner's answer to what the executor runs. Everything that can be done once per operation is done here and kept with
 * the plan: texts as JSON, paths joined, the entity fetch and the batch fetch made one shape.
 */
import type {
  BatchFetchNode,
  FetchNode,
  FlattenNodePathSegment,
  InputRewrite,
  PlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner';
import { type DocumentNode, Kind, parse } from 'graphql';

export type Path = readonly FlattenNodePathSegment[];

/** Entities of one fetch: where they stand in the response and what the subgraph must be told of each. */
export interface EntityList {
  /** Key of the list in the subgraph's answer. */
  responseKey: string;
  variable: string;
  paths: readonly Path[];
  requires: readonly RequiresSelection[];
  inputRewrites: readonly InputRewrite[];
  outputRewrites: readonly InputRewrite[];
}

/** One operation for one subgraph. */
export interface Fetch {
  kind: 'Fetch';
  subgraph: string;
  isMutation: boolean;
  operation: string;
  operationJson: string;
  /** The client's variables it uses. */
  variables: readonly string[];
  /** Empty for a fetch of root fields. */
  lists: readonly EntityList[];
  /** Where root fields of a nested `Query` go; empty at the root. */
  path: Path;
  outputRewrites: readonly InputRewrite[];
  /** Parsed once, when first merged or lost. */
  document(): DocumentNode;
  /** Keys that the subgraph's data must have, null or not. */
  rootKeys(): readonly string[];
}

export type Step =
  | Fetch
  | { kind: 'Sequence' | 'Parallel'; steps: readonly Step[] }
  | { kind: 'Condition'; variable: string; whenTrue: Step | null; otherwise: Step | null };

/** The plan holds something that this gateway does not run. */
export class UnsupportedPlan extends Error {}

/** Prepares a plan. `null` if there is nothing to fetch. */
export function prepare(node: PlanNode | undefined, path: Path = []): Step | null {
  if (!node) return null;
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel': {
      const steps = node.nodes.map((child) => prepare(child, path));
      // Commands take effect in the order they are written (GraphQL specification, §6.2.2).
      return group(steps.filter(hasCommand).length > 1 ? 'Sequence' : node.kind, steps);
    }
    case 'Flatten':
      return prepare(node.node, [...path, ...node.path]);
    case 'Condition':
      return {
        kind: 'Condition',
        variable: node.condition,
        whenTrue: prepare(node.ifClause, path),
        otherwise: prepare(node.elseClause, path),
      };
    case 'Fetch':
      return fetchOf(node, path);
    case 'BatchFetch':
      return batchOf(node);
    default:
      throw new UnsupportedPlan(node.kind);
  }
}

/**
 * A part's plan moved to where its anchored entity stands: paths start there instead of at the anchor, and the anchor itself, which
 * nobody fetches, is left out.
 */
export function moved(step: Step | null, anchors: string, to: Path): Step | null {
  if (!step) return null;
  switch (step.kind) {
    case 'Sequence':
    case 'Parallel':
      return group(
        step.kind,
        step.steps.map((each) => moved(each, anchors, to)),
      );
    case 'Condition':
      return { ...step, whenTrue: moved(step.whenTrue, anchors, to), otherwise: moved(step.otherwise, anchors, to) };
    case 'Fetch': {
      if (step.subgraph === anchors) return null;
      const lists = step.lists.map((list) => ({ ...list, paths: list.paths.map((path) => [...to, ...path.slice(1)]) }));
      return { ...step, lists, path: step.path.length > 0 ? [...to, ...step.path.slice(1)] : step.path };
    }
  }
}

function hasCommand(step: Step | null): boolean {
  if (!step) return false;
  if (step.kind === 'Fetch') return step.isMutation;
  if (step.kind === 'Condition') return hasCommand(step.whenTrue) || hasCommand(step.otherwise);
  return step.steps.some(hasCommand);
}

/** Steps one after the other, or at the same time. */
export function group(kind: 'Sequence' | 'Parallel', children: readonly (Step | null)[]): Step | null {
  const steps = children.filter((step) => step !== null);
  return steps.length > 1 ? { kind, steps } : (steps[0] ?? null);
}

function fetchOf(node: FetchNode, path: Path): Fetch {
  const list: EntityList = {
    responseKey: '_entities',
    variable: 'representations',
    paths: [path],
    requires: widened(node.requires ?? [], node.inputRewrites),
    inputRewrites: node.inputRewrites ?? [],
    outputRewrites: node.outputRewrites ?? [],
  };
  const isEntityFetch = (node.requires?.length ?? 0) > 0;
  return fetchWith(node, isEntityFetch ? [list] : [], isEntityFetch ? [] : path, isEntityFetch ? [] : (node.outputRewrites ?? []));
}

/**
 * An interface object is asked by the interface's name whatever the entity is. The planner was seen to join such fetches of two types and
 * to keep the condition of one of them, which lost the other's fields; so the condition is the interface.
 */
function widened(requires: readonly RequiresSelection[], rewrites: readonly InputRewrite[] = []): readonly RequiresSelection[] {
  const [only, ...others] = requires;
  const [setter] = rewrites.flatMap((each) => ('ValueSetter' in each ? [each.ValueSetter] : []));
  const [condition, key] = setter?.path ?? [];
  if (only?.kind !== 'InlineFragment' || others.length > 0 || !setter || !condition || !key) return requires;
  const isNamed = 'Key' in key && key.Key === '__typename' && 'TypenameEquals' in condition;
  if (!isNamed || !condition.TypenameEquals.includes(setter.setValueTo)) return requires;
  return [{ ...only, typeCondition: setter.setValueTo }];
}

function batchOf(node: BatchFetchNode): Fetch {
  const lists = node.entityBatch.aliases.map((alias) => ({
    responseKey: alias.alias,
    variable: alias.representationsVariableName,
    paths: alias.paths,
    requires: widened(alias.requires, alias.inputRewrites),
    inputRewrites: alias.inputRewrites ?? [],
    outputRewrites: alias.outputRewrites ?? [],
  }));
  return fetchWith(node, lists, [], []);
}

function fetchWith(node: FetchNode | BatchFetchNode, lists: EntityList[], path: Path, outputRewrites: readonly InputRewrite[]): Fetch {
  if (node.operationKind === 'subscription') throw new UnsupportedPlan('Subscription');
  let document: DocumentNode | undefined;
  let rootKeys: readonly string[] | undefined;
  return {
    kind: 'Fetch',
    subgraph: node.serviceName,
    isMutation: node.operationKind === 'mutation',
    operation: node.operation,
    operationJson: JSON.stringify(node.operation),
    variables: node.variableUsages ?? [],
    lists,
    path,
    outputRewrites,
    document() {
      document ??= parse(node.operation, { noLocation: true });
      return document;
    },
    rootKeys() {
      rootKeys ??= unconditionalKeys(this.document());
      return rootKeys;
    },
  };
}

function unconditionalKeys({ definitions }: DocumentNode): string[] {
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return (operation?.selectionSet.selections ?? []).flatMap((node) =>
    node.kind === Kind.FIELD && !node.directives?.length ? [(node.alias ?? node.name).value] : [],
  );
}
