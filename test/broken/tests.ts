import { readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { NamedTest } from './guard.ts';
import { type Ended, run } from './process.ts';

/** What vitest's report says of one test. */
export interface Result {
  file: string;
  /** Titles of its groups and its own, joined by ` > `. */
  name: string;
  status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled';
}

/** A run of vitest. Without a report it did not get so far as to run tests. */
export interface TestRun {
  results: Result[];
  /** Why a file could not run its tests, e.g. an import that failed. */
  troubles: string[];
  ended: Ended;
}

/** The parts that are read of vitest's JSON report. */
interface Report {
  testResults: {
    name: string;
    message: string;
    assertionResults: { ancestorTitles: string[]; title: string; status: Result['status'] }[];
  }[];
}

const CONFIG = 'test/broken/vitest.config.ts';
const REPORT = 'broken-report.json';

/** Is this result one of the named tests? */
export const isNamed = ({ file, title }: NamedTest, result: Result): boolean => result.file === file && result.name.includes(title);

/** Runs the named tests of a project in one call of vitest. @param environment of the server that runs for all */
export async function runTests(
  folder: string,
  named: readonly NamedTest[],
  { environment, signal, withinMs, once }: { environment: Record<string, string>; signal: AbortSignal; withinMs: number; once: boolean },
): Promise<TestRun> {
  const report = join(folder, REPORT);
  const files = [...new Set(named.map(({ file }) => file))];
  const titles = [...new Set(named.map(({ title }) => RegExp.escape(title)))];
  const args = [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...files,
    `--config=${CONFIG}`,
    `--testNamePattern=${titles.join('|')}`,
    '--reporter=json',
    `--outputFile=${report}`,
    // A busy machine may fail a test of time; a test that missed a guard has failed for good.
    once ? '--bail=1' : '--retry=2',
  ];
  const ended = await run(process.execPath, args, { cwd: folder, environment, signal, withinMs });
  return { ...readReport(folder, report), ended };
}

function readReport(folder: string, file: string): Pick<TestRun, 'results' | 'troubles'> {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return { results: [], troubles: [] };
  }
  rmSync(file);
  const results = report.testResults.flatMap(({ name, assertionResults }) => {
    const path = relative(folder, name).split(sep).join('/');
    return assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: path,
      name: [...ancestorTitles, title].join(' > '),
      status,
    }));
  });
  return { results, troubles: report.testResults.map(({ message }) => message).filter((message) => message !== '') };
}

/** Compiles the copy, so that processes start from what it says now. */
export const build = (folder: string, signal: AbortSignal): Promise<Ended> =>
  run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc')], { cwd: folder, signal, withinMs: 120_000 });
