/**
 * `npm run bench:view`: the unified district view, 88 places, on 1,000,000 facts, warm, beside the same answer put together by hand
 * (`limit.ts`), in one run. Both answers are compared before anything is timed. `--facts N`, `--rounds N`.
 * The databases are kept between runs in a folder of their own (`HUB_DATA`, default `.hub-bench`).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { issueToken } from '../local/credential.ts';
import { databaseUrl } from '../local/databases.ts';
import { loadDemoDistrict } from '../local/demo/load.ts';
import { environmentOf, GATEWAY, type HubPlan, programOf, subgraphNames } from '../local/environment.ts';
import { checkout, dataFolder } from '../local/folder.ts';
import { openData, openPostgres } from '../local/open.ts';
import { freePort } from '../local/postgres.ts';
import { prepareDatabases } from '../local/prepare.ts';
import { publicKeys, writePrivately } from '../local/secrets.ts';
import { openSteps } from '../local/steps.ts';
import { supervise } from '../local/supervise.ts';
import { isSame } from '../test/straight/exact.ts';
import { type Cell, cellsOf, VIEW } from './question.ts';

const DISTRICT = '410305000000';
const YEAR = { grain: 'YEAR', start: '2025-01-01', end: '2026-01-01' };
const WARM_UP = 10;

const { values } = parseArgs({ options: { facts: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '40' } } });
const facts = Number(values.facts);
const rounds = Number(values.rounds);
const steps = openSteps();

process.env.HUB_DATA ??= join(checkout, `.hub-bench`);

interface Answer {
  bytes: number;
  cells: Cell[];
  trace?: { requests: Record<string, number>; statements: Record<string, number>; stages: number; planMs: number };
}

async function main(): Promise<void> {
  const folder = dataFolder();
  const names = subgraphNames();
  const secrets = await openData(folder, names, 'npm run bench:view');
  const postgres = await openPostgres(folder, secrets, steps);
  const ending: (() => Promise<unknown>)[] = [];
  try {
    await loadDemoDistrict(await prepareDatabases(postgres, secrets, names, steps), steps, { facts });
    const [gatewayPort = 0, limitPort = 0, ...free] = await Promise.all(Array.from({ length: names.length + 2 }, () => freePort()));
    const jwksFile = folder.jwks;
    writePrivately(jwksFile, publicKeys(secrets));
    const ports = Object.fromEntries(names.map((name, i) => [name, free[i] ?? 0]));
    const plan: HubPlan = { secrets, postgres, gatewayPort, ports, jwksFile, keysFolder: folder.path, filesFolder: folder.files };
    const processes = [...names, GATEWAY].map((name) =>
      supervise(
        {
          name,
          program: programOf(name),
          folder: checkout,
          environment: { ...environmentOf(name, plan), LOG_LEVEL: 'warn' },
          port: name === GATEWAY ? gatewayPort : (ports[name] ?? 0),
          log: join(folder.logs, `${name}.log`),
        },
        steps.say,
      ),
    );
    ending.push(() => Promise.all(processes.map((each) => each.stop(5_000))));
    const urls = Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_URL`, databaseUrl(postgres, secrets, name, 'figures')]));
    const limit = spawn(process.execPath, ['dist/bench/limit.js'], {
      cwd: checkout,
      env: { ...process.env, ...urls, PORT: String(limitPort) },
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    ending.push(() => ended(limit));
    await steps.run('four subgraphs, gateway and the rival', '启动', () => Promise.all(processes.map((each) => each.ready(60_000))));
    const token = await issueToken(secrets.developmentKey, {
      roles: ['DISTRICT_LEAD'],
      areas: [DISTRICT],
      variant: 'INTERNAL',
      subject: 'bench',
      seconds: 86_400,
    });
    await measure(hubAt(gatewayPort, token), limitAt(limitPort));
  } finally {
    for (const end of ending.reverse()) await end();
    await postgres.stop();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await pause(100);
}

function hubAt(port: number, token: string): () => Promise<Answer> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  const body = JSON.stringify({ query: VIEW, variables: { code: DISTRICT, p: YEAR } });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'hub-debug': '1' };
  return async () => {
    const reply = await pool.request({ method: 'POST', path: '/graphql', headers, body });
    const text = await reply.body.text();
    const { data, errors, extensions } = JSON.parse(text);
    if (errors?.length) throw new Error(`the hub answered with errors: ${JSON.stringify(errors.slice(0, 3))}`);
    return { bytes: text.length, cells: cellsOf(data.area), trace: extensions?.debug };
  };
}

function limitAt(port: number): () => Promise<Answer> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  return async () => {
    const reply = await pool.request({ method: 'GET', path: `/view?start=${YEAR.start}&end=${YEAR.end}` });
    const text = await reply.body.text();
    if (reply.statusCode !== 200) throw new Error(`the rival failed: ${text}`);
    return { bytes: text.length, cells: JSON.parse(text).figures };
  };
}

/** The first answer without an error: cold caches of a large database may cost more than a department's second. */
async function firstWhole(hub: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 20; ; tries--) {
    try {
      return await hub();
    } catch (error) {
      if (tries === 0) throw error;
      await pause(500);
    }
  }
}

