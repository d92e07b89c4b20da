import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A guard of the hub as its patch describes it: what is taken out, and which test must notice. */
export interface Guard {
  /** File name without its ending, e.g. `101-signature-not-checked`. */
  name: string;
  /** The patch itself, as a path. */
  patch: string;
  /** What the patch takes out, in one sentence. */
  takesOut: string;
  test: NamedTest;
  /** The test starts processes from `dist`, so the broken copy is compiled first. */
  needsBuild: boolean;
}

/** Tests of one file whose names contain a text; a name is the titles of its groups and its own, joined by ` > `. */
export interface NamedTest {
  /** From the root of the project. */
  file: string;
  title: string;
}

const NOTICED_BY = /^# Noticed by: (\S+\.test\.ts) -t "(.+)"$/m;
const TAKES_OUT = /^# Takes out: (.+)$/m;
const NEEDS_BUILD = /^# Build: yes$/m;

/**
 * The guards of a folder in the order of their names.
 * @throws Error naming the patch whose header is not complete.
 */
export function guardsIn(folder: string): Guard[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readGuard(join(folder, file), file.slice(0, -'.patch'.length)));
}

function readGuard(patch: string, name: string): Guard {
  const text = readFileSync(patch, 'utf8');
  const header = text.slice(0, Math.max(0, text.indexOf('\n--- ')));
  const takesOut = TAKES_OUT.exec(header)?.[1];
  const [, file, title] = NOTICED_BY.exec(header) ?? [];
  if (!/^\d{3}-[a-z0-9-]+$/.test(name)) throw new Error(`${name}.patch is not named like 101-signature-not-checked.patch`);
  if (!takesOut || !file || !title)
    throw new Error(
      `${name}.patch does not begin with "# Takes out: …" and "# Noticed by: test/….test.ts -t "…"" before its "--- a/…" line`,
    );
  return { name, patch, takesOut, test: { file, title }, needsBuild: NEEDS_BUILD.test(header) };
}
