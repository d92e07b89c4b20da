import { stableId } from '../../../shared/src/domain/id.ts';
import { ValueError } from '../../../shared/src/domain/value-error.ts';
import type { Division, Edition } from './area.rules.ts';
import { type AreaChangeKind, kindsOfChange, type Proposal, parentsFirst, proposeChanges, type RowRef } from './division.rules.ts';

export type ChangeStatus = 'PROPOSED' | 'CONFIRMED' | 'REJECTED';

/** A proposal on its way through the registrar's hands (§4.3). */
export interface Change extends Proposal {
  readonly id: string;
  readonly status: ChangeStatus;
  /** Ids of the places that a SPLIT or MERGED place came from; else none. */
  readonly predecessors: readonly string[];
  /** Instant with offset; null while PROPOSED. */
  readonly decidedAt: string | null;
  readonly note: string | null;
}

/** What a registrar adds to a confirmation; all but `decidedAt` may stay away when the proposal is right as it is. */
export interface Decision {
  readonly decidedAt: string;
  /** Another kind than proposed: SPLIT, MERGED; or CREATED, ABOLISHED, RENAMED to say that none of the candidates is meant. */
  readonly kind?: AreaChangeKind;
  /** Further kinds of a change that keeps the place, instead of those found. */
  readonly alsoKinds?: readonly AreaChangeKind[];
  /** Ids of places: the one chosen of the candidates, or those that a SPLIT or MERGED place came from. */
  readonly predecessorIds?: readonly string[];
  /** First day of the new state, when the registrar knows better than the cut-off date. */
  readonly effectiveOn?: string;
  readonly note?: string;
}

/** Where a row's place began: the row that founded it; presumed when another name under the same code, or a move, is still undecided. */
export interface Origin {
  readonly edition: number;
  readonly code: string;
  readonly isPresumed: boolean;
}

/**
 * The editions of a registry, loaded whole and in order, and what was decided about the changes between them (§3.2).
 *
 * The first edition founds the places it lists; every later one only produces proposals. A confirmed change says that a row of one
 * edition and a row of the next are one place, or that a place begins or ends there, so decisions may come in any order but parents
 * first. Until then the new row belongs to no place, and the place that held the code keeps its last version open. Where the earlier row
 * is itself waiting for the word on another name under the same code, a confirmed move or end is that of the place presumed there: the
 * one that last held the code. `lineage.rules.ts` makes places and versions of it, `membership.rules.ts` the roll-up.
 */
export class Registry {
  readonly #editions: Edition[] = [];
  readonly #rows = new Map<number, ReadonlyMap<string, Division>>();
  readonly #changes = new Map<string, Change>();
  /** Ids of the changes about a row, by `edition:code`: one that leads to it, and any number that lead away from it. */
  readonly #leadingTo = new Map<string, string>();
  readonly #leadingFrom = new Map<string, string[]>();
  /** Ids of the changes between two editions that have a row among their candidates, by `editionTo:edition:code`. */
  readonly #candidateOf = new Map<string, string[]>();

  /**
   * The registry as it was kept: editions in order, changes in any. What `changes` gave is what it takes, so that a decision made today rests
   * on the same rules as all that were made before it.
   */
  static restore(editions: readonly Edition[], changes: readonly Change[]): Registry {
    const registry = new Registry();
    for (const edition of editions) registry.#take(edition);
    const ordered = [...changes].sort((a, b) => a.editionTo - b.editionTo || parentsFirst(a, b));
    for (const change of ordered) registry.#changes.set(change.id, change);
    // What replaces a rejected change is about the same row and leads to it.
    for (const change of [...ordered.filter(isRejected), ...ordered.filter((one) => !isRejected(one))]) registry.#store(change);
    return registry;
  }

  get editions(): readonly Edition[] {
    return this.#editions;
  }

