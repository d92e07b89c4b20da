/** The chain of the exchange record: a line's hash is made over the line and the hash before it, so that none can change or go unnoticed. */
import { createHash } from 'node:crypto';

/** One exchange, as it is recorded: who, for whom, why, what, which answer. Values of a caller's input are not in it. */
export interface Exchange {
  /** Id of the request, the same in the subgraphs. */
  request: string;
  client: string;
  /** Who of the client; null for residents, whose reading is nobody's business. */
  subject: string | null;
  /** Stable id of the organization that the client stands for. */
  organization: string | null;
  variant: string;
  purpose: string | null;
  /** Name of the operation or the path. */
  operation: string | null;
  /** SHA-256 of its text, hex. */
  operationHash: string | null;
  /** HTTP status. */
  status: number;
  /** SHA-256 of the answer's body before compression, hex. */
  answerHash: string;
}

/** A line of one writer's chain. */
export interface Line extends Exchange {
  /** 1, 2, 3 … */
  line: number;
  /** ISO 8601, UTC, milliseconds. */
  at: string;
  hash: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What stands before a writer's first line. */
export const genesis = (writer: string): string => sha256(`district-hub exchange record 1\n${writer}`);

/** The hash of a line after the one with hash `previous`. */
export function lineHash(previous: string, told: Omit<Line, 'hash'>): string {
  const { line, at, request, client, subject, organization, variant, purpose, operation, operationHash, status, answerHash } = told;
  const fields = [line, at, request, client, subject, organization, variant, purpose, operation, operationHash, status, answerHash];
  return sha256(`${previous}\n${JSON.stringify(fields)}`);
}

/** The hash of an anchor after the one with hash `previous` (empty before the first). `heads` is its JSON text. */
export const anchorHash = (previous: string, number: number, at: string, heads: string): string =>
  sha256(`${previous}\n${JSON.stringify([number, at, heads])}`);

/** The last line of each chain that grew since the last anchor. */
export type Heads = Record<string, { lines: number; hash: string }>;
