import { type Division, divisionLevel, type Edition, LEVELS, nameCore } from './area.rules.ts';

/** Kind of a change between two editions, as the contract names it. */
export type AreaChangeKind = 'CREATED' | 'ABOLISHED' | 'RENAMED' | 'RECODED' | 'TRANSFERRED' | 'SPLIT' | 'MERGED' | 'RECLASSIFIED';

/** How a change was proposed (§3.2). */
export type MatchRule = 'SAME_CODE_SAME_CORE' | 'UNIQUE_CORE' | 'SAME_CODE_OTHER_CORE' | 'NONE';

/** A row of an edition. */
export interface RowRef {
  readonly edition: number;
  readonly code: string;
  readonly name: string;
}

/** What two editions say has happened to one place, until a registrar decides (§3.2). */
export interface Proposal {
  /** Years of the two editions. */
  readonly editionFrom: number;
  readonly editionTo: number;
  readonly kind: AreaChangeKind;
  /** Further kinds of the same change, e.g. RECODED beside TRANSFERRED. */
  readonly alsoKinds: readonly AreaChangeKind[];
  /** In the earlier edition; none for CREATED. */
  readonly from: readonly RowRef[];
  /** In the later edition; none for ABOLISHED. */
  readonly to: readonly RowRef[];
  /** The later edition's cut-off date. */
  readonly effectiveOn: string;
  readonly rule: MatchRule;
  /** Taken by bulk confirmation (§4.4). */
  readonly bulkAllowed: boolean;
  /** LINEAGE_AMBIGUOUS: rows of the other edition with the same core, of which the registrar must choose; else none. */
  readonly candidates: readonly RowRef[];
}

/** The widest ring is the prefecture, whose code is four digits. */
const PREFECTURE_DIGITS = 4;
const RINGS: readonly ((row: Division) => string)[] = [
  (row) => row.parentCode ?? '',
  (row) => countyCode(row.code),
  (row) => row.code.slice(0, PREFECTURE_DIGITS),
];

const countyCode = (code: string): string => code.slice(0, 6).padEnd(12, '0');

/** How the rows of two editions belong together by the rules (1) to (3) of §3.2; codes of the earlier edition ⇒ of the later one. */
interface Match {
  readonly before: ReadonlyMap<string, Division>;
  readonly after: ReadonlyMap<string, Division>;
  /** Rule (1), same code and same core. */
  readonly same: ReadonlyMap<string, string>;
  /** Rule (2), a core that is gone once and new once in a ring. */
  readonly moved: ReadonlyMap<string, string>;
  /** Rule (3), same code and another core. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Rows that rule (2) could not tell apart: for each code, in its own edition, the rows of the other. */
  readonly rivalsOfGone: ReadonlyMap<string, readonly Division[]>;
  readonly rivalsOfNew: ReadonlyMap<string, readonly Division[]>;
}

/**
 * What has changed between two editions, by the matching order of §3.2, parents before children, then by code.
 *
 * Rings are drawn by code, so that 送庄, twice gone and twice new while two counties become one, stays ambiguous although each of its
 * streets has a successor. `TRANSFERRED` is a new parent or a new county as a *place*: a community of a street that leaves the district
 * is transferred with it, one whose street only gets another code inside its county is recoded.
 */
export function proposeChanges(before: Edition, after: Edition): Proposal[] {
  const match = matchEditions(before, after);
  const at = { editionFrom: before.year, editionTo: after.year, effectiveOn: after.cutoffDate };
  const kept = [
    ...changesOf(match, match.same, 'SAME_CODE_SAME_CORE', at),
    ...changesOf(match, match.moved, 'UNIQUE_CORE', at),
    ...changesOf(match, match.renamed, 'SAME_CODE_OTHER_CORE', at),
  ];
  return [...kept, ...createdAndAbolished(match, at)].sort(parentsFirst);
}

type Pair = Pick<Proposal, 'editionFrom' | 'editionTo' | 'effectiveOn'>;

/** Parents before children, then by the code in the later edition, else in the earlier. */
export function parentsFirst(a: Proposal, b: Proposal): number {
  const [left, right] = [subjectOf(a), subjectOf(b)].map((code) => `${LEVELS.indexOf(divisionLevel(code))}${code}`) as [string, string];
  return left < right ? -1 : Number(left > right);
}

/** The code that a proposal is about: in the later edition, else, for ABOLISHED, in the earlier. */
export const subjectOf = (proposal: Pick<Proposal, 'from' | 'to'>): string => (proposal.to[0] ?? proposal.from[0])!.code;

/**
 * The kinds of a change that keeps the id, the most telling first: another kind of place is RECLASSIFIED (村改居 and the reverse), a new
 * parent TRANSFERRED, a new code RECODED, a new name RENAMED. None where nothing has changed.
 */
export function kindsOfChange(from: Division, to: Division, sameParent: boolean): AreaChangeKind[] {
  const kinds: [boolean, AreaChangeKind][] = [
    [from.kind !== to.kind, 'RECLASSIFIED'],
    [!sameParent, 'TRANSFERRED'],
    [from.code !== to.code, 'RECODED'],
    [from.name !== to.name, 'RENAMED'],
  ];
  return kinds.flatMap(([holds, kind]) => (holds ? [kind] : []));
}

