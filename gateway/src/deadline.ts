/** Until when a request is answered (design §4, "Time"). */
import type { FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

/** Shortens the time of one request: whole milliseconds (`2500`, `2500ms`) or seconds (`2.5s`). What is longer than ours changes nothing. */
const TIMEOUT_HEADER = 'x-request-timeout';
const TIMEOUT = /^(?:(\d{1,9})(?:ms)?|(\d{1,6}(?:\.\d{1,3})?)s)$/;
/** Nothing is answered in less; and whoever writes 10 means seconds. */
const LEAST_MS = 50;
/** A department gives up a command so long before we do, so that its own word on it still arrives. */
const LAST_WORD_MS = 500;

/** The time of one request; instants are epoch milliseconds. */
export interface Time {
  startedAt: number;
  deadline: number;
  /** When the departments give up a command. */
  commandDeadline: number;
}

/**
 * The time of a request that came at `startedAt` and may take `maxMs` at most.
 * @throws Refusal VALIDATION_FAILED for an `X-Request-Timeout` that is no time, or too short a one.
 */
export function timeOf(request: FastifyRequest, startedAt: number, maxMs: number): Time {
  const header = request.headers[TIMEOUT_HEADER];
  const timeoutMs = header === undefined ? maxMs : Math.min(maxMs, timeoutOf(String(header), maxMs));
  const deadline = startedAt + timeoutMs;
  return { startedAt, deadline, commandDeadline: deadline - Math.min(LAST_WORD_MS, timeoutMs / 10) };
}

function timeoutOf(header: string, maxMs: number): number {
  const [, milliseconds, seconds] = TIMEOUT.exec(header.trim()) ?? [];
  const timeoutMs = milliseconds === undefined ? Math.round(Number(seconds) * 1_000) : Number(milliseconds);
  if (timeoutMs >= LEAST_MS) return timeoutMs;
  throw new Refusal('VALIDATION_FAILED', {
    zh: `X-Request-Timeout 须为不少于 ${LEAST_MS} 的毫秒数，如 2500 或 2.5s。`,
    en: `X-Request-Timeout is a number of milliseconds, at least ${LEAST_MS}, e.g. 2500 or 2.5s.`,
    details: { limit: 'requestTimeoutMs', min: LEAST_MS, max: maxMs, value: header.slice(0, 40) },
  });
}
