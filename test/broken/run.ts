/**
 * `npm run test:broken`: for every guard there is a patch that takes it out (`NNN-title.patch`). Each is applied to a copy of the project,
 * and the test named in its header must fail there; a guard that nobody misses is a failure here.
 *
 *     npm run test:broken                 all guards
 *     npm run test:broken -- cursor 101   those whose names contain one of these
 *
 * The named tests run unpatched first, all in one call, so that one that fails anyway is told apart. How to write or renew a patch stands in
 * README.md beside this file.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../../local/folder.ts';
import { type Copy, copyOf } from './copy.ts';
import { type Guard, guardsIn } from './guard.ts';
import { type Server, startServer } from './server.ts';
import { build, isNamed, type Result, runTests, type TestRun } from './tests.ts';

/** Copies that are tried side by side: a run of vitest keeps about one core busy. */
const LANES = Math.min(2, availableParallelism());
const UNPATCHED_MS = 900_000;
const PATCHED_MS = 240_000;
const NAME_WIDTH = 48;
const FOLDER = 'test/broken';

const stop = new AbortController();
const { signal } = stop;
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());

/** @returns the exit code */
async function main(words: readonly string[]): Promise<number> {
  const guards = guardsIn(join(checkout, FOLDER)).filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (guards.length === 0) return say('No patch has such a name.', 1);
  const copies = await Promise.all(Array.from({ length: LANES }, () => copyOf(checkout, signal)));
  const server = await startServer();
  try {
    const failures = await tryAll(copies, guards, server);
    if (signal.aborted) return say('Stopped.', 130);
    return say(`${guards.length - failures} passed, ${failures} failed`, failures === 0 ? 0 : 1);
  } finally {
    await server.stop();
    for (const copy of copies) copy.remove();
  }
}

/** Tries each guard, one at a time in each copy; @returns how many failed */
async function tryAll(copies: readonly Copy[], guards: readonly Guard[], server: Server): Promise<number> {
  const since = Date.now();
  const whole = await runWhole(copies[0] as Copy, guards, server);
  const inOrder = whole.results.filter(({ status }) => status === 'passed').length;
  if (!signal.aborted) say(`${inOrder} tests that guard pass on the project as it is, in ${seconds(since)}`);
  const waiting = [...guards];
  let done = 0;
  let failures = 0;
  const lane = async (copy: Copy): Promise<void> => {
    for (let guard = waiting.shift(); guard && !signal.aborted; guard = waiting.shift()) {
      const startedAt = Date.now();
      const trouble = wrongBefore(guard, whole) ?? (await wrongWithout(copy, guard, server));
      if (signal.aborted) return;
      done += 1;
      if (trouble !== null) failures += 1;
      report(guard, `${String(done).padStart(String(guards.length).length)}/${guards.length}`, startedAt, trouble);
    }
  };
  await Promise.all(copies.map(lane));
  return failures;
}

/** One line per guard; below it what is wrong, if anything is. */
function report({ name, takesOut }: Guard, place: string, since: number, trouble: string | null): void {
  say(`${place} ${trouble === null ? 'ok  ' : 'FAIL'} ${name.padEnd(NAME_WIDTH)} ${seconds(since).padStart(8)}`);
  if (trouble !== null) say(`     Takes out ${takesOut}\n     ${trouble}`);
}

/** The named tests on the project as it is. */
async function runWhole(copy: Copy, guards: readonly Guard[], { environment }: Server): Promise<TestRun> {
  if (guards.some(({ needsBuild }) => needsBuild)) {
    const ended = await build(copy.path, signal);
    if (ended.code !== 0) throw new Error(`the project does not compile:\n${ended.said}`);
  }
  const tests = guards.map(({ test }) => test);
  return runTests(copy.path, tests, { environment, signal, withinMs: UNPATCHED_MS, once: false });
}

/** What is wrong with the noticing test before anything was taken out, or null. */
function wrongBefore({ test }: Guard, { results, troubles, ended }: TestRun): string | null {
  const named = results.filter((result) => isNamed(test, result));
  const failing = named.find(({ status }) => status === 'failed');
  if (failing) return `Its test fails without the patch as well: ${test.file} "${failing.name}".`;
  if (named.some(({ status }) => status === 'passed')) return null;
  if (named.length > 0) return `Its test is skipped or could not be set up: ${test.file} "${test.title}".`;
  const reason = [...troubles, lastLines(ended.said)].join(' ').trim();
  return `There is no such test: ${test.file} "${test.title}". ${results.some(({ file }) => file === test.file) ? '' : reason}`.trim();
}

/** Takes a guard out, lets the test look, puts it back. @returns what is wrong, or null when the test noticed */
async function wrongWithout(copy: Copy, guard: Guard, server: Server): Promise<string | null> {
  const applied = await copy.apply(guard.patch);
  if (applied.code !== 0) return doesNotApply(guard, applied.said);
  const wrong = await wrongInCopy(copy, guard, server);
  const back = await copy.takeBack(guard.patch);
  if (back.code !== 0 && !signal.aborted) throw new Error(`${guard.name}.patch could not be taken back:\n${back.said}`);
  return wrong;
}

async function wrongInCopy(copy: Copy, guard: Guard, { environment }: Server): Promise<string | null> {
  if (guard.needsBuild) {
    const built = await build(copy.path, signal);
    if (built.code !== 0) return `Without the guard the project does not compile, so no test can notice: ${lastLines(built.said)}`;
  }
  const run = await runTests(copy.path, [guard.test], { environment, signal, withinMs: PATCHED_MS, once: true });
  return isNoticed(guard, run.results) ? null : notNoticed(guard, run);
}

/** A failing test, not a failing import or setup: those leave their tests without the status `failed`. */
const isNoticed = ({ test }: Guard, results: readonly Result[]): boolean =>
  results.some((result) => isNamed(test, result) && result.status === 'failed');

function notNoticed({ test }: Guard, { results, troubles, ended }: TestRun): string {
  const passed = results.filter((result) => isNamed(test, result) && result.status === 'passed');
  if (passed.length > 0) return `The guard is out and nobody missed it: ${test.file} "${test.title}" passes (${passed.length}).`;
  if (ended.code === null) return `With the patch the test did not end within ${PATCHED_MS / 1000} s.`;
  return `With the patch the test could not run, which proves nothing: ${[...troubles, lastLines(ended.said)].join(' ').trim()}`;
}

function doesNotApply({ name, test }: Guard, said: string): string {
  return [
    `The patch does not fit the code any more (${said.trim().split('\n')[0]}).`,
    'Renew it: take the guard out by hand in a clean checkout, see that the test',
    `     npx vitest run ${test.file} -t "${test.title}"`,
    `     fails, put the output of \`git diff -U1\` below the header lines of ${FOLDER}/${name}.patch, and take your change back.`,
  ].join('\n');
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-4).join(' ');

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

function say(line: string, code = 0): number {
  process.stdout.write(`${line}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => say(error.message, 1));
