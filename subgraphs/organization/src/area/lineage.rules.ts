import type { AreaKind } from '../../../shared/src/domain/area-kind.ts';
import { addDays } from '../../../shared/src/domain/period.ts';
import type { Division, Edition, EditionHead } from './area.rules.ts';
import type { RowRef } from './division.rules.ts';
import type { Change, Registry } from './registry.rules.ts';

/** Row of a table: an edition with its number of divisions and of changes still PROPOSED. */
export interface EditionRow extends EditionHead {
  readonly rowCount: number;
  readonly undecidedCount: number;
}

/** Row of a table: a division of an edition. `areaId` is null while it is undecided to which place it belongs. */
export interface DivisionRow extends Division {
  readonly edition: number;
  readonly areaId: string | null;
  /** The place that last held the code of an undecided row, or of the row it came from; null when none did. */
  readonly presumedAreaId: string | null;
}

/** Row of a table: a place (区划) with its last code, name and parent. */
export interface AreaRow {
  readonly id: string;
  readonly kind: AreaKind;
  readonly code: string;
  readonly name: string;
  readonly parentCode: string | null;
  readonly parentId: string | null;
  readonly firstEdition: number;
  /** The first day on which the place is no more; null while it lives. */
  readonly closedOn: string | null;
  /** The latest edition does not list it, or not for sure, and no decision says what became of it. */
  readonly isUndecided: boolean;
}

/** Row of a table: code, name and parent of a place in `[validFrom, validTo)`; `editionTo` is the last edition with it, null if open. */
export interface AreaVersionRow {
  readonly areaId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: AreaKind;
  readonly parentCode: string | null;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly editionFrom: number;
  readonly editionTo: number | null;
}

/** A row of an edition and the place it belongs to, null while undecided. */
export interface AreaVersionRef extends RowRef {
  readonly areaId: string | null;
}

/** Row of a table: a change; the lists of rows are of one edition each. */
export interface AreaChangeRow extends Omit<Change, 'from' | 'to' | 'candidates'> {
  readonly from: readonly AreaVersionRef[];
  readonly to: readonly AreaVersionRef[];
  readonly candidates: readonly AreaVersionRef[];
}

/** Everything that the registry says, as rows. */
export interface RegistryTables {
  readonly editions: readonly EditionRow[];
  readonly divisionRows: readonly DivisionRow[];
  readonly areas: readonly AreaRow[];
  readonly areaVersions: readonly AreaVersionRow[];
  readonly areaChanges: readonly AreaChangeRow[];
}

/** The place of a row, for sure or presumed. */
interface Standing {
  readonly areaId: string | null;
  readonly presumedAreaId: string | null;
}
type Standings = ReadonlyMap<string, Standing>;

const NOWHERE: Standing = { areaId: null, presumedAreaId: null };

/**
 * The registry as rows of tables.
 *
 * A place keeps its last version open until a change that moves or ends it is confirmed. When another place is confirmed under the code
 * of an undecided one, the undecided place's version closes on that day: two places never hold one code.
 */
export function registryTables(registry: Registry): RegistryTables {
  const standings = standingsOf(registry);
  const versions = versionsOf(registry, standings);
  const areaChanges = registry.changes.map((change): AreaChangeRow => {
    const placed = (row: RowRef): AreaVersionRef => ({ ...row, areaId: placeIn(change, row, standings) });
    return { ...change, from: change.from.map(placed), to: change.to.map(placed), candidates: change.candidates.map(placed) };
  });
  return {
    editions: registry.editions.map((edition) => editionRow(edition, areaChanges)),
    divisionRows: registry.editions.flatMap(({ year, rows }) =>
      rows.map((row) => ({ edition: year, ...row, ...standings.get(year)!.get(row.code)! })),
    ),
    areas: areasOf(registry, standings, versions),
    areaVersions: versions,
    areaChanges,
  };
}

function editionRow({ rows, ...head }: Edition, changes: readonly AreaChangeRow[]): EditionRow {
  const undecided = changes.filter(({ status, editionTo }) => status === 'PROPOSED' && editionTo === head.year);
  return { ...head, rowCount: rows.length, undecidedCount: undecided.length };
}

/** To which place each row of each edition belongs. */
function standingsOf(registry: Registry): Map<number, Standings> {
  const standings = new Map<number, Standings>();
  let before: Standings | null = null;
  for (const { year, rows } of registry.editions) {
    const now = new Map<string, Standing>();
    for (const { code } of rows) now.set(code, standing(registry, before, year, code));
    standings.set(year, now);
    before = now;
  }
  return standings;
}

function standing(registry: Registry, before: Standings | null, edition: number, code: string): Standing {
  const begins = (): Standing => ({ areaId: registry.areaIdOf({ edition, code }), presumedAreaId: null });
  if (!before) return begins();
  const change = registry.changeLeadingTo(edition, code);
  if (!change) return before.get(code) ?? NOWHERE;
  if (change.from.length === 0) return change.status === 'CONFIRMED' ? begins() : NOWHERE;
  const earlier = before.get(change.from[0]!.code) ?? NOWHERE;
  if (change.rule === 'SAME_CODE_SAME_CORE') return earlier;
  const areaId = placeOf(earlier);
  return change.status === 'CONFIRMED' ? { areaId, presumedAreaId: null } : { areaId: null, presumedAreaId: areaId };
}

