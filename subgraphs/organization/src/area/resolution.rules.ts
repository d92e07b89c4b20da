import { type AreaRow, CodeHolders, type DivisionRow, type RegistryTables } from './lineage.rules.ts';

/** What a code stands for (§3.2). */
export interface Resolution {
  readonly areaId: string;
  /** The place has another code now: `resolvedFromRetiredCode`. */
  readonly isRetired: boolean;
  /** The place is no more; its last version is closed. */
  readonly isClosed: boolean;
  /** What became of the code or of its place awaits a decision: warn. */
  readonly isUndecided: boolean;
  /** Another place held the code at another time: warn unless a day was asked for. */
  readonly isRecycled: boolean;
}

/** Any code that was ever valid, turned into the place it stands for. */
export class CodeIndex {
  readonly #holders: CodeHolders;
  readonly #areas: ReadonlyMap<string, AreaRow>;
  readonly #rows = new Map<string, DivisionRow[]>();
  readonly #cutoffs: ReadonlyMap<number, string>;

  constructor({ editions, divisionRows, areas, areaVersions }: RegistryTables) {
    this.#holders = new CodeHolders(areaVersions);
    this.#areas = new Map(areas.map((area) => [area.id, area]));
    this.#cutoffs = new Map(editions.map(({ year, cutoffDate }) => [year, cutoffDate]));
    for (const row of divisionRows) {
      const known = this.#rows.get(row.code);
      if (known) known.push(row);
      else this.#rows.set(row.code, [row]);
    }
  }

  /**
   * The place that holds the code on a day, by default today; else the one that last held it; else, for a code that only an undecided row
   * ever had, the place that held the code before it. Null for a code of no edition, and for an undecided row with nothing before it.
   */
  resolve(code: string, at: string | null = null): Resolution | null {
    const row = this.#rowOn(code, at);
    const areaId = this.#holders.on(code, at) ?? row?.presumedAreaId;
    const area = areaId ? this.#areas.get(areaId) : undefined;
    if (!area) return null;
    return {
      areaId: area.id,
      isRetired: area.code !== code,
      isClosed: area.closedOn !== null,
      isUndecided: area.isUndecided || row?.areaId === null,
      isRecycled: this.#holders.of(code).some((version) => version.areaId !== area.id),
    };
  }

  /** The code's row in the latest edition that has it, of those in force by the day. */
  #rowOn(code: string, at: string | null): DivisionRow | undefined {
    const known = this.#rows.get(code);
    return known?.findLast(({ edition }) => at === null || this.#cutoffs.get(edition)! <= at) ?? known?.[0];
  }
}
