/** A subgraph's error as a client may see it: code, sentence, place. Never a stack, an address, SQL or the name of something hidden. */
import type { GraphQLFormattedError } from 'graphql';
import { COMMON_ERRORS } from '../../../subgraphs/shared/src/errors.ts';
import { isObject, type JsonObject } from './json.ts';

/** Codes whose sentences a GraphQL server writes itself: told on without its suggestions, which may name hidden fields. */
const REFUSED = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED', 'VALIDATION_FAILED']);

/**
 * An error ready for the client at its place. Without a code of ours it is a bug of the subgraph: its sentence is replaced, since a
 * database driver's message quotes SQL and addresses.
 */
export function sanitized(error: JsonObject, path: (string | number)[], subgraph: string): GraphQLFormattedError {
  const extensions = isObject(error.extensions) ? error.extensions : {};
  const { code, messageEn, details } = extensions;
  const place = path.length > 0 ? { path } : {};
  if (typeof code !== 'string' || code === 'INTERNAL_SERVER_ERROR' || typeof error.message !== 'string') {
    const { zh, en } = COMMON_ERRORS.SOURCE_UNAVAILABLE;
    const masked = { code: 'INTERNAL_SERVER_ERROR', messageEn: `${en} (${subgraph})` };
    return { message: `${zh}（${subgraph}）`, ...place, extensions: masked };
  }
  const message = REFUSED.has(code) ? error.message.replace(/\s*Did you mean.*$/s, '') : error.message;
  return {
    message,
    ...place,
    extensions: {
      code: code === 'BAD_USER_INPUT' ? 'VALIDATION_FAILED' : code,
      messageEn: typeof messageEn === 'string' ? messageEn : message,
      ...(details !== undefined && { details }),
    },
  };
}