  /** Every change in order of edition, parents before children. */
  get changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  /**
   * Takes an edition and gives back what it proposes, nothing for the first.
   *
   * @throws ValueError `EDITION_EXISTS` unless its year and cut-off date are later than the last one's
   */
  load(edition: Edition): readonly Change[] {
    const last = this.#editions.at(-1);
    if (last && (edition.year <= last.year || edition.cutoffDate <= last.cutoffDate)) {
      throw new ValueError(
        'EDITION_EXISTS',
        `${edition.year} 年版次不在 ${last.year} 年版次之后`,
        `Edition ${edition.year} is not after ${last.year}`,
        {
          year: edition.year,
        },
      );
    }
    this.#take(edition);
    return last ? proposeChanges(last, edition).map((proposal) => this.#add(proposal)) : [];
  }

  /**
   * Confirms one change (§4.3), after its parent.
   *
   * @throws ValueError `NOT_FOUND`, `CHANGE_ALREADY_DECIDED`, `LINEAGE_AMBIGUOUS` (candidates and no choice), `PREDECESSOR_REQUIRED`
   * (SPLIT of exactly one, MERGED of two or more), `PARENT_NOT_CONFIRMED`, `EFFECTIVE_DATE_INVALID` (not between the two editions),
   * `VALIDATION_FAILED` (a kind that the proposal cannot become)
   */
  confirm(id: string, decision: Decision): Change {
    const change = this.#openChange(id);
    this.#requireParent(change);
    const { decidedAt, note = null, effectiveOn = change.effectiveOn } = decision;
    this.#requireBetweenEditions(change, effectiveOn);
    const decided: Change = { ...this.#choose(change, decision), status: 'CONFIRMED', candidates: [], effectiveOn, decidedAt, note };
    this.#store(decided);
    this.#settle(change, decided);
    return decided;
  }

  /**
   * Rejects one change: the two rows are not one place, so that the earlier one is proposed as ended and the later one as new; a place that was
   * proposed as new or ended is not. Where only a suffix changed it stays the same place under its former name.
   *
   * @throws ValueError `NOT_FOUND`, `CHANGE_ALREADY_DECIDED`
   */
  reject(id: string, { decidedAt, note }: { readonly decidedAt: string; readonly note: string }): Change {
    const change = this.#openChange(id);
    const rejected: Change = { ...change, status: 'REJECTED', candidates: [], decidedAt, note };
    this.#changes.set(id, rejected);
    if (change.from.length === 0) this.#noCandidates(change.editionTo, change.to);
    if (change.from.length === 0 || change.to.length === 0 || change.rule === 'SAME_CODE_SAME_CORE') return rejected;
    const plain = { ...change, alsoKinds: [], rule: 'NONE', bulkAllowed: false } as const;
    this.#add({ ...plain, kind: 'ABOLISHED', to: [], candidates: [] });
    this.#add({ ...plain, kind: 'CREATED', from: [] });
    return rejected;
  }

  /** The id of the place that a row belongs to; null while that is undecided. */
  areaIdOf(row: Pick<RowRef, 'edition' | 'code'>): string | null {
    const origin = this.originOf(row);
    return origin && !origin.isPresumed ? this.#areaId(origin) : null;
  }

  /** Follows a row back to where its place began; null when the way ends at an undecided change with no place before it. */
  originOf({ edition, code }: Pick<RowRef, 'edition' | 'code'>): Origin | null {
    const change = this.changeLeadingTo(edition, code);
    const earlier = this.#editions[this.#editions.findIndex(({ year }) => year === edition) - 1];
    if (!earlier) return { edition, code, isPresumed: false };
    if (!change) return this.originOf({ edition: earlier.year, code });
    if (change.from.length === 0 || change.kind === 'SPLIT' || change.kind === 'MERGED') {
      return change.status === 'CONFIRMED' ? { edition, code, isPresumed: false } : null;
    }
    const origin = this.originOf(change.from[0]!);
    if (!origin || change.rule === 'SAME_CODE_SAME_CORE') return origin;
    return { ...origin, isPresumed: change.status !== 'CONFIRMED' };
  }

  /** The change by which a row came to be as it is, unless it is rejected; null where nothing has changed. */
  changeLeadingTo(edition: number, code: string): Change | null {
    const id = this.#leadingTo.get(`${edition}:${code}`);
    return (id && this.#changes.get(id)) || null;
  }

  /** The changes that lead away from a row into the next edition. */
  changesLeadingFrom(edition: number, code: string): readonly Change[] {
    const changes = (this.#leadingFrom.get(`${edition}:${code}`) ?? []).map((id) => this.#changes.get(id)!);
    return changes.filter(({ from }) => from.some((row) => row.code === code));
  }

  #areaId({ edition, code }: Origin): string {
    const founding = this.#editions.find(({ year }) => year === edition)!;
    return stableId('ar', founding.cutoffDate, `${edition}:${code}`);
  }

  #take(edition: Edition): void {
    this.#editions.push(edition);
    this.#rows.set(edition.year, new Map(edition.rows.map((row) => [row.code, row])));
  }

  #add(proposal: Proposal): Change {
    const [from, to] = [proposal.from[0], proposal.to[0]];
    const seed = `${from ? `${from.edition}:${from.code}` : ''}>${to ? `${to.edition}:${to.code}` : ''}`;
    const id = stableId('ac', proposal.effectiveOn, seed);
    const change: Change = { ...proposal, id, status: 'PROPOSED', predecessors: [], decidedAt: null, note: null };
    this.#store(change);
    return change;
  }

  #store(change: Change): void {
    const { id, from, to, candidates, editionTo } = change;
    this.#changes.set(id, change);
    for (const row of to) this.#leadingTo.set(`${row.edition}:${row.code}`, id);
    for (const row of from) add(this.#leadingFrom, `${row.edition}:${row.code}`, id);
    for (const row of candidates) add(this.#candidateOf, `${editionTo}:${row.edition}:${row.code}`, id);
  }

  #openChange(id: string): Change {
    const change = this.#changes.get(id);
    if (!change) throw new ValueError('NOT_FOUND', `没有变更 ${id}`, `No change ${id}`, { id });
    if (change.status === 'PROPOSED') return change;
    throw new ValueError('CHANGE_ALREADY_DECIDED', '该变更已有决定', 'The change has been decided', { id, status: change.status });
  }

  /** What the earlier edition still shows has not changed by its cut-off date, and what the later one shows has by its own. */
  #requireBetweenEditions({ id, editionFrom, effectiveOn: latest }: Change, effectiveOn: string): void {
    const { cutoffDate } = this.#editions.find(({ year }) => year === editionFrom)!;
    if (cutoffDate < effectiveOn && effectiveOn <= latest) return;
    throw new ValueError(
      'EFFECTIVE_DATE_INVALID',
      `生效日须在 ${cutoffDate} 之后、不晚于 ${latest}`,
      `The day must be after ${cutoffDate}, until ${latest}`,
      {
        id,
        effectiveOn,
      },
    );
  }

