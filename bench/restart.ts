/**
 * The second half of `npm run bench`: how long `npm start` takes after every process of a hub that was taking commands, PostgreSQL's among them,
 * was ended by SIGKILL. Uses what the first half has loaded, and adds a line to its table.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { issueToken } from '../local/credential.ts';
import { subgraphNames } from '../local/environment.ts';
import { checkout, type DataFolder } from '../local/folder.ts';
import { freePort, SUPERUSER } from '../local/postgres.ts';
import { keepSecrets } from '../local/secrets.ts';
import { openSteps } from '../local/steps.ts';
import { measureCommands } from './commands.ts';
import { type Bench, benchFolder, USUAL_FACTS } from './hub.ts';
import type { Line } from './measure.ts';
import { addLine } from './readme.ts';

const TARGET_S = 5;
const LOAD_SECONDS = 5;
const BURIED_MS = 50;

interface Started {
  process: ChildProcess;
  seconds: number;
}

/** `npm start`, until it says that it is ready. @throws Error with what it said when it ends before */
async function start(gatewayPort: number): Promise<Started> {
  const since = performance.now();
  const child = spawn(process.execPath, ['dist/local/start.js'], {
    cwd: checkout,
    env: { ...process.env, PORT: String(gatewayPort) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('Ready in')) resolve({ process: child, seconds: (performance.now() - since) / 1000 });
      });
    }
    child.once('close', () => reject(new Error(`the hub did not start:\n${said}`)));
  });
}

/** Ends a process and all below it at once, as a power cut would; those above last, who bury those below: PostgreSQL takes an unburied one for alive. */
async function killAll(pid: number): Promise<void> {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  const levels = [[pid]];
  for (const level of levels) {
    const below = parents.filter(([, parent]) => level.includes(parent)).map(([child]) => child);
    if (below.length > 0) levels.push(below);
  }
  for (const level of levels.reverse()) {
    for (const each of level) {
      try {
        process.kill(each, 'SIGKILL');
      } catch {
        // Gone with the one that it served.
      }
    }
    await pause(BURIED_MS);
  }
}

/** The running hub as the other measurements see it. */
async function benchOf(folder: DataFolder, gatewayPort: number): Promise<Bench> {
  const secrets = await keepSecrets(folder, subgraphNames());
  const port = Number(readFileSync(join(folder.postgres, 'postmaster.pid'), 'utf8').split('\n')[3]);
  const connect = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: SUPERUSER, password: secrets.superuserPassword, database });
    // The server is killed under it.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  return {
    ...{ facts: USUAL_FACTS, gatewayPort, limitPort: 0, steps: openSteps(), connect, cpu: () => ({}) },
    token: (credential) => issueToken(secrets.developmentKey, credential),
    async sql(subgraph, text, params) {
      const client = await connect(subgraph);
      try {
        return (await client.query(text, params)).rows;
      } finally {
        await client.end();
      }
    },
  };
}

async function measureRestart(): Promise<Line> {
  const folder = benchFolder(USUAL_FACTS);
  if (!existsSync(folder.postgres)) throw new Error('There is nothing to start: run npm run bench first.');
  const gatewayPort = await freePort();
  const first = await start(gatewayPort);
  const pid = first.process.pid as number;
  const bench = await benchOf(folder, gatewayPort);
  // Killed while commands are under way: what they do after that fails, and is not asked for.
  const load = measureCommands(bench, 2 * LOAD_SECONDS).catch(() => undefined);
  await pause(LOAD_SECONDS * 1000);
  const ended = once(first.process, 'close');
  await killAll(pid);
  await ended;
  await load;
  const second = await start(gatewayPort);
  const over = once(second.process, 'close');
  second.process.kill('SIGTERM');
  await over;
  return {
    what: `ready after SIGKILL of all processes, with ${USUAL_FACTS.toLocaleString('en')} facts and commands under way`,
    target: `≤ ${TARGET_S} s`,
    figure: `${second.seconds.toFixed(1)} s`,
  };
}

try {
  const line = await measureRestart();
  process.stdout.write(`${line.what}: ${line.figure} (${line.target})\n`);
  addLine(line);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
