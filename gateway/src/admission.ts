/**
 * Load shedding: so many requests are in work at one moment, and what comes beyond is told at once when to come again, before it costs
 * anything. The last places are kept for what costs little, so that the hub goes on answering that while the dear waits.
 */
import { Refusal } from './refusal.ts';

/** How long a request may still find a place, dear ones first turned away. */
export type Priority = 'DEAR' | 'ORDINARY' | 'CHEAP';

/** Share of all places that requests of a priority, and those below it, may fill. */
const SHARE: Readonly<Record<Priority, number>> = { DEAR: 0.5, ORDINARY: 0.8, CHEAP: 1 };
/** An operation is cheap up to this share of the budget of one request, and dear from the other on. */
const CHEAP_SHARE = 0.02;
const DEAR_SHARE = 0.25;
/** Clients come again after one of these, in turn, lest all of them come at once. */
const RETRY_AFTER_SECONDS = [1, 2, 3] as const;

/** A request in work. */
export interface Place {
  /**
   * Says what takes the place, when and as far as that is known.
   * @throws Refusal OVERLOADED (503) once its cost is known, when the places left are kept for others.
   */
  know(known: Known): void;
  /** The request was answered. */
  leave(): void;
}

/** What may be known of a request before it is carried out. */
export interface Known {
  /** Points of the cost specification, and how many one request may have. */
  cost?: number;
  budget?: number;
  /** Registered operations were looked at by people (overview §3.6). */
  isRegistered?: boolean;
  /** Asked by a department on behalf of a request that has a place already: turned away, it would take down that one. */
  isService?: boolean | undefined;
}

/** The priority of a request. */
export function priorityOf({ cost, budget, isRegistered = false, isService = false }: Known): Priority {
  if (isRegistered || isService) return 'CHEAP';
  if (cost === undefined || budget === undefined) return 'ORDINARY';
  if (cost <= budget * CHEAP_SHARE) return 'CHEAP';
  return cost < budget * DEAR_SHARE ? 'ORDINARY' : 'DEAR';
}

export class Admission {
  /** Places in all. */
  readonly max: number;
  #taken = 0;
  #refused = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** Requests in work now. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes a place. @throws Refusal OVERLOADED (503) when there is none. */
  enter(): Place {
    if (this.#taken >= this.max) throw this.#overloaded(this.max);
    this.#taken++;
    let isHeld = true;
    let all: Known = {};
    return {
      know: (known) => {
        all = { ...all, ...known };
        const places = Math.max(1, Math.floor(this.max * SHARE[priorityOf(all)]));
        if (all.cost !== undefined && this.#taken > places) throw this.#overloaded(places);
      },
      leave: () => {
        if (isHeld) this.#taken--;
        isHeld = false;
      },
    };
  }

  #overloaded(places: number): Refusal {
    const seconds = RETRY_AFTER_SECONDS[this.#refused++ % RETRY_AFTER_SECONDS.length] as number;
    return new Refusal('OVERLOADED', {
      status: 503,
      zh: `请于 ${seconds} 秒后重试。`,
      en: `Try again in ${seconds} s.`,
      details: { limit: 'requestsInWork', max: places, value: this.#taken, retryAfterSeconds: seconds },
      headers: { 'retry-after': String(seconds) },
    });
  }
}
