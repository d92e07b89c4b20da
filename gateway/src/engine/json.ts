/** What a subgraph's answer is made of after `JSON.parse`. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** No field of a schema; set on an object it is the object's prototype, which all others share. */
const PROTOTYPE = '__proto__';

/**
 * Adds a subgraph's answer to what is known already. Objects are joined, lists of equal length item by item; a null never
 * overwrites a value; a scalar replaces (an interface object's `__typename` by the real one). Objects are taken over, not copied.
 */
export function joinInto(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    if (key === PROTOTYPE) continue;
    const value = source[key];
    const known = target[key];
    if (known === value) continue;
    if (known === undefined || known === null) target[key] = value;
    else if (value !== null && value !== undefined) target[key] = joined(known, value);
  }
}

function joined(known: Json, value: Json): Json {
  if (isObject(known) && isObject(value)) {
    joinInto(known, value);
    return known;
  }
  if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) {
    for (let i = 0; i < known.length; i++) {
      const item = value[i];
      const old = known[i];
      if (item === undefined || item === null || old === item) continue;
      known[i] = old === undefined || old === null ? item : joined(old, item);
    }
    return known;
  }
  return value;
}

/** A copy that shares nothing, for an answer that lands at two places of the response which later stages fill differently. */
export function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key in value) {
    const item = value[key];
    if (item !== undefined && key !== PROTOTYPE) copy[key] = copyOf(item);
  }
  return copy;
}
