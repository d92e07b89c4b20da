import { importJWK, type JWK, SignJWT } from 'jose';
import { request } from 'undici';
import { now } from './clock.ts';
import { dateIn } from './domain/period.ts';
import { HubError } from './errors.ts';
import { communitiesOn, type Membership } from './membership.ts';

/** A department asks the others through the graph like everybody else, with its service credential (design §5). */
export interface Graph {
  /** Data of an operation; SOURCE_UNAVAILABLE when the gateway or the department asked does not answer. */
  ask<T>(query: string, variables: Record<string, unknown>): Promise<T>;
  /** Stable ids of the communities of a place today; NOT_FOUND for an unknown code. The last good answer serves while organization is down. */
  communities(areaCode: string): Promise<string[]>;
}

/** The graph answered, and refused. */
export class GraphRefusal extends HubError {
  /** Codes of its errors. */
  readonly codes: readonly string[];
  constructor(codes: readonly string[]) {
    super('SOURCE_UNAVAILABLE');
    this.codes = codes;
  }
}

interface GraphOptions {
  name: string;
  gatewayUrl: string;
  serviceKey: string;
}

const TOKEN_SECONDS = 300;
const FRESH_MS = 60_000;
const TIMEOUT_MS = 1_800;
/** A list that filters by a place waits less than the second that the gateway waits for the list, lest it be taken for the silent one. */
const PLACE_TIMEOUT_MS = 800;

const MEMBERSHIP = `query Communities($code: AreaCode!) {
  area(code: $code) { id membership { communityId streetId districtId recordedFrom recordedTo current } }
}`;

interface Known {
  communities: string[];
  /** Day for which they were told. */
  day: string;
  readAt: number;
}

export function openGraph({ name, gatewayUrl, serviceKey }: GraphOptions): Graph {
  const jwk = JSON.parse(serviceKey) as JWK & { kid: string };
  let token: Promise<string> | null = null;
  let tokenUntil = 0;
  const known = new Map<string, Known>();

  const credential = (): Promise<string> => {
    if (token && Date.now() < tokenUntil) return token;
    tokenUntil = Date.now() + (TOKEN_SECONDS - 60) * 1000;
    token = importJWK(jwk, 'EdDSA').then((key) =>
      new SignJWT({ roles: ['SERVICE'], areas: [], variant: 'INTERNAL', client_id: `service-${name}` })
        .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
        .setIssuer('district-hub')
        .setSubject(`service-${name}`)
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_SECONDS}s`)
        .sign(key),
    );
    return token;
  };

  async function ask<T>(query: string, variables: Record<string, unknown>, withinMs = TIMEOUT_MS): Promise<T> {
    const reply = await request(gatewayUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await credential()}` },
      body: JSON.stringify({ query, variables }),
      // Exact, unlike the client's own time-outs, which come in steps of half a second.
      signal: AbortSignal.timeout(withinMs),
    })
      .then(({ body }) => body.json() as Promise<{ data?: T | null; errors?: { extensions?: { code?: string } }[] }>)
      .catch(() => {
        throw new HubError('SOURCE_UNAVAILABLE');
      });
    if (!reply.data || reply.errors?.length) throw new GraphRefusal((reply.errors ?? []).map(({ extensions }) => extensions?.code ?? ''));
    return reply.data;
  }

  async function readCommunities(areaCode: string): Promise<string[]> {
    type Answer = { area: { id: string; membership: Omit<Membership, 'stats'>[] } | null };
    const { area } = await ask<Answer>(MEMBERSHIP, { code: areaCode }, PLACE_TIMEOUT_MS);
    if (!area) throw new HubError('NOT_FOUND');
    const place = { id: area.id, membership: area.membership.map((row) => ({ ...row, stats: [] })) };
    const day = dateIn(now());
    const communities = communitiesOn(place, day, 'RESTATED').map((row) => row.communityId);
    known.set(areaCode, { communities, day, readAt: Date.now() });
    return communities;
  }

  async function communities(areaCode: string): Promise<string[]> {
    const last = known.get(areaCode);
    if (!last) return readCommunities(areaCode);
    if (last.day !== dateIn(now())) return readCommunities(areaCode).catch(() => last.communities);
    if (Date.now() - last.readAt > FRESH_MS) {
      // The last good answer is served at once and renewed behind it, so a silent department delays nobody.
      last.readAt = Date.now();
      readCommunities(areaCode).catch(() => undefined);
    }
    return last.communities;
  }

  return { ask: (query, variables) => ask(query, variables), communities };
}
