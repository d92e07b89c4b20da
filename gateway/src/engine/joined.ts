/**
 * Equal reads of one identity that are in flight at the same moment leave as one request. Everybody who waits gets an answer of his own;
 * the request is given up when the last of them has gone. Nobody joins a read that began before a command was answered: it may tell of
 * the time before.
 */
import { copyOf, type JsonObject } from './json.ts';
import { type Answer, SourceFailure } from './source.ts';

/** A read that may be joined. */
export interface Read {
  /** Subgraph, identity, question. */
  key: string;
  timeoutMs: number;
  /** Aborted when its client has gone. */
  signal: AbortSignal | undefined;
  send(signal: AbortSignal): Promise<Answer>;
}

/** One that was given much less time than another ends too early for it. */
const SLACK_MS = 100;
/** Requests that came together differ by so much in when they were heard. */
const LATE_MS = 10;

export class JoinedReads {
  readonly #inFlight = new Map<string, Shared>();

  /** The answer of this read or of an equal one. @throws SourceFailure */
  ask(read: Read): Promise<Answer> {
    const known = this.#inFlight.get(read.key);
    if (known?.isFitFor(read.timeoutMs)) return known.join(read.signal);
    const shared = new Shared(read.timeoutMs);
    this.#inFlight.set(read.key, shared);
    const answer = shared.join(read.signal);
    read
      .send(shared.signal)
      .finally(() => {
        if (this.#inFlight.get(read.key) === shared) this.#inFlight.delete(read.key);
      })
      .then(
        (own) => shared.answer(own),
        (failure: unknown) => shared.fail(failure),
      );
    return answer;
  }

  /** A command may have had its effect: what is in flight now is joined no more. */
  forget(): void {
    this.#inFlight.clear();
  }
}

interface Waiter {
  resolve: (answer: Answer) => void;
  reject: (failure: unknown) => void;
  leave: () => void;
}

class Shared {
  readonly #abort = new AbortController();
  readonly #waiters = new Set<Waiter>();
  readonly #timeoutMs: number;
  readonly #endsAt: number;
  readonly #signals = new Map<Waiter, AbortSignal>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#endsAt = performance.now() + timeoutMs;
  }

  /** Aborted when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether one with so much time waits neither longer than it may nor shorter than it might. */
  isFitFor(timeoutMs: number): boolean {
    if (this.#abort.signal.aborted) return false;
    return performance.now() + timeoutMs >= this.#endsAt - LATE_MS && timeoutMs - this.#timeoutMs <= SLACK_MS;
  }

  join(signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#remove(waiter);
        reject(new SourceFailure('CANCELLED', Date.now()));
        if (this.#waiters.size === 0) this.#abort.abort();
      };
      const waiter: Waiter = { resolve, reject, leave };
      this.#waiters.add(waiter);
      if (!signal) return;
      if (signal.aborted) return leave();
      this.#signals.set(waiter, signal);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Answers are filled up by whoever gets them, so each is a copy; the copies are made before anybody goes on. */
  answer(answer: Answer): void {
    const [first, ...others] = this.#waiters;
    for (const waiter of others) waiter.resolve({ ...answer, data: answer.data && (copyOf(answer.data) as JsonObject) });
    first?.resolve(answer);
    this.#end();
  }

  fail(failure: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(failure);
    this.#end();
  }

  #end(): void {
    for (const waiter of [...this.#waiters]) this.#remove(waiter);
  }

  #remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#signals.get(waiter)?.removeEventListener('abort', waiter.leave);
    this.#signals.delete(waiter);
  }
}
