/** A space as far as the rules need it: a room, or several joined (§6.1). */
export interface JoinedSpace {
  id: string;
  combineIds: readonly string[];
}

/** Does a space join itself, directly or through others? */
export function joinsItself(id: string, spaces: readonly JoinedSpace[]): boolean {
  const joined = new Map(spaces.map((space) => [space.id, space.combineIds]));
  const seen = new Set<string>();
  const open = [...(joined.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(joined.get(next) ?? []));
  }
  return false;
}
