/** How the gateway itself says no: a code of the registry, both languages, an HTTP status (overview §3.5). */
import { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { COMMON_ERRORS, type CommonCode } from '../../subgraphs/shared/src/errors.ts';
import { shown } from '../../subgraphs/shared/src/shown.ts';
import type { Partial } from './engine/failures.ts';

export interface RefusalOptions {
  status?: number;
  details?: Record<string, unknown>;
  /** What exactly, after the code's own sentence. */
  zh?: string;
  en?: string;
  /** The subgraphs whose silence is why; the answer then has the form of one that is missing everything (overview §2.4). */
  partial?: Partial[];
  /** Headers of the answer, names in small letters. */
  headers?: Readonly<Record<string, string>>;
}

/** A refusal of a request, answered before anything is asked of a subgraph. */
export class Refusal extends GraphQLError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #partial: Partial[] | undefined;

  constructor(code: CommonCode, { status = 400, details, zh = '', en = '', partial, headers = {} }: RefusalOptions = {}) {
    const text = COMMON_ERRORS[code];
    super(shown(text.zh + zh), {
      extensions: {
        code,
        ...shown({ messageEn: en ? `${text.en} ${en}` : text.en, ...(details && { details }) }),
        http: { status, headers: new HeaderMap(Object.entries(headers)) },
      },
    });
    this.status = status;
    this.headers = headers;
    this.#partial = partial;
  }

  /** A refusal that a subgraph has worded already. */
  static of(status: number, { message, extensions }: GraphQLFormattedError): Refusal {
    const refusal = new Refusal('VALIDATION_FAILED', { status });
    return Object.assign(refusal, { message, extensions: { ...extensions, http: { status } } });
  }

  /** As it is sent. */
  get body(): { errors: GraphQLFormattedError[]; data?: null; extensions?: { partial: Partial[] } } {
    const { http: _, ...extensions } = this.extensions;
    const errors = [{ message: this.message, extensions }];
    return this.#partial ? { errors, data: null, extensions: { partial: this.#partial } } : { errors };
  }
}
