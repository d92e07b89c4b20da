import { ValueError } from '../../subgraphs/shared/src/domain/value-error.ts';

/** The ValueError that a call ends in; anything else fails the test. */
export function failure(call: () => unknown): ValueError {
  try {
    call();
  } catch (error) {
    if (error instanceof ValueError) return error;
    throw error;
  }
  throw new Error('Expected a ValueError');
}
