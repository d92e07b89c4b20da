/**
 * Which requests are recorded, and when: every answer to a caller whose identity is known, except what the subgraphs ask with their own keys.
 * A partner unit's answer goes out after its record is committed, any other just before.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { shown } from '../../subgraphs/shared/src/shown.ts';
import { purposeOf, requestIdOf } from './claims.ts';
import type { Identity } from './identity.ts';
import type { Recorder } from './record.ts';
import type { Exchange } from './record-chain.ts';
import { Refusal } from './refusal.ts';

/** What was asked for, where the request's own text does not tell. */
export interface Operation {
  name: string | null;
  /** SHA-256 of its text, hex. */
  hash: string | null;
}

interface Begun {
  identity: Identity;
  /** Epoch milliseconds. */
  deadline: number;
  operation?: Operation;
}

/** Callers whose reading is nobody's business: who of them it was is not written down. */
const PRIVATE_VARIANTS = ['PUBLIC', 'RESIDENT'];

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

export class Exchanges {
  readonly #recorder: Recorder;
  readonly #begun = new WeakMap<FastifyRequest, Begun>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /**
   * From now on the answer to this request is recorded, whatever it will be.
   * @throws Refusal OVERLOADED (503) while too many records wait.
   */
  begin(request: FastifyRequest, identity: Identity, deadline: number): void {
    if (identity.roles.includes('SERVICE')) return;
    this.#recorder.checkRoom();
    this.#begun.set(request, { identity, deadline });
  }

  /** Says what was asked for, e.g. a registered operation that the request names by its hash. */
  tell(request: FastifyRequest, operation: Operation): void {
    const begun = this.#begun.get(request);
    if (begun) begun.operation = operation;
  }

  /** Records answers on their way out. Hooks that come later (compression) do not change what is hashed. */
  install(server: FastifyInstance): void {
    server.addHook('onSend', async (request, reply, payload) => {
      const begun = this.#begun.get(request);
      if (!begun) return payload;
      this.#begun.delete(request);
      // A stream is recorded by whoever streams it.
      if (payload !== null && typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
      return this.#record(request, reply, begun, payload ?? '');
    });
  }

  async #record(request: FastifyRequest, reply: FastifyReply, begun: Begun, payload: string | Buffer): Promise<string | Buffer> {
    const exchange = exchangeOf(request, reply.statusCode, begun, payload);
    if (begun.identity.variant !== 'PARTNER') {
      this.#recorder.keep(exchange);
      return payload;
    }
    try {
      await this.#recorder.commit(exchange, begun.deadline - Date.now());
      return payload;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply.code(error.status).removeHeader('content-length').type('application/json; charset=utf-8');
      return JSON.stringify(error.body);
    }
  }
}

function exchangeOf(request: FastifyRequest, status: number, begun: Begun, payload: string | Buffer): Exchange {
  const { client, subject, organization, variant } = begun.identity;
  const { name, hash } = begun.operation ?? operationOf(request);
  return {
    request: requestIdOf(request),
    client,
    subject: PRIVATE_VARIANTS.includes(variant) ? null : subject,
    organization,
    variant,
    purpose: shown(purposeIn(request)),
    operation: shown(name),
    operationHash: hash,
    status,
    answerHash: sha256(payload),
  };
}

/** The purpose as told; one that is none was refused and is not kept. */
function purposeIn(request: FastifyRequest): string | null {
  try {
    return purposeOf(request);
  } catch {
    return null;
  }
}

const NAME = /\b(?:query|mutation)\s+([_A-Za-z]\w{0,199})/;

/** A GraphQL request's operation by its text, any other by its path. */
function operationOf(request: FastifyRequest): Operation {
  const { query, operationName } = ((request.method === 'GET' ? request.query : request.body) ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string') return { name: request.routeOptions.url ?? null, hash: null };
  const given = typeof operationName === 'string' && operationName.length <= 200 ? operationName : null;
  return { name: given ?? NAME.exec(query)?.[1] ?? null, hash: sha256(query) };
}
