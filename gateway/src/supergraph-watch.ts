/**
 * Looks at the supergraph's file. A changed one is taken when it was the same at two looks, so that one being written is not taken half;
 * one that cannot be served is refused with its reason, and what is in service stays.
 */
import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { GraphConfig, SupergraphFile } from './config.ts';
import type { Graphs } from './graph.ts';

/** Watches until `stop`. */
export class SupergraphWatch {
  readonly #file: SupergraphFile;
  readonly #graphs: Graphs;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  /** What the file looked like when it was last judged, and at the last look. */
  #judged: string | null = null;
  #seen: string | null = null;
  #isLooking = false;

  constructor(file: SupergraphFile, graphs: Graphs, log: Logger) {
    this.#file = file;
    this.#graphs = graphs;
    this.#log = log;
    this.#timer = setInterval(() => void this.#look(), file.pollMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const looks = await looksOf(this.#file.path);
      const isSettled = looks === this.#seen;
      this.#seen = looks;
      if (!isSettled || looks === this.#judged) return;
      this.#judged = looks;
      await this.#judge();
    } finally {
      this.#isLooking = false;
    }
  }

  async #judge(): Promise<void> {
    let config: GraphConfig;
    try {
      config = this.#file.read();
      if (config.supergraph.sdl === this.#graphs.current.supergraph.sdl) return;
      await this.#graphs.replace(config);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.error({ reason }, 'the new supergraph is refused, the one in service stays');
      return;
    }
    this.#log.info({ subgraphs: config.subgraphs.map(({ name }) => name) }, 'a new supergraph is in service');
  }
}

/** Links are followed, as mounted configuration changes by them. */
async function looksOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return 'absent';
  }
}
