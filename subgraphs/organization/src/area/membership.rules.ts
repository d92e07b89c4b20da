import { divisionLevel } from './area.rules.ts';
import { type AreaVersionRow, CodeHolders, type RegistryTables } from './lineage.rules.ts';

/**
 * Row of a table: a community or village belonged to a street in a district in `[recordedFrom, recordedTo)` (§2.3). `recordedFrom` is null
 * for what the first edition lists, as if for ever; `recordedTo` is null while it lasts.
 */
export interface MembershipRow {
  readonly communityId: string;
  readonly streetId: string;
  readonly districtId: string;
  readonly recordedFrom: string | null;
  readonly recordedTo: string | null;
  /** Exactly one row of each community: the open one, or the last of one that is closed. */
  readonly current: boolean;
}

type Parents = Pick<MembershipRow, 'streetId' | 'districtId'>;

/**
 * To which street and district each community and village belonged, oldest first, without overlaps or gaps. A new row begins when the
 * community moves, when its street moves, and when another place takes the code of its street. A place that lost its code to another
 * while undecided stays where it was until a change of its own is confirmed.
 */
export function memberships({ editions, areas, areaVersions }: RegistryTables): MembershipRow[] {
  const above = new ParentsOverTime(areaVersions.filter(({ code }) => divisionLevel(code) !== 'COMMUNITY'));
  const versionsOf = Map.groupBy(areaVersions, ({ areaId }) => areaId);
  const founded = editions[0]?.year;
  return areas.flatMap(({ id, code, firstEdition, closedOn }) => {
    if (divisionLevel(code) !== 'COMMUNITY') return [];
    const rows: MembershipRow[] = [];
    const versions = versionsOf.get(id)!;
    for (const [index, { parentCode, validFrom }] of versions.entries()) {
      const end = versions[index + 1]?.validFrom ?? closedOn;
      for (const [from, to, parents] of above.spans(parentCode!, validFrom, end)) {
        const recordedFrom = rows.length === 0 && firstEdition === founded ? null : from;
        append(rows, { communityId: id, ...parents, recordedFrom, recordedTo: to, current: false });
      }
    }
    return rows.with(-1, { ...rows.at(-1)!, current: true });
  });
}

/** A span that goes on under the same street in the same district is one row. */
function append(rows: MembershipRow[], next: MembershipRow): void {
  const last = rows.at(-1);
  if (last?.streetId !== next.streetId || last.districtId !== next.districtId) rows.push(next);
  else rows[rows.length - 1] = { ...last, recordedTo: next.recordedTo };
}

/** Streets and districts above a code, asked by day. */
class ParentsOverTime {
  readonly #holders: CodeHolders;
  readonly #versionsOf: ReadonlyMap<string, readonly AreaVersionRow[]>;
  /** Days on which something above communities changes, ascending. */
  readonly #turns: readonly string[];
  readonly #known = new Map<string, Parents>();

  constructor(versions: readonly AreaVersionRow[]) {
    this.#holders = new CodeHolders(versions);
    this.#versionsOf = Map.groupBy(versions, ({ areaId }) => areaId);
    const days = versions.flatMap(({ validFrom, validTo }) => (validTo ? [validFrom, validTo] : [validFrom]));
    this.#turns = [...new Set(days)].sort();
  }

  /** The span of days under a street's code, cut where something above changes. */
  spans(streetCode: string, validFrom: string, validTo: string | null): [from: string, to: string | null, parents: Parents][] {
    const inside = this.#turns.filter((day) => day > validFrom && (validTo === null || day < validTo));
    return [validFrom, ...inside].map((from, index) => [from, inside[index] ?? validTo, this.#on(streetCode, from)]);
  }

  #on(streetCode: string, day: string): Parents {
    const key = `${streetCode} ${day}`;
    const known = this.#known.get(key) ?? this.#find(streetCode, day);
    this.#known.set(key, known);
    return known;
  }

  /** A street is confirmed before its communities, and a county before its streets, so both are there. */
  #find(streetCode: string, day: string): Parents {
    const streetId = this.#holders.on(streetCode, day)!;
    const versions = this.#versionsOf.get(streetId)!;
    const street = versions.findLast(({ validFrom }) => validFrom <= day) ?? versions[0]!;
    return { streetId, districtId: this.#holders.on(street.parentCode!, day)! };
  }
}