  /** A place is confirmed after its parent: the new row's parent must belong to a place, be it one whose new name is undecided. */
  #requireParent({ id, to }: Change): void {
    for (const row of to) {
      const parent = this.#row(row).parentCode;
      if (!parent || this.originOf({ edition: row.edition, code: parent })) continue;
      throw new ValueError('PARENT_NOT_CONFIRMED', `上级 ${parent} 尚未确认`, `The parent ${parent} is not confirmed`, {
        id,
        parentCode: parent,
      });
    }
  }

  /** The change as the registrar wants it: its kind, the place it comes from, the predecessors it names. */
  #choose(change: Change, decision: Decision): Change {
    const { kind, predecessorIds = [] } = decision;
    if (kind === 'SPLIT' || kind === 'MERGED') return splitOrMerged(change, kind, predecessorIds);
    const chosen = this.#chooseAmongCandidates(change, decision);
    const named = kind && kind !== chosen.kind ? withKind(chosen, kind) : chosen;
    return decision.alsoKinds ? withAlsoKinds(named, decision.alsoKinds) : named;
  }

  #chooseAmongCandidates(change: Change, { kind, predecessorIds = [] }: Decision): Change {
    if (change.candidates.length === 0) return change;
    if (kind === change.kind && predecessorIds.length === 0) return change;
    const [chosen] = change.candidates.filter((row) => predecessorIds.includes(this.areaIdOf(row) ?? ''));
    const [to] = change.to;
    if (!to || !chosen || predecessorIds.length !== 1) {
      throw new ValueError('LINEAGE_AMBIGUOUS', '名称核不唯一，请选定前身', 'The core is not unique: choose the predecessor', {
        id: change.id,
        candidates: change.candidates,
      });
    }
    const isSameParent = this.#parentId(chosen) === this.#parentId(to);
    const [first = 'RENAMED', ...alsoKinds] = kindsOfChange(this.#row(chosen), this.#row(to), isSameParent);
    return { ...change, kind: first, alsoKinds, from: [chosen] };
  }

  #row({ edition, code }: RowRef): Division {
    return this.#rows.get(edition)!.get(code)!;
  }

  #parentId(row: RowRef): string | null {
    const parent = this.#row(row).parentCode;
    return parent ? this.areaIdOf({ edition: row.edition, code: parent }) : null;
  }

  /**
   * The rows of a decided change are no candidates any more, and what else was proposed about the place it comes from falls away. A row
   * that is left without any proposal by that gets the plain one.
   */
  #settle(proposed: Change, decided: Change): void {
    this.#noCandidates(decided.editionTo, [...decided.from, ...decided.to]);
    const { effectiveOn } = proposed;
    const plain = { ...decided, effectiveOn, alsoKinds: [], rule: 'NONE', bulkAllowed: false } as const;
    for (const row of decided.from) {
      for (const other of this.changesLeadingFrom(row.edition, row.code)) {
        if (other.status !== 'PROPOSED') continue;
        const note = `已由变更 ${decided.id} 决定`;
        this.#changes.set(other.id, { ...other, status: 'REJECTED', candidates: [], decidedAt: decided.decidedAt, note });
        if (other.to.length > 0) this.#add({ ...plain, kind: 'CREATED', from: [], to: other.to, candidates: other.candidates });
      }
    }
    const released = proposed.from.filter((row) => !decided.from.some((from) => isRow(from, row)));
    if (released.length > 0) this.#add({ ...plain, kind: 'ABOLISHED', from: released, to: [] });
  }

  /** These rows are decided, so that no other change into the edition may choose them. */
  #noCandidates(editionTo: number, rows: readonly RowRef[]): void {
    for (const row of rows) {
      for (const id of this.#candidateOf.get(`${editionTo}:${row.edition}:${row.code}`) ?? []) {
        const change = this.#changes.get(id)!;
        this.#changes.set(id, { ...change, candidates: change.candidates.filter((other) => !isRow(other, row)) });
      }
    }
  }
}

