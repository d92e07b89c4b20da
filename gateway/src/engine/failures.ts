/**
 * What a request did not get. A lost fetch is noted with every response path it would have filled; completing the answer finds which
 * of them the client misses, and those are told once each, with the subgraph and nothing else about it.
 */
import { type GraphQLFormattedError, Kind, type SelectionSetNode } from 'graphql';
import { COMMON_ERRORS } from '../../../subgraphs/shared/src/errors.ts';
import { clientKey } from './keys.ts';
import type { Fetch, Path } from './plan.ts';
import type { SourceFailure } from './source.ts';

/** An entry of `extensions.partial` (overview §2.4). */
export interface Partial {
  subgraph: string;
  /** Since when it has not answered, ISO 8601. */
  since: string;
  /** Response paths that are missing, without list indices. */
  fields: string[];
}

type Unanswered = 'SOURCE_UNAVAILABLE' | 'RESULT_UNKNOWN';

const MAX_PATHS = 10_000;
const CHINA_OFFSET_MS = 8 * 3600_000;

/** An instant as the graph writes it, `+08:00`. */
export const instantText = (ms: number): string => new Date(ms + CHINA_OFFSET_MS).toISOString().replace('Z', '+08:00');

export class Failures {
  readonly #since = new Map<string, number>();
  readonly #lost = new Map<string, string>();
  readonly #missing = new Map<string, { subgraph: string; path: (string | number)[] }>();
  readonly #commands: GraphQLFormattedError[] = [];

  /** Whether everything was answered so far. */
  get isEmpty(): boolean {
    return this.#since.size === 0 && this.#commands.length === 0;
  }

  /** A subgraph did not answer a fetch. */
  lose(fetch: Fetch, since: number): void {
    const known = this.#since.get(fetch.subgraph);
    this.#since.set(fetch.subgraph, known === undefined ? since : Math.min(known, since));
    this.#note(fetch, fetch.subgraph);
  }

  /**
   * Commands were not answered: told at each of them, whatever becomes of the answer. Sent ones may have had their effect, which is
   * RESULT_UNKNOWN; the others had none.
   */
  loseCommands(fetch: Fetch, { since, wasSent }: Pick<SourceFailure, 'since' | 'wasSent'>): void {
    if (!wasSent) this.#since.set(fetch.subgraph, Math.min(this.#since.get(fetch.subgraph) ?? since, since));
    for (const key of fetch.rootKeys()) this.#command(key, wasSent ? 'RESULT_UNKNOWN' : 'SOURCE_UNAVAILABLE', fetch.subgraph);
  }

  /** Commands that were not carried out, because one before them had no result. */
  skipCommands(fetch: Fetch): void {
    const zh = '前一操作没有结果，此操作未执行';
    for (const key of fetch.rootKeys())
      this.#command(key, 'SOURCE_UNAVAILABLE', zh, 'not carried out, since the command before it had no result');
  }

  /** A fetch could not be asked in full, since what it requires was lost before. */
  starve(fetch: Fetch): void {
    const culprit = this.#culpritOf(fetch) ?? this.#since.keys().next().value;
    if (culprit !== undefined) this.#note(fetch, culprit);
  }

  /** A subgraph answered a field with what cannot be there. */
  distrust(subgraph: string, path: string, concrete: readonly (string | number)[]): void {
    if (!this.#since.has(subgraph)) this.#since.set(subgraph, Date.now());
    if (!this.#missing.has(path)) this.#missing.set(path, { subgraph, path: [...concrete] });
  }

  /** A field turned out null; remembers it if a subgraph's silence is why. */
  missing(path: string, concrete: readonly (string | number)[]): void {
    const subgraph = this.#lost.get(path);
    if (subgraph !== undefined && !this.#missing.has(path)) this.#missing.set(path, { subgraph, path: [...concrete] });
  }

  /** One error per missing path and per unanswered command. */
  errors(): GraphQLFormattedError[] {
    return [...this.#commands, ...[...this.#missing.values()].map(({ subgraph, path }) => failure('SOURCE_UNAVAILABLE', path, subgraph))];
  }

  /** `extensions.partial`. */
  partial(): Partial[] {
    return [...this.#since].map(([subgraph, since]) => ({
      subgraph,
      since: instantText(since),
      fields: [...this.#missing].filter(([, missing]) => missing.subgraph === subgraph).map(([path]) => path),
    }));
  }

  #command(key: string, code: Unanswered, why: string, whyEn = why): void {
    this.#commands.push(failure(code, [clientKey(key)], why, whyEn));
  }

  #culpritOf(fetch: Fetch): string | undefined {
    const prefixes = fetch.lists.flatMap((list) => list.paths.map(pathText));
    for (const [path, subgraph] of this.#lost) if (prefixes.some((prefix) => path.startsWith(`${prefix}.`))) return subgraph;
    return undefined;
  }

  #note(fetch: Fetch, subgraph: string): void {
    const paths = selectedPaths(fetch);
    const lists = fetch.lists.length > 0 ? fetch.lists : [{ responseKey: null, paths: [fetch.path] }];
    for (const list of lists)
      for (const prefix of list.paths.map(pathText))
        for (const path of paths) {
          const own =
            list.responseKey === null ? path : path.startsWith(`${list.responseKey}.`) ? path.slice(list.responseKey.length + 1) : null;
          if (own !== null && this.#lost.size < MAX_PATHS) this.#lost.set(prefix ? `${prefix}.${own}` : own, subgraph);
        }
  }
}

function failure(code: Unanswered, path: (string | number)[], why: string, whyEn = why): GraphQLFormattedError {
  const { zh, en } = COMMON_ERRORS[code];
  return { message: `${zh}（${why}）`, path, extensions: { code, messageEn: `${en} (${whyEn})` } };
}

/** Response keys of a path in the plan; lists and type conditions leave no trace in it. */
function pathText(path: Path): string {
  return path.flatMap((segment) => (typeof segment === 'object' && 'Field' in segment ? [clientKey(segment.Field)] : [])).join('.');
}

/** Every response path of a fetch's own document. */
function selectedPaths(fetch: Fetch): Set<string> {
  const { definitions } = fetch.document();
  const paths = new Set<string>();
  const walk = (set: SelectionSetNode, prefix: string): void => {
    for (const node of set.selections) {
      if (paths.size >= MAX_PATHS) return;
      if (node.kind === Kind.INLINE_FRAGMENT) walk(node.selectionSet, prefix);
      else if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = definitions.find((d) => d.kind === Kind.FRAGMENT_DEFINITION && d.name.value === node.name.value);
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) walk(fragment.selectionSet, prefix);
      } else {
        const path = prefix + clientKey((node.alias ?? node.name).value);
        paths.add(path);
        if (node.selectionSet) walk(node.selectionSet, `${path}.`);
      }
    }
  };
  for (const node of definitions) if (node.kind === Kind.OPERATION_DEFINITION) walk(node.selectionSet, '');
  return paths;
}
