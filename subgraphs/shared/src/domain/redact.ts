/**
 * The redactor of §10.2: takes out of a text what tells who somebody is. It is rules alone, so the same text gives the same result, and it says
 * what it is unsure of: a number that nobody can place, a name that may be a word. A text with something uncertain goes to a person before
 * anybody outside reads it (`REDACTION_INCOMPLETE`).
 *
 * Names without a cue word (`楼上的老张`) are beyond rules; the person who writes the summary sees to them.
 */
import { findAccounts } from './redact-account.ts';
import { findNames } from './redact-name.ts';
import { findNumbers } from './redact-number.ts';
import { findRooms } from './redact-place.ts';
import { BLACK, type Candidate, type Finding, read } from './redact-text.ts';

export type { Finding, FindingKind } from './redact-text.ts';

/** A text and what was found in it. Places are those of the text as it was given. */
export interface Redaction {
  /** Without what is certain; each stretch taken out is one ■. */
  readonly text: string;
  /** Without what is uncertain either: for texts that no person looks at, like the reason of an event. */
  readonly strict: string;
  /** What was taken out of `text`, in order. */
  readonly certain: readonly Finding[];
  /** What is left in `text` for a person to decide, in order. */
  readonly uncertain: readonly Finding[];
}

/** Taking something out may bring two things together that were apart; seldom more than twice. */
const MOST_ROUNDS = 8;

/** Takes out telephone, identity and bank card numbers, plates, e-mail addresses, accounts, rooms and names. Never throws; time is linear. */
export function redact(text: string): Redaction {
  let state: State = { text, at: null };
  let certain: Finding[] = [];
  for (let round = 0; ; round += 1) {
    const found = find(state.text);
    const sure = apart(found.filter((each) => each.certain));
    if (sure.length === 0 || round === MOST_ROUNDS) {
      const uncertain = apart(found);
      const inOriginal = uncertain.map((each) => original(state, each));
      return { text: state.text, strict: blacken(state, uncertain).text, certain: certain.toSorted(byPlace), uncertain: inOriginal };
    }
    certain = certain.concat(sure.map((each) => original(state, each)));
    state = blacken(state, sure);
  }
}

const byPlace = (a: Finding, b: Finding): number => a.start - b.start;

function find(text: string): Candidate[] {
  const plain = read(text);
  return [...findNumbers(plain), ...findAccounts(plain), ...findRooms(plain), ...findNames(plain)];
}

/** Findings that do not overlap: of those that do, one as wide as all of them, of the kind of the longest. */
function apart(found: readonly Finding[]): Finding[] {
  const kept: { kind: Finding['kind']; start: number; end: number; longest: number }[] = [];
  for (const { kind, start, end } of found.toSorted(byPlace)) {
    const last = kept.at(-1);
    if (!last || start >= last.end) {
      kept.push({ kind, start, end, longest: end - start });
      continue;
    }
    last.end = Math.max(last.end, end);
    if (end - start > last.longest) Object.assign(last, { kind, longest: end - start });
  }
  return kept.map(({ kind, start, end }) => ({ kind, start, end }));
}

/** A text on the way, and where its characters began in the one that was given; null while it is that one. */
interface State {
  readonly text: string;
  readonly at: readonly number[] | null;
}

const original = ({ at }: State, { kind, start, end }: Finding): Finding => ({ kind, start: at?.[start] ?? start, end: at?.[end] ?? end });

/** The text with each of these stretches as one ■. */
function blacken({ text, at }: State, stretches: readonly Finding[]): State {
  if (stretches.length === 0) return { text, at };
  const places: number[] = [];
  const parts: string[] = [];
  let from = 0;
  const keep = (to: number): void => {
    parts.push(text.slice(from, to));
    for (let place = from; place < to; place += 1) places.push(at?.[place] ?? place);
  };
  for (const { start, end } of stretches) {
    keep(start);
    parts.push(BLACK);
    places.push(at?.[start] ?? start);
    from = end;
  }
  keep(text.length);
  places.push(at?.[text.length] ?? text.length);
  return { text: parts.join(''), at: places };
}
