/** What a request may be told apart by at the subgraphs: who asks, where, until when and what for (overview §3.6). */
import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Claims, Variant } from '../../subgraphs/shared/src/claims.ts';
import { instantText } from './engine/failures.ts';
import type { Identity } from './identity.ts';
import { Refusal } from './refusal.ts';
import { ORGANIZATION, type Placed, type Scopes } from './scope.ts';

/** A purpose is an id or a word (overview §3.6): printable, no longer than this. */
const PURPOSE = /^[^\p{C}]{1,128}$/u;
/** Variants that read by the place of their credential: without it their answers would be empty, as if that were the truth. */
const PLACED_VARIANTS: readonly Variant[] = ['DEPARTMENT', 'PARTNER'];
const NO_PLACE: Placed = { areas: [], communities: [], edition: null, unknownSince: null };

const requestIds = new WeakMap<FastifyRequest, string>();

/** The id of a client's request: the same in every subgraph request of it and in the exchange record. */
export function requestIdOf(request: FastifyRequest): string {
  const known = requestIds.get(request) ?? randomUUID();
  requestIds.set(request, known);
  return known;
}

/**
 * The claims of a request with this deadline (epoch milliseconds).
 * @throws Refusal VALIDATION_FAILED for a purpose that is none; SOURCE_UNAVAILABLE while a place that is needed was never learnt.
 */
export async function claimsOf(request: FastifyRequest, identity: Identity, scopes: Scopes | null, deadline: number): Promise<Claims> {
  const purpose = purposeOf(request);
  const isPlaced = PLACED_VARIANTS.includes(identity.variant);
  const { unknownSince, ...place } = (await scopes?.resolve(identity.areaCodes, isPlaced, deadline)) ?? NO_PLACE;
  if (isPlaced && unknownSince !== null) throw placeUnknown(unknownSince);
  return { requestId: requestIdOf(request), ...identity, ...place, purpose, deadline };
}

/**
 * Claims as a subgraph is told them, `extensions` as JSON; and who asks, which is the claims without what each request has for itself:
 * two requests of one identity may share an answer.
 */
export function textsOf({ requestId, deadline, ...who }: Claims): { extensions: string; identity: string } {
  const identity = JSON.stringify(who);
  return { identity, extensions: `{"hub":{"requestId":"${requestId}","deadline":${deadline},${identity.slice(1)}}` };
}

/** The header `X-Purpose`. @throws Refusal VALIDATION_FAILED for a purpose that is none. */
export function purposeOf(request: FastifyRequest): string | null {
  const header = request.headers['x-purpose'];
  if (typeof header !== 'string' || header === '') return null;
  // Node reads headers byte by byte; ours are UTF-8.
  const purpose = Buffer.from(header, 'latin1').toString('utf8');
  if (PURPOSE.test(purpose)) return purpose;
  throw new Refusal('VALIDATION_FAILED', {
    zh: '用途（X-Purpose）须为 1–128 个可见字符。',
    en: 'X-Purpose is 1 to 128 printable characters.',
  });
}

/** The answer of a request that reads by a place organization has not told yet. */
function placeUnknown(since: number): Refusal {
  return new Refusal('SOURCE_UNAVAILABLE', {
    status: 200,
    zh: `（${ORGANIZATION}）`,
    en: `(${ORGANIZATION})`,
    partial: [{ subgraph: ORGANIZATION, since: instantText(since), fields: [] }],
  });
}
