/**
 * The domain's clock: the present instant of every command, job and figure. Time-outs, deadlines, signatures and credentials are of the
 * machine and ask `Date.now()` instead.
 *
 * A test may hold the clock of all processes: `CLOCK_FILE` names a file with one instant (ISO 8601), read at every question, so that what the
 * test writes holds at once everywhere; while the file is blank the machine's clock goes on. Refused with `NODE_ENV=production`.
 */
import { openSync, readSync } from 'node:fs';

/** Bytes that are read: more than an instant takes. The writer pads with spaces, so that an instant is never seen in part. */
export const CLOCK_FILE_BYTES = 32;

const buffer = Buffer.alloc(CLOCK_FILE_BYTES);
let file: number | null = null;

/** Lets a file hold the clock of this process from now on. @throws Error if the file cannot be read. */
export function followClock(path: string): void {
  file = openSync(path, 'r');
  heldInstant();
}

/** The instant at which a test holds the clock; null while the clock goes. @throws Error if the file holds something else. */
export function heldInstant(): Date | null {
  if (file === null) return null;
  const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, CLOCK_FILE_BYTES, 0)).trim();
  if (text === '') return null;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) throw new Error('CLOCK_FILE holds no instant');
  return instant;
}

/** The present instant for a rule, a command, a job or a figure. */
export const now = (): Date => heldInstant() ?? new Date();
