/**
 * Whether a subgraph answers: a circuit breaker (`cockatiel`) with a probe of its own. An outage begins with its first failure and ends
 * with its next answer. One silence opens the circuit: nobody waits for the subgraph any more, and one probe is kept before it instead,
 * so that it is back the moment it answers. What fails at once (a refused connection) costs nobody time and opens nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { BrokenCircuitError, type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';

const PROBE_PAUSE_MS = 100;
/** A healthy subgraph that was slow once answers its probe within this of the silence; requests wait for that, and later for nothing. */
const GRACE_MS = 100;

export interface OutageOptions {
  /** Resolves when the subgraph answered and rejects when it did not. */
  probe: () => Promise<unknown>;
  /** Whether a failed call waited its fair time for nothing. */
  isSilence: (error: unknown) => boolean;
}

export class Outage {
  readonly #probe: OutageOptions['probe'];
  readonly #circuit: CircuitBreakerPolicy;
  #since: number | null = null;
  #openedAt: number | null = null;
  #recovery: Promise<void> | null = null;
  #stopped = false;

  constructor({ probe, isSilence }: OutageOptions) {
    this.#probe = probe;
    const opens = handleWhen((error) => error instanceof NoAnswer || isSilence(error));
    this.#circuit = circuitBreaker(opens, { halfOpenAfter: 0, breaker: new ConsecutiveBreaker(1) });
    this.#circuit.onBreak(() => {
      this.#openedAt ??= Date.now();
      this.#recovery ??= this.#recover();
    });
    this.#circuit.onReset(() => {
      this.#openedAt = null;
    });
  }

  /** When the present outage began, epoch milliseconds; null while the subgraph answers. */
  get since(): number | null {
    return this.#since;
  }

  /** Whether nobody waits for it now. */
  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** Runs a call of the subgraph. @throws BrokenCircuitError at once while it is silent; else what the call throws. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isClosed && !(await this.#closesInTime())) throw new BrokenCircuitError();
    const answer = await this.#circuit.execute(work);
    this.#since = null;
    return answer;
  }

  /** A call failed by the subgraph's fault. Returns when the outage began. */
  failed(): number {
    this.#since ??= Date.now();
    return this.#since;
  }

  /** Ends probing. */
  stop(): void {
    this.#stopped = true;
  }

  get #isClosed(): boolean {
    return this.#circuit.state === CircuitState.Closed;
  }

  /** Waits for the probe as long as the subgraph may merely have been slow once. */
  async #closesInTime(): Promise<boolean> {
    const grace = (this.#openedAt ?? 0) + GRACE_MS - Date.now();
    if (grace > 0) await Promise.race([this.#recovery, pause(grace, undefined, { ref: false })]);
    return this.#isClosed;
  }

  async #recover(): Promise<void> {
    while (!this.#stopped && !this.#isClosed) {
      try {
        await this.#circuit.execute(() => this.#probe().catch(noAnswer));
        this.#since = null;
      } catch {
        await pause(PROBE_PAUSE_MS, undefined, { ref: false });
      }
    }
    this.#recovery = null;
  }
}

/** A probe came to nothing, however it did. */
class NoAnswer extends Error {}

function noAnswer(): never {
  throw new NoAnswer();
}
