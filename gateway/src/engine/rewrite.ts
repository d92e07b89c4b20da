/** The planner's rewrites: a type's name as the subgraph knows it, and the fields it gave another key to keep two apart. */
import type { FetchNodePathSegment, InputRewrite, KeyRenamer, ValueSetter } from '@graphql-hive/router-query-planner';
import type { Supergraph } from '../supergraph.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Applies one rewrite in place, through lists. */
export function rewrite(value: Json | undefined, change: InputRewrite, isMember: Supergraph['isMember']): void {
  const setter = 'ValueSetter' in change ? change.ValueSetter : 'setValueTo' in change ? change : null;
  if (setter) apply(value, setter.path, isMember, (object, key) => setValue(object, key, setter));
  if ('KeyRenamer' in change) apply(value, change.KeyRenamer.path, isMember, (object, key) => renameKey(object, key, change.KeyRenamer));
}

/** The key that was planned for one that the planner invented; the key itself if it is not one. */
export function renamedKey(key: string, rewrites: readonly InputRewrite[]): string {
  for (const change of rewrites) {
    if (!('KeyRenamer' in change)) continue;
    const last = change.KeyRenamer.path.at(-1);
    if (last && 'Key' in last && last.Key === key) return change.KeyRenamer.renameKeyTo;
  }
  return key;
}

function setValue(object: JsonObject, key: string, setter: ValueSetter): void {
  if (key in object) object[key] = setter.setValueTo;
}

function renameKey(object: JsonObject, key: string, renamer: KeyRenamer): void {
  if (!(key in object) || key === renamer.renameKeyTo) return;
  object[renamer.renameKeyTo] = object[key];
  delete object[key];
}

function apply(
  value: Json | undefined,
  path: readonly FetchNodePathSegment[],
  isMember: Supergraph['isMember'],
  change: (object: JsonObject, key: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) apply(item, path, isMember, change);
    return;
  }
  const [segment, ...rest] = path;
  if (!isObject(value) || !segment) return;
  if ('TypenameEquals' in segment) {
    const typename = value.__typename;
    const fits = typeof typename !== 'string' || segment.TypenameEquals.some((name) => isMember(typename, name));
    if (fits) apply(value, rest, isMember, change);
    return;
  }
  if (rest.length === 0) change(value, segment.Key);
  else apply(value[segment.Key], rest, isMember, change);
}
