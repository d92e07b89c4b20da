/**
 * Where a credential holds (overview §3.6): its area codes as stable ids, the communities below them today, the year of the current
 * division edition. Organization is asked once per set of codes and again every minute behind the requests; while it is down the last
 * good answer stands. With a new day, which may move communities, it is asked before it is believed again. A place never learnt is unknown, which is not nowhere: who reads by its place must not take the one for the other.
 * No code prefix is ever compared.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { now } from '../../subgraphs/shared/src/clock.ts';
import { dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import type { Source } from './engine/source.ts';
import { Lru } from './lru.ts';

/** A scope resolved. */
export interface Scope {
  /** Stable ids of the places and of everything below them, today. */
  areas: string[];
  communities: string[];
}

/** What a request is told of the place it holds in. */
export interface Placed extends Scope {
  edition: number | null;
  /** Since when the places of the credential could not be learnt, epoch milliseconds; null when they are known. */
  unknownSince: number | null;
}

/** Name of the subgraph that knows the places of a scope. */
export const ORGANIZATION = 'organization';

const NOWHERE: Scope = { areas: [], communities: [] };
const REFRESH_MS = 60_000;
/** Scopes that nobody used for so long are not refreshed any more. */
const IDLE_MS = 15 * 60_000;
const KEPT_SCOPES = 5_000;
const ASK_TIMEOUT_MS = 1_000;
/** A request waits so long for a scope or an edition that was never learnt; the answer comes in for the next one. */
const WAIT_MS = 300;
/** One that cannot be answered without its scope waits longer. */
const WAIT_FOR_NEEDED_MS = 700;

const membershipRow = z.object({
  communityId: z.string(),
  streetId: z.string().nullish(),
  districtId: z.string().nullish(),
  current: z.boolean(),
});
const areaShape = z.object({ id: z.string(), membership: z.array(membershipRow).nullish() }).nullish();
const editionsShape = z.array(z.object({ year: z.number().int() })).nullish();

interface Entry {
  scope: Scope | null;
  /** Day for which the scope was learnt. */
  day: string;
  asking: Promise<void> | null;
  firstAskedAt: number;
  usedAt: number;
}

export class Scopes {
  readonly #organization: Source;
  readonly #entries = new Lru<Entry>(KEPT_SCOPES);
  readonly #edition: { year: number | null; asking: Promise<void> | null } = { year: null, asking: null };
  readonly #timer: NodeJS.Timeout;

  constructor(organization: Source) {
    this.#organization = organization;
    this.#timer = setInterval(() => void this.refresh(), REFRESH_MS).unref();
  }

  /**
   * The places of a credential's codes. If organization never told, the lists are empty, the edition is null and `unknownSince` says so;
   * no codes are known to be nowhere. `isNeeded`: without the places there is no answer. `deadline`, epoch milliseconds, bounds every wait.
   */
  async resolve(codes: readonly string[], isNeeded: boolean, deadline: number): Promise<Placed> {
    const waits: Promise<void>[] = [];
    if (this.#edition.year === null) waits.push(this.#learnEdition());
    const entry = codes.length > 0 ? this.#entry(codes) : null;
    if (entry && (entry.scope === null || entry.day !== dateIn(now()))) waits.push(this.#learn(codes, entry));
    if (waits.length > 0) await within(Promise.all(waits), Math.min(WAIT_MS, deadline - Date.now()));
    // The edition is worth no longer wait.
    if (isNeeded && entry?.scope === null && entry.asking)
      await within(entry.asking, Math.min(WAIT_FOR_NEEDED_MS - WAIT_MS, deadline - Date.now()));
    const unknownSince = entry?.scope === null ? (this.#organization.outage.since ?? entry.firstAskedAt) : null;
    return { ...(entry?.scope ?? NOWHERE), edition: this.#edition.year, unknownSince };
  }

  /** Asks again for everything in use; what cannot be learnt stays as it was. */
  async refresh(): Promise<void> {
    const since = Date.now() - IDLE_MS;
    await this.#learnEdition();
    for (const [key, entry] of this.#entries.entries()) if (entry.usedAt > since) await this.#learn(key.split(' '), entry);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #entry(codes: readonly string[]): Entry {
    const key = [...codes].sort().join(' ');
    const entry = this.#entries.get(key) ?? { scope: null, day: '', asking: null, firstAskedAt: Date.now(), usedAt: 0 };
    entry.usedAt = Date.now();
    this.#entries.set(key, entry);
    return entry;
  }

  #learn(codes: readonly string[], entry: Entry): Promise<void> {
    const day = dateIn(now());
    entry.asking ??= this.#askScope(codes)
      .then((scope) => {
        entry.day = day;
        entry.scope = scope;
      })
      .catch(() => undefined)
      .finally(() => {
        entry.asking = null;
      });
    return entry.asking;
  }

  #learnEdition(): Promise<void> {
    this.#edition.asking ??= this.#ask('{ divisionEditions { year undecidedCount } }', {})
      .then((data) => {
        const years = editionsShape.parse(data.divisionEditions)?.map((edition) => edition.year) ?? [];
        if (years.length > 0) this.#edition.year = Math.max(...years);
      })
      .catch(() => undefined)
      .finally(() => {
        this.#edition.asking = null;
      });
    return this.#edition.asking;
  }

  async #askScope(codes: readonly string[]): Promise<Scope> {
    const parameters = codes.map((_, i) => `$c${i}: AreaCode!`).join(', ');
    const fields = codes.map((_, i) => `a${i}: area(code: $c${i}) { id kind membership { communityId streetId districtId current } }`);
    const data = await this.#ask(
      `query(${parameters}) { ${fields.join(' ')} }`,
      Object.fromEntries(codes.map((code, i) => [`c${i}`, code])),
    );
    const areas = new Set<string>();
    const communities = new Set<string>();
    for (const value of codes.map((_, i) => areaShape.parse(data[`a${i}`]))) {
      if (!value) continue;
      areas.add(value.id);
      for (const row of value.membership ?? []) addBelow(value.id, row, areas, communities);
    }
    return { areas: [...areas], communities: [...communities] };
  }

  async #ask(query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
    const body = JSON.stringify({ query, variables, extensions: { hub: gatewayClaims(Date.now() + ASK_TIMEOUT_MS) } });
    const { data, errors } = await this.#organization.ask(body, ASK_TIMEOUT_MS, false);
    if (!data || errors.length > 0) throw new Error('organization did not tell');
    return data;
  }
}

/** A row of the place's membership counts if the community belongs to it today. */
function addBelow(placeId: string, row: z.infer<typeof membershipRow>, areas: Set<string>, communities: Set<string>): void {
  if (!row.current || ![row.communityId, row.streetId, row.districtId].includes(placeId)) return;
  communities.add(row.communityId);
  areas.add(row.communityId);
  if (row.districtId === placeId && row.streetId) areas.add(row.streetId);
}

/** The gateway's own claims, for questions that no client asked. */
export function gatewayClaims(deadline: number): Claims {
  const nobody = { subject: null, organization: null, areaCodes: [], areas: [], communities: [], edition: null, purpose: null };
  return { requestId: randomUUID(), client: 'gateway', roles: ['SERVICE'], variant: 'INTERNAL', deadline, ...nobody };
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
