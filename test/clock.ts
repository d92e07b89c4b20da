/** The domain's clock in tests: held for this process, or by a file for the processes of a hub. */
import { closeSync, mkdtempSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOCK_FILE_BYTES, followClock } from '../subgraphs/shared/src/clock.ts';

/** A file for `CLOCK_FILE` that lets the clock go. */
export function makeClock(file: string): void {
  writeFileSync(file, ' '.repeat(CLOCK_FILE_BYTES));
}

/** Holds the clock of a file's followers at an instant (ISO 8601); null lets it go. One write over the whole record: nobody reads half of it. */
export function setClock(file: string, instant: string | null): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, (instant === null ? '' : new Date(instant).toISOString()).padEnd(CLOCK_FILE_BYTES), 0);
  closeSync(descriptor);
}

let own: string | null = null;

/** Holds the clock of the test's own process, for rules and commands called directly; null lets it go. */
export function holdClock(instant: string | null): void {
  if (own === null) {
    own = join(mkdtempSync(join(tmpdir(), 'clock-')), 'clock');
    makeClock(own);
    followClock(own);
  }
  setClock(own, instant);
}