const placeOf = (row: Standing | undefined): string | null => row?.areaId ?? row?.presumedAreaId ?? null;

/** The place of a row as a change sees it: a suffix changes only what is sure, a confirmed move or end also what is presumed. */
function placeIn({ status, rule }: Change, row: RowRef, standings: ReadonlyMap<number, Standings>): string | null {
  const standing = standings.get(row.edition)?.get(row.code);
  const isSureOnly = status !== 'CONFIRMED' || rule === 'SAME_CODE_SAME_CORE';
  return isSureOnly ? (standing?.areaId ?? null) : placeOf(standing);
}

/** Versions in the making: the open one of each place, and who holds a code. */
class VersionLedger {
  readonly #all: AreaVersionRow[] = [];
  readonly #openOf = new Map<string, number>();
  readonly #holderOf = new Map<string, string>();

  get rows(): readonly AreaVersionRow[] {
    return this.#all;
  }

  open(areaId: string, { code, name, kind, parentCode }: Division, validFrom: string, edition: Edition, editionTo: number): void {
    const displaced = this.#holderOf.get(code);
    if (displaced) this.close(displaced, validFrom, editionTo);
    this.#openOf.set(areaId, this.#all.length);
    this.#holderOf.set(code, areaId);
    this.#all.push({ areaId, code, name, kind, parentCode, validFrom, validTo: null, editionFrom: edition.year, editionTo: null });
  }

  close(areaId: string, validTo: string, editionTo: number): void {
    const index = this.#openOf.get(areaId);
    if (index === undefined) return;
    const version = this.#all[index]!;
    this.#all[index] = { ...version, validTo, editionTo };
    this.#openOf.delete(areaId);
    this.#holderOf.delete(version.code);
  }
}

function versionsOf(registry: Registry, standings: ReadonlyMap<number, Standings>): readonly AreaVersionRow[] {
  const ledger = new VersionLedger();
  const confirmed = registry.changes.filter(({ status }) => status === 'CONFIRMED');
  for (const [index, edition] of registry.editions.entries()) {
    const last = registry.editions[index - 1];
    if (!last) {
      const founded = standings.get(edition.year)!;
      for (const row of edition.rows) ledger.open(founded.get(row.code)!.areaId!, row, edition.cutoffDate, edition, edition.year);
      continue;
    }
    const rows = new Map(edition.rows.map((row) => [row.code, row]));
    const changes = confirmed.filter(({ editionTo }) => editionTo === edition.year);
    // All that ends or moves first gives up its code, then the codes are taken: places may swap them.
    for (const change of changes) {
      const areaId = change.from[0] && placeIn(change, change.from[0], standings);
      if (areaId) ledger.close(areaId, change.effectiveOn, last.year);
    }
    for (const change of changes) {
      const areaId = change.to[0] && placeIn(change, change.to[0], standings);
      if (areaId) ledger.open(areaId, rows.get(change.to[0]!.code)!, change.effectiveOn, edition, last.year);
    }
  }
  return ledger.rows;
}

function areasOf(registry: Registry, standings: ReadonlyMap<number, Standings>, versions: readonly AreaVersionRow[]): AreaRow[] {
  const first = new Map<string, AreaVersionRow>();
  const last = new Map<string, AreaVersionRow>();
  for (const version of versions) {
    if (!first.has(version.areaId)) first.set(version.areaId, version);
    last.set(version.areaId, version);
  }
  const ended = new Set(registry.changes.filter(isEnd).flatMap((change) => change.from.map((row) => placeIn(change, row, standings))));
  const latest = standings.get(registry.editions.at(-1)?.year ?? 0) ?? new Map<string, Standing>();
  const listed = new Set([...latest.values()].map(({ areaId }) => areaId));
  const holders = new CodeHolders(versions);
  return [...last].map(([id, { kind, code, name, parentCode, validTo }]) => ({
    id,
    kind,
    code,
    name,
    parentCode,
    parentId: parentCode && holders.on(parentCode, validTo && addDays(validTo, -1)),
    firstEdition: first.get(id)!.editionFrom,
    closedOn: ended.has(id) ? validTo : null,
    isUndecided: !ended.has(id) && !listed.has(id),
  }));
}

const isEnd = ({ kind, status }: Change): boolean => kind === 'ABOLISHED' && status === 'CONFIRMED';

/** Who held a code when. */
export class CodeHolders {
  readonly #versions = new Map<string, AreaVersionRow[]>();

  constructor(versions: readonly AreaVersionRow[]) {
    for (const version of versions) {
      const known = this.#versions.get(version.code);
      if (known) known.push(version);
      else this.#versions.set(version.code, [version]);
    }
    for (const known of this.#versions.values()) known.sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  }

  /** The versions under a code, oldest first. */
  of(code: string): readonly AreaVersionRow[] {
    return this.#versions.get(code) ?? [];
  }

  /**
   * The place that holds a code on a day, or today without one; else the one that last held it before. The first edition's state counts
   * for the days before it too. Null for a code that no place ever held.
   */
  on(code: string, day: string | null): string | null {
    const known = this.of(code);
    const version = known.findLast(({ validFrom }) => day === null || validFrom <= day) ?? known[0];
    return version?.areaId ?? null;
  }
}
