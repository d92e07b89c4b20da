/** How the gateway itself says no: a code of the registry, both languages, an HTTP status (overview §3.5). */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { COMMON_ERRORS, type CommonCode } from '../../subgraphs/shared/src/errors.ts';

export interface RefusalOptions {
  status?: number;
  details?: Record<string, unknown>;
  /** What exactly, after the code's own sentence. */
  zh?: string;
  en?: string;
}

/** A refusal of a request, answered before anything is asked of a subgraph. */
export class Refusal extends GraphQLError {
  readonly status: number;

  constructor(code: CommonCode, { status = 400, details, zh = '', en = '' }: RefusalOptions = {}) {
    const text = COMMON_ERRORS[code];
    super(text.zh + zh, {
      extensions: { code, messageEn: en ? `${text.en} ${en}` : text.en, ...(details && { details }), http: { status } },
    });
    this.status = status;
  }

  /** As it is sent. */
  get body(): { errors: GraphQLFormattedError[] } {
    const { http: _, ...extensions } = this.extensions;
    return { errors: [{ message: this.message, extensions }] };
  }
}
