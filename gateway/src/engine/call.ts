/**
 * The calls of one client request. Fetches that are asked for in the same stage of the plan and go to the same subgraph leave as
 * one HTTP request: equal operations with their representations joined, different ones as one document.
 */
import type { Batch } from './entities.ts';
import type { JoinedReads } from './joined.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Merged, mergeDocuments, ownPart } from './merge.ts';
import type { Fetch } from './plan.ts';
import { type Answer, type Source, SourceFailure } from './source.ts';

/** What a fetch needs of the request it belongs to. */
export interface CallOptions {
  sources: ReadonlyMap<string, Source>;
  /** `extensions` for a subgraph, as JSON; empty for none. */
  extensions: string;
  variables: Readonly<Record<string, unknown>>;
  /** Who asks, all that an answer may depend on; equal reads of one identity are joined. */
  identity: string;
  reads: JoinedReads;
  /** The rest of an answer comes this long after the request began, or its last command was answered, once a subgraph has let it down. */
  partialWithinMs: number;
  startedAt: number;
  /** Epoch milliseconds. */
  deadline: number;
  /** Nobody waits for the answer any more: reads are given up, commands are not. */
  signal?: AbortSignal;
}

/** How much was asked, for the bench. */
export interface CallCount {
  /** Requests by subgraph. */
  requests: Record<string, number>;
  stages: number;
  /** SQL statements by subgraph, as far as it told. */
  statements: Record<string, number>;
}

interface Part {
  fetch: Fetch;
  batches: Batch[];
  resolve: (answer: Answer) => void;
  reject: (failure: unknown) => void;
}

export class Calls {
  readonly count: CallCount = { requests: {}, stages: 0, statements: {} };
  readonly #options: CallOptions;
  readonly #down = new Map<string, number>();
  readonly #variableTexts = new Map<string, string | null>();
  /** What follows a command has its time from the command's answer on. */
  #readsFrom: number;
  #waiting: Part[] = [];

  constructor(options: CallOptions) {
    this.#options = options;
    this.#readsFrom = options.startedAt;
  }

  /**
   * Asks for one fetch; the answer's keys are those of the fetch, whatever it was sent with.
   * @throws SourceFailure
   */
  ask(fetch: Fetch, batches: Batch[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ fetch, batches, resolve, reject });
      // Not a microtask: branches that were set free by the same answer still join this stage.
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const parts = this.#waiting;
    this.#waiting = [];
    this.count.stages++;
    const groups = new Map<string, Part[]>();
    for (const [index, part] of parts.entries()) {
      const key = part.fetch.isMutation ? `mutation ${index}` : part.fetch.subgraph;
      const group = groups.get(key);
      if (group) group.push(part);
      else groups.set(key, [part]);
    }
    for (const group of groups.values()) {
      this.#send(group).catch((failure: unknown) => {
        for (const part of group) part.reject(failure);
      });
    }
  }

  async #send(parts: Part[]): Promise<void> {
    const { fetch } = parts[0]!;
    const source = this.#options.sources.get(fetch.subgraph);
    if (!source) throw new SourceFailure('UNREACHABLE', Date.now());
    const downSince = this.#down.get(source.name);
    if (downSince !== undefined) throw new SourceFailure('SKIPPED', downSince);

    const merged = parts.length > 1 ? mergeDocuments(parts) : null;
    const question = this.#question(parts, merged);
    const answer = await (fetch.isMutation ? this.#command(source, question) : this.#read(source, question)).catch((failure: unknown) => {
      if (failure instanceof SourceFailure && failure.kind !== 'RUBBISH') this.#down.set(source.name, failure.since);
      throw failure;
    });
    const { statements } = answer.extensions;
    if (typeof statements === 'number') this.count.statements[source.name] = (this.count.statements[source.name] ?? 0) + statements;
    parts.forEach((part, index) => {
      part.resolve(merged ? ownPart(merged, index, answer) : answer);
    });
  }

  /** Whatever becomes of a command, it may have had its effect. */
  async #command(source: Source, question: string): Promise<Answer> {
    this.#countCall(source);
    const { deadline, reads } = this.#options;
    try {
      const answer = await source.ask(`{${question}${this.#extensions(null)}}`, deadline - Date.now(), true);
      this.#readsFrom = Date.now();
      return answer;
    } finally {
      reads.forget();
    }
  }

  #read(source: Source, question: string): Promise<Answer> {
    const { identity, reads, signal } = this.#options;
    const givenUpAt = this.#givenUpAt(source);
    const timeoutMs = givenUpAt - Date.now();
    const send = (until: AbortSignal | undefined) => {
      this.#countCall(source);
      return source.ask(`{${question}${this.#extensions(givenUpAt)}}`, timeoutMs, false, until);
    };
    return reads.ask({ key: `${source.name}\n${identity}\n${question}`, timeoutMs, signal, send });
  }

  #countCall({ name }: Source): void {
    this.count.requests[name] = (this.count.requests[name] ?? 0) + 1;
  }

  /** Until when a read may be answered, epoch milliseconds. */
  #givenUpAt({ timeoutMs }: Source): number {
    const { partialWithinMs, deadline } = this.#options;
    const limit = this.#down.size > 0 ? Math.min(deadline, this.#readsFrom + partialWithinMs) : deadline;
    // What identity waited for a silent organization is no longer there for the first stage.
    const first = this.count.stages === 1 ? this.#readsFrom + timeoutMs : limit;
    return Math.min(Date.now() + timeoutMs, limit, first);
  }

  /** Query and variables of a request, as JSON without its braces. */
  #question(parts: readonly Part[], merged: Merged | null): string {
    const lists = merged
      ? merged.lists
      : parts[0]!.batches.map((batch) => ({ variable: batch.list.variable, texts: batch.representations }));
    const variables = lists.map(({ variable, texts }) => `"${variable}":[${texts.join(',')}]`);
    for (const name of new Set(parts.flatMap((part) => part.fetch.variables))) {
      const text = this.#variableText(name);
      if (text !== null) variables.push(`"${name}":${text}`);
    }
    const query = merged ? merged.queryJson : parts[0]!.fetch.operationJson;
    return `"query":${query},"variables":{${variables.join(',')}}`;
  }

  /** @param deadline when this read is given up; a command has the time of its claims. */
  #extensions(deadline: number | null): string {
    const { extensions } = this.#options;
    if (!extensions || deadline === null) return extensions && `,"extensions":${extensions}`;
    return `,"extensions":${extensions.slice(0, -1)},"deadline":${deadline}}`;
  }

  #variableText(name: string): string | null {
    const known = this.#variableTexts.get(name);
    if (known !== undefined) return known;
    const text = JSON.stringify(this.#options.variables[name]) ?? null;
    this.#variableTexts.set(name, text);
    return text;
  }
}

/** The entities of a list in an answer; anything but a list as long as was asked is no answer. */
export function entitiesOf(data: JsonObject, key: string, expected: number): Json[] | null {
  const list = data[key];
  return Array.isArray(list) && list.length === expected && list.every((item) => item === null || isObject(item)) ? list : null;
}