/** The same figures, or the first that differ. */
function compare(hub: Cell[], limit: Cell[]): void {
  const byHand = new Map(limit.map((cell) => [`${cell.areaId} ${cell.key}`, cell]));
  const isEqual = (cell: Cell, other: Cell | undefined): boolean =>
    other !== undefined &&
    cell.value === other.value &&
    cell.reason === other.reason &&
    isSame(cell.numerator, other.numerator) &&
    isSame(cell.denominator, other.denominator);
  const different = hub.filter((cell) => !isEqual(cell, byHand.get(`${cell.areaId} ${cell.key}`)));
  if (hub.length === limit.length && different.length === 0) return;
  const shown = different
    .slice(0, 5)
    .map((cell) => `  hub ${JSON.stringify(cell)}\n  by hand ${JSON.stringify(byHand.get(`${cell.areaId} ${cell.key}`))}`);
  throw new Error(`The answers differ (${hub.length} and ${limit.length} figures, ${different.length} differ):\n${shown.join('\n')}`);
}

async function measure(hub: () => Promise<Answer>, limit: () => Promise<Answer>): Promise<void> {
  const [asked, byHand] = [await firstWhole(hub), await limit()];
  compare(asked.cells, byHand.cells);
  const places = new Set(asked.cells.map(({ areaId }) => areaId)).size;
  steps.say(`Equal: ${asked.cells.length} figures of ${places} places on ${facts.toLocaleString('en')} facts.`);
  for (let i = 0; i < WARM_UP; i++) {
    await firstWhole(hub);
    await limit();
  }

  const times: { hub: number[]; limit: number[] } = { hub: [], limit: [] };
  await steps.run(`${rounds} rounds, in turn`, '测量', async () => {
    for (let i = 0; i < rounds; i++) {
      times.hub.push(await timed(hub));
      times.limit.push(await timed(limit));
    }
  });
  const { trace } = await hub();
  report(times, { ...asked, trace }, byHand);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function report(times: { hub: number[]; limit: number[] }, hub: Answer, limit: Answer): void {
  const at = (list: number[], share: number) => list.toSorted((a, b) => a - b)[Math.ceil(list.length * share) - 1] ?? 0;
  const row = (name: string, list: number[], { bytes }: Answer) =>
    `| ${name} | ${at(list, 0.5).toFixed(0)} | ${at(list, 0.95).toFixed(0)} | ${(bytes / 1024).toFixed(0)} |`;
  const ratio = at(times.hub, 0.5) / at(times.limit, 0.5);
  const { requests = {}, statements = {}, stages = 0, planMs = 0 } = hub.trace ?? {};
  const listed = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  steps.say(
    [
      '',
      `| district view, ${facts.toLocaleString('en')} facts, warm | P50 ms | P95 ms | KB |`,
      '|---|---|---|---|',
      row('the hub', times.hub, hub),
      row('by hand: SQL and plain HTTP (the limit)', times.limit, limit),
      '',
      `ratio of medians ${ratio.toFixed(2)}; ${stages} stages, plan ${planMs.toFixed(1)} ms; requests: ${listed(requests)}; SQL statements: ${listed(statements)}`,
      `machine: ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`,
    ].join('\n'),
  );
}

await main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
