/**
 * Finding entities in what has been answered so far and telling a subgraph of them: each distinct representation once, as JSON
 * text, with the places that wait for its answer.
 */
import type { InputRewrite, RequiresSelection } from '@graphql-hive/router-query-planner';
import type { Supergraph } from '../supergraph.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { clientKey } from './keys.ts';
import type { EntityList, Path } from './plan.ts';
import { rewrite } from './rewrite.ts';

/** A place of the response that waits for an entity; `pathIndex` says by which of the list's paths it was found. */
export interface Target {
  object: JsonObject;
  pathIndex: number;
}

/** The distinct representations of a list, in the order they are sent, each with its targets. */
export interface Batch {
  list: EntityList;
  representations: string[];
  targets: Target[][];
  /** A place was left out because what the fetch requires of it never came. */
  hasGaps: boolean;
}

type Membership = Supergraph['isMember'];

/** Collects one list's entities from the response so far. */
export function collect(data: JsonObject, list: EntityList, isMember: Membership): Batch {
  const batch: Batch = { list, representations: [], targets: [], hasGaps: false };
  const known = new Map<string, Target[]>();
  list.paths.forEach((path, pathIndex) => {
    locate(data, path, 0, isMember, (object) => {
      const text = representation(object, list, isMember);
      if (text === null) return;
      if (text === undefined) {
        batch.hasGaps = true;
        return;
      }
      const targets = known.get(text);
      if (targets) {
        targets.push({ object, pathIndex });
        return;
      }
      const first = [{ object, pathIndex }];
      known.set(text, first);
      batch.representations.push(text);
      batch.targets.push(first);
    });
  });
  return batch;
}

/** Visits every object at a path; lists are walked through wherever they stand. */
export function locate(value: Json | undefined, path: Path, at: number, isMember: Membership, found: (object: JsonObject) => void): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) locate(item, path, path[at] === '@' ? at + 1 : at, isMember, found);
    return;
  }
  if (!isObject(value)) return;
  const segment = path[at];
  if (segment === undefined) found(value);
  else if (segment === '@') locate(value, path, at + 1, isMember, found);
  else if ('Field' in segment) locate(value[segment.Field], path, at + 1, isMember, found);
  else if (fits(value, segment.TypeCondition, isMember)) locate(value, path, at + 1, isMember, found);
}

/** The same walk with the concrete path of each object, list indices included; used when an error must be placed. */
export function locatePaths(
  value: Json | undefined,
  path: Path,
  isMember: Membership,
  found: (object: JsonObject, at: (string | number)[]) => void,
  at = 0,
  trail: (string | number)[] = [],
): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      locatePaths(item, path, isMember, found, path[at] === '@' ? at + 1 : at, [...trail, index]);
    });
    return;
  }
  if (!isObject(value)) return;
  const segment = path[at];
  if (segment === undefined) found(value, trail);
  else if (segment === '@') locatePaths(value, path, isMember, found, at + 1, trail);
  else if ('Field' in segment) locatePaths(value[segment.Field], path, isMember, found, at + 1, [...trail, clientKey(segment.Field)]);
  else if (fits(value, segment.TypeCondition, isMember)) locatePaths(value, path, isMember, found, at + 1, trail);
}

function fits(object: JsonObject, conditions: readonly string[], isMember: Membership): boolean {
  const typename = object.__typename;
  return typeof typename !== 'string' || conditions.some((condition) => isMember(typename, condition));
}

/** The JSON text of a representation; null if the object is of another type, undefined if something required never came. */
function representation(object: JsonObject, list: EntityList, isMember: Membership): string | null | undefined {
  const fields: string[] = [];
  const outcome = project(object, list.requires, isMember, fields);
  if (outcome === 'GAP') return undefined;
  if (fields.length === 0) return null;
  const text = `{${fields.join(',')}}`;
  return list.inputRewrites.length === 0 ? text : rewritten(text, list.inputRewrites, isMember);
}

function rewritten(text: string, rewrites: readonly InputRewrite[], isMember: Membership): string {
  const value = JSON.parse(text) as Json;
  for (const each of rewrites) rewrite(value, each, isMember);
  return JSON.stringify(value);
}

function project(
  object: JsonObject,
  selections: readonly RequiresSelection[],
  isMember: Membership,
  out: string[],
  condition?: string,
): 'OK' | 'GAP' {
  for (const selection of selections) {
    if (selection.kind === 'FragmentSpread') continue;
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      if (!fits(object, [typeCondition], isMember)) continue;
      if (project(object, selection.selections, isMember, out, typeCondition) === 'GAP') return 'GAP';
      continue;
    }
    const value = selection.name === '__typename' ? (object.__typename ?? condition) : object[selection.name];
    if (value === undefined) return 'GAP';
    const text = textOf(value, selection.selections, isMember);
    if (text === undefined) return 'GAP';
    out.push(`"${selection.alias ?? selection.name}":${text}`);
  }
  return 'OK';
}

function textOf(value: Json, selections: readonly RequiresSelection[] | undefined, isMember: Membership): string | undefined {
  if (!selections || selections.length === 0 || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => textOf(item, selections, isMember));
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const fields: string[] = [];
  return project(value, selections, isMember, fields) === 'GAP' ? undefined : `{${fields.join(',')}}`;
}
