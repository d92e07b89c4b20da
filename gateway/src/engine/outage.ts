/**
 * Whether a subgraph answers. An outage begins with its first failure and ends with its next answer. After a time-out nobody waits
 * for the subgraph any more: one probe is kept before it instead, so that it is back the moment it answers again.
 */

/** A probe resolves when the subgraph answered and rejects when it did not. */
export type Probe = () => Promise<void>;

const PROBE_PAUSE_MS = 100;
/** A healthy subgraph that was slow once answers its probe within this; requests wait so long before they go without it. */
const GRACE_MS = 100;

export class Outage {
  readonly #probe: Probe;
  readonly #now: () => number;
  #since: number | null = null;
  #recovery: Promise<void> | null = null;
  #stopped = false;

  constructor(probe: Probe, now: () => number = Date.now) {
    this.#probe = probe;
    this.#now = now;
  }

  /** When the present outage began, epoch milliseconds; null while the subgraph answers. */
  get since(): number | null {
    return this.#since;
  }

  /** It answered. */
  answered(): void {
    this.#since = null;
  }

  /** It did not answer, or not in its time (`hung`). Returns when the outage began. */
  failed(hung: boolean): number {
    this.#since ??= this.#now();
    if (hung && !this.#recovery && !this.#stopped) {
      this.#recovery = this.#recover().finally(() => {
        this.#recovery = null;
      });
    }
    return this.#since;
  }

  /** Whether a request may be sent; waits a moment for a probe that is out. */
  async mayCall(): Promise<boolean> {
    if (!this.#recovery) return true;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE_MS);
    });
    await Promise.race([this.#recovery, grace]);
    clearTimeout(timer);
    return this.#recovery === null;
  }

  /** Ends probing. */
  stop(): void {
    this.#stopped = true;
  }

  async #recover(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#probe();
        this.#since = null;
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE_MS).unref());
      }
    }
  }
}
