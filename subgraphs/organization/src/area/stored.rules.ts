import { shortName } from './area.rules.ts';
import type { RowRef } from './division.rules.ts';
import type { AreaChangeRow, AreaVersionRow, DivisionRow, RegistryTables } from './lineage.rules.ts';
import { type MembershipRow, memberships } from './membership.rules.ts';
import type { Change } from './registry.rules.ts';

/** Row of table `area`. */
export interface StoredArea {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly shortName: string;
  readonly kind: string;
  readonly parentId: string | null;
  /** First day on which its last version holds no more. */
  readonly closedOn: string | null;
  readonly isUndecided: boolean;
}

/** Row of table `area_change`, but for who decided it and its version. */
export interface StoredChange extends Omit<Change, 'from' | 'to' | 'candidates' | 'predecessors'> {
  readonly fromRows: readonly RowRef[];
  readonly toRows: readonly RowRef[];
  readonly candidateRows: readonly RowRef[];
  readonly predecessorIds: readonly string[];
  /** The places whose lineage this is, predecessors included. */
  readonly areaIds: readonly string[];
}

/** The registry as this department's tables hold it: what a seed loads whole and a decision changes in part. */
export interface StoredRegistry {
  readonly rows: readonly DivisionRow[];
  readonly areas: readonly StoredArea[];
  readonly versions: readonly AreaVersionRow[];
  readonly memberships: readonly MembershipRow[];
  readonly changes: readonly StoredChange[];
}

export function storedRegistry(tables: RegistryTables): StoredRegistry {
  const lastDay = new Map(tables.areaVersions.map(({ areaId, validTo }) => [areaId, validTo]));
  const areas = tables.areas.map(({ id, code, name, kind, parentId, isUndecided }) => {
    return { id, code, name, shortName: shortName(name), kind, parentId, closedOn: lastDay.get(id) ?? null, isUndecided };
  });
  const placesOf = lineages(tables);
  const changes = tables.areaChanges.map(({ from, to, candidates, predecessors, ...change }): StoredChange => {
    const rows = { fromRows: from.map(bare), toRows: to.map(bare), candidateRows: candidates.map(bare) };
    return { ...change, ...rows, predecessorIds: predecessors, areaIds: placesOf({ from, to, candidates, predecessors }) };
  });
  return { rows: tables.divisionRows, areas, versions: tables.areaVersions, memberships: memberships(tables), changes };
}

/** The change that a stored one was made of. */
export const changeOf = ({ fromRows, toRows, candidateRows, predecessorIds, areaIds: _, ...change }: StoredChange): Change => ({
  ...change,
  from: fromRows.map(bare),
  to: toRows.map(bare),
  candidates: candidateRows.map(bare),
  predecessors: predecessorIds,
});

const bare = ({ edition, code, name }: RowRef): RowRef => ({ edition, code, name });

type Rows = Pick<AreaChangeRow, 'from' | 'to' | 'candidates' | 'predecessors'>;

/** Whose lineage a change is; of a proposal without any place of its own, the place above. */
function lineages({ divisionRows }: RegistryTables): (change: Rows) => string[] {
  const rows = new Map(divisionRows.map((row) => [`${row.edition}:${row.code}`, row]));
  return ({ from, to, candidates, predecessors }) => {
    const own = [...from, ...to, ...candidates].flatMap(({ areaId }) => areaId ?? []);
    const [first] = to;
    const parentCode = first && rows.get(`${first.edition}:${first.code}`)?.parentCode;
    const above = parentCode && rows.get(`${first.edition}:${parentCode}`)?.areaId;
    const places = own.length > 0 || !above ? own : [above];
    return [...new Set([...places, ...predecessors])];
  };
}