function matchEditions(earlier: Edition, later: Edition): Match {
  const before = new Map(earlier.rows.map((row) => [row.code, row]));
  const after = new Map(later.rows.map((row) => [row.code, row]));
  const isSame = (a?: Division, b?: Division): boolean => a !== undefined && b !== undefined && nameCore(a.name) === nameCore(b.name);
  const same = new Map(earlier.rows.filter((row) => isSame(row, after.get(row.code))).map(({ code }) => [code, code]));
  const gone = new Set(earlier.rows.filter(({ code }) => !same.has(code)));
  const fresh = new Set(later.rows.filter(({ code }) => !same.has(code)));
  const moved = new Map(RINGS.flatMap((ring) => matchInRing(ring, gone, fresh)));
  const rivals = [...sharedCores(RINGS.at(-1)!, gone, fresh)];
  const rivalsOfGone = new Map(rivals.flatMap((rival) => rival.gone.map(({ code }) => [code, rival.fresh])));
  const rivalsOfNew = new Map(rivals.flatMap((rival) => rival.fresh.map(({ code }) => [code, rival.gone])));
  const freshCodes = new Set([...fresh].map(({ code }) => code));
  const renamed = new Map([...gone].filter(({ code }) => freshCodes.has(code)).map(({ code }) => [code, code]));
  return { before, after, same, moved, renamed, rivalsOfGone, rivalsOfNew };
}

/** Rule (2) in one ring; what is matched leaves both sets. */
function matchInRing(ring: (row: Division) => string, gone: Set<Division>, fresh: Set<Division>): [string, string][] {
  return [...sharedCores(ring, gone, fresh)].flatMap((core): [string, string][] => {
    const [from, to] = [core.gone[0]!, core.fresh[0]!];
    if (core.gone.length > 1 || core.fresh.length > 1) return [];
    gone.delete(from);
    fresh.delete(to);
    return [[from.code, to.code]];
  });
}

interface SharedCore {
  readonly gone: Division[];
  readonly fresh: Division[];
}

/** The cores of one level and ring that are both gone and new. */
function sharedCores(ring: (row: Division) => string, gone: Iterable<Division>, fresh: Iterable<Division>): SharedCore[] {
  const keyOf = (row: Division): string => `${divisionLevel(row.code)} ${ring(row)} ${nameCore(row.name)}`;
  const cores = new Map<string, SharedCore>();
  for (const row of gone) {
    const core = cores.get(keyOf(row));
    if (core) core.gone.push(row);
    else cores.set(keyOf(row), { gone: [row], fresh: [] });
  }
  for (const row of fresh) cores.get(keyOf(row))?.fresh.push(row);
  return [...cores.values()].filter((core) => core.fresh.length > 0);
}

/** The changes of the places that one of the rules (1) to (3) found again. */
function changesOf(match: Match, found: ReadonlyMap<string, string>, rule: MatchRule, at: Pair): Proposal[] {
  return [...found].flatMap(([fromCode, toCode]): Proposal[] => {
    const [from, to] = [match.before.get(fromCode)!, match.after.get(toCode)!];
    const kinds = kindsOfChange(from, to, hasSameParent(match, from, to));
    const isCandidate = rule === 'SAME_CODE_OTHER_CORE';
    const kind = isCandidate ? 'RENAMED' : kinds[0];
    if (!kind) return [];
    const candidates = (match.rivalsOfNew.get(toCode) ?? []).map((row) => reference(row, at.editionFrom));
    return [
      {
        ...at,
        kind,
        alsoKinds: kinds.filter((other) => other !== kind),
        from: [reference(from, at.editionFrom)],
        to: [reference(to, at.editionTo)],
        rule,
        bulkAllowed: !isCandidate,
        candidates,
      },
    ];
  });
}

/** Rule (4), ambiguous ones with their candidates. */
function createdAndAbolished(match: Match, at: Pair): Proposal[] {
  const found = [match.same, match.moved, match.renamed];
  const later = new Set(found.flatMap((codes) => [...codes.values()]));
  const gone = [...match.before.values()].filter(({ code }) => !found.some((codes) => codes.has(code)));
  const fresh = [...match.after.values()].filter(({ code }) => !later.has(code));
  const parentOfGone = (row: Division): string => parentNow(match, row) ?? '';
  const losing = new Set(gone.map(parentOfGone));
  const gaining = new Set(fresh.map((row) => row.parentCode ?? ''));
  const rest = { ...at, alsoKinds: [], rule: 'NONE' as const };
  const created = fresh.map((row): Proposal => {
    const candidates = (match.rivalsOfNew.get(row.code) ?? []).map((rival) => reference(rival, at.editionFrom));
    const bulkAllowed = candidates.length === 0 && !losing.has(row.parentCode ?? '');
    return { ...rest, kind: 'CREATED', from: [], to: [reference(row, at.editionTo)], bulkAllowed, candidates };
  });
  const abolished = gone.map((row): Proposal => {
    const candidates = (match.rivalsOfGone.get(row.code) ?? []).map((rival) => reference(rival, at.editionTo));
    const bulkAllowed = candidates.length === 0 && !gaining.has(parentOfGone(row));
    return { ...rest, kind: 'ABOLISHED', from: [reference(row, at.editionFrom)], to: [], bulkAllowed, candidates };
  });
  return [...created, ...abolished];
}

const reference = ({ code, name }: Division, edition: number): RowRef => ({ edition, code, name });

/** The later code of an earlier place, by whichever rule found it. */
const successor = (match: Match, code: string): string | undefined =>
  match.same.get(code) ?? match.moved.get(code) ?? match.renamed.get(code);

/** The later code of an earlier row's parent; a parent that is gone stays apart from every later one. */
function parentNow(match: Match, row: Division): string | null {
  return row.parentCode === null ? null : (successor(match, row.parentCode) ?? `gone ${row.parentCode}`);
}

function hasSameParent(match: Match, from: Division, to: Division): boolean {
  if (from.parentCode === null) return true;
  return parentNow(match, from) === to.parentCode && successor(match, countyCode(from.code)) === countyCode(to.code);
}
