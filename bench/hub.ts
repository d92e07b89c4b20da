/** The hub on a million facts, opened once for all measurements: the databases, the processes from `dist`, the rival. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Pool } from 'undici';
import { type Credential, issueToken } from '../local/credential.ts';
import { databaseUrl } from '../local/databases.ts';
import { loadDemoDistrict } from '../local/demo/load.ts';
import { environmentOf, GATEWAY, type HubPlan, programOf, subgraphNames } from '../local/environment.ts';
import { checkout, type DataFolder, dataFolder } from '../local/folder.ts';
import { openData, openPostgres } from '../local/open.ts';
import { freePort } from '../local/postgres.ts';
import { prepareDatabases } from '../local/prepare.ts';
import { publicKeys, writePrivately } from '../local/secrets.ts';
import { openSteps, type Steps } from '../local/steps.ts';
import { supervise } from '../local/supervise.ts';

export const USUAL_FACTS = 1_000_000;
export const DISTRICT = '410305000000';

export interface Bench {
  facts: number;
  steps: Steps;
  gatewayPort: number;
  limitPort: number;
  token(credential: Credential): Promise<string>;
  /** Reads or writes a department's database as superuser: to prepare a measurement and to clear up after it. */
  sql<T extends object>(subgraph: string, text: string, params?: unknown[]): Promise<T[]>;
  /** Milliseconds of CPU that each process of the hub has used since it started; empty where the system does not tell. */
  cpu(): Record<string, number>;
  /** A connection of one's own as superuser. */
  connect(subgraph: string): Promise<pg.Client>;
}

export function benchFolder(facts: number): DataFolder {
  process.env.HUB_DATA ??= join(checkout, facts === USUAL_FACTS ? '.hub-bench' : `.hub-bench-${facts}`);
  return dataFolder();
}

/**
 * Runs `work` on the hub with so many facts. They are loaded the first time, which takes minutes, and kept in `HUB_DATA` (by default `.hub-bench`
 * in the checkout; another number of facts needs another folder).
 */
export async function withBench(facts: number, work: (bench: Bench) => Promise<void>): Promise<void> {
  const folder = benchFolder(facts);
  const names = subgraphNames();
  const steps = openSteps();
  const secrets = await openData(folder, names, 'npm run bench');
  const postgres = await openPostgres(folder, secrets, steps);
  const ending: (() => Promise<unknown>)[] = [];
  try {
    await loadDemoDistrict(await prepareDatabases(postgres, secrets, names, steps), steps, { facts });
    const [gatewayPort = 0, limitPort = 0, ...free] = await Promise.all(Array.from({ length: names.length + 2 }, () => freePort()));
    writePrivately(folder.jwks, publicKeys(secrets));
    const ports = Object.fromEntries(names.map((name, i) => [name, free[i] ?? 0]));
    const plan: HubPlan = {
      secrets,
      postgres,
      gatewayPort,
      ports,
      jwksFile: folder.jwks,
      keysFolder: folder.path,
      filesFolder: folder.files,
    };
    mkdirSync(folder.files, { recursive: true });
    const processes = [...names, GATEWAY].map((name) =>
      supervise(
        {
          name,
          program: programOf(name),
          folder: checkout,
          environment: { ...environmentOf(name, plan), LOG_LEVEL: 'warn', RATE_LIMIT_PER_MINUTE: '0' },
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
    const connect = async (subgraph: string): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: postgres.url(subgraph) });
      await client.connect();
      return client;
    };
    await work({
      ...{ facts, steps, gatewayPort, limitPort, connect },
      cpu: () => Object.fromEntries(processes.flatMap(({ name, pid }) => cpuOf(pid()).map((ms) => [name, ms]))),
      token: (credential) => issueToken(secrets.developmentKey, credential),
      async sql(subgraph, text, params) {
        const client = await connect(subgraph);
        try {
          return (await client.query(text, params)).rows;
        } finally {
          await client.end();
        }
      },
    });
  } finally {
    for (const end of ending.reverse()) await end();
    await postgres.stop();
  }
}

/** User and system time of a process as Linux tells it, in ticks of 10 ms. */
function cpuOf(pid: number | null): number[] {
  if (pid === null || !existsSync(`/proc/${pid}/stat`)) return [];
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return [(Number(fields[11]) + Number(fields[12])) * 10];
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await pause(100);
}

export interface Reply<T> {
  bytes: number;
  data: T;
  debug?: { requests: Record<string, number>; statements: Record<string, number>; stages: number; planMs: number };
}

/** Asks the hub over connections of one's own; throws for an answer with errors. */
export function asker(port: number, token: string, connections = 1) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'hub-debug': '1' };
  return async <T>(query: string, variables: Record<string, unknown> = {}): Promise<Reply<T>> => {
    const reply = await pool.request({ method: 'POST', path: '/graphql', headers, body: JSON.stringify({ query, variables }) });
    const text = await reply.body.text();
    const { data, errors, extensions } = JSON.parse(text);
    if (errors?.length) throw new Error(`the hub answered with errors: ${JSON.stringify(errors.slice(0, 3))}`);
    return { bytes: text.length, data, debug: extensions?.debug };
  };
}

/** The first answer without an error: cold caches of a large database may cost more than a department's second. */
export async function firstWhole<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 20; ; tries--) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 0) throw error;
      await pause(500);
    }
  }
}