const isRejected = ({ status }: Change): boolean => status === 'REJECTED';

const isRow = (a: RowRef, b: RowRef): boolean => a.edition === b.edition && a.code === b.code;

function add(index: Map<string, string[]>, key: string, id: string): void {
  const ids = index.get(key);
  if (!ids) index.set(key, [id]);
  else if (!ids.includes(id)) ids.push(id);
}

function splitOrMerged(change: Change, kind: AreaChangeKind, predecessorIds: readonly string[]): Change {
  const enough = kind === 'SPLIT' ? predecessorIds.length === 1 : predecessorIds.length > 1;
  if (change.kind === 'CREATED' && enough) return { ...change, kind, predecessors: [...predecessorIds] };
  throw new ValueError('PREDECESSOR_REQUIRED', '拆分须有一个前身，合并须有两个以上', 'SPLIT has one predecessor, MERGED two or more', {
    id: change.id,
    kind,
  });
}

/** Kinds of a change by which a place keeps its id. */
const KEEPING: readonly AreaChangeKind[] = ['RENAMED', 'RECODED', 'TRANSFERRED', 'RECLASSIFIED'];

function withKind(change: Change, kind: AreaChangeKind): Change {
  if (KEEPING.includes(kind) && KEEPING.includes(change.kind)) {
    return { ...change, kind, alsoKinds: [change.kind, ...change.alsoKinds].filter((other) => other !== kind) };
  }
  throw new ValueError('VALIDATION_FAILED', `${change.kind} 不能确认为 ${kind}`, `${change.kind} cannot be confirmed as ${kind}`, {
    id: change.id,
    kind,
  });
}

/** @throws ValueError `VALIDATION_FAILED` for kinds that do not stand beside this one */
function withAlsoKinds(change: Change, alsoKinds: readonly AreaChangeKind[]): Change {
  const kinds = [...new Set(alsoKinds)].filter((kind) => kind !== change.kind);
  const fits = kinds.length === 0 || (KEEPING.includes(change.kind) && kinds.every((kind) => KEEPING.includes(kind)));
  if (fits) return { ...change, alsoKinds: kinds };
  throw new ValueError('VALIDATION_FAILED', `${change.kind} 不能兼有 ${kinds}`, `${change.kind} cannot be ${kinds} as well`, {
    id: change.id,
    alsoKinds: kinds,
  });
}
