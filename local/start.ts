/**
 * `npm start`: runs the whole hub on this machine – PostgreSQL, the subgraphs, the gateway – and keeps it running until Ctrl-C, SIGTERM
 * or its own end.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkpoint } from './databases.ts';
import { loadDemoDistrict } from './demo/load.ts';
import { addressOf, environmentOf, GATEWAY, type HubPlan, listedPorts, programOf, subgraphNames } from './environment.ts';
import { checkout, type DataFolder, dataFolder } from './folder.ts';
import { greet, warmUp } from './greeting.ts';
import { openData, openPostgres } from './open.ts';
import { isFree, type Postgres, portTaken } from './postgres.ts';
import { prepareDatabases } from './prepare.ts';
import { openSteps, type Steps } from './steps.ts';
import { type Supervised, supervise } from './supervise.ts';
import { diskFull, fail, saysFull, Trouble } from './trouble.ts';

const READY_MS = 60_000;
/** Shares of the ten seconds in which everything ends; PostgreSQL has the rest, and the system a little. */
const END_MS = 9_000;
const GATEWAY_END_MS = 4_500;
const SUBGRAPH_END_MS = 2_000;
const GRACE_MS = 250;
const PARENT_MS = 500;
/** Characters at the end of PostgreSQL's log that may tell why it ended. */
const LAST_WORDS = 4_000;

interface Running {
  gateway: Supervised | null;
  subgraphs: Supervised[];
  postgres: Postgres | null;
  ending: Promise<void> | null;
}

async function main(): Promise<void> {
  const since = performance.now();
  const folder = dataFolder();
  const running: Running = { gateway: null, subgraphs: [], postgres: null, ending: null };
  const steps = openSteps();
  endOnSignals(running, steps);
  // A console that went away (`npm start | head`) is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    await start(folder, running, steps, since);
  } catch (error) {
    // A database server that went away is the cause of what failed, and is told instead of it.
    await pause(GRACE_MS);
    if (running.ending) return;
    running.ending = endAll(running);
    await running.ending;
    fail(error, folder.path);
  }
}

async function start(folder: DataFolder, running: Running, steps: Steps, since: number): Promise<void> {
  const gatewayPort = readPort();
  const ports = listedPorts();
  const names = subgraphNames();
  const secrets = await openData(folder, names, addressOf(gatewayPort));
  await checkPorts(gatewayPort, ports);

  steps.say(`District Hub 共治枢纽 – data in ${folder.path}`);
  const postgres = await openPostgres(folder, secrets, steps);
  running.postgres = postgres;
  postgres.ended.then(() => loseDatabase(running, folder));

  const targets = await prepareDatabases(postgres, secrets, names, steps);
  const isFresh = await loadDemoDistrict(targets, steps);

  const plan: HubPlan = {
    secrets,
    postgres,
    gatewayPort,
    ports,
    jwksFile: folder.jwks,
    keysFolder: folder.path,
    filesFolder: folder.files,
  };
  await steps.run('subgraphs and gateway', '子图与网关', () => startProcesses(plan, names, folder, running, steps));
  await warmUp(gatewayPort, secrets.developmentKey);
  greet(steps, gatewayPort, folder, performance.now() - since);
  // What was loaded goes to its place while nobody waits for it; else the first end would, or the start after it.
  if (isFresh) await checkpoint(postgres);
}

function readPort(): number {
  const text = process.env.PORT || '4000';
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Trouble(
    `PORT is ${text}, which is no port: give a number from 1 to 65535.`,
    `PORT=${text} 不是有效端口：请给出 1–65535 的整数。`,
  );
}

async function checkPorts(gatewayPort: number, ports: Record<string, number>): Promise<void> {
  const clash = Object.entries(ports).find(([, port]) => port === gatewayPort);
  if (clash) {
    throw new Trouble(
      `PORT is ${gatewayPort}, which the subgraph ${clash[0]} needs (schema/supergraph.yaml): choose another one.`,
      `PORT=${gatewayPort} 已分配给子图 ${clash[0]}（schema/supergraph.yaml）：请换用其他端口。`,
    );
  }
  if (!(await isFree(gatewayPort))) throw portTaken(gatewayPort, 'the gateway', '网关', gatewayPort + 100);
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isFree(port))) throw portTaken(port, `the subgraph ${name}`, `子图 ${name}`);
  }
}

async function startProcesses(plan: HubPlan, names: string[], folder: DataFolder, running: Running, steps: Steps): Promise<void> {
  const begin = (name: string, port: number): Supervised =>
    supervise(
      {
        name,
        program: programOf(name),
        folder: checkout,
        environment: { ...environmentOf(name, plan), NODE_COMPILE_CACHE: folder.compiled },
        port,
        log: join(folder.logs, `${name}.log`),
      },
      steps.say,
    );
  running.subgraphs = names.map((name) => begin(name, plan.ports[name] ?? 0));
  running.gateway = begin(GATEWAY, plan.gatewayPort);
  try {
    await Promise.all([...running.subgraphs, running.gateway].map((each) => each.ready(READY_MS)));
  } catch (error) {
    throw new Trouble(`${(error as Error).message}\nAll of it is in ${folder.logs}.`, `有进程未能就绪，日志见 ${folder.logs}。`);
  }
}

/** The first signal ends everything in order, a second one at once. */
function endOnSignals(running: Running, steps: Steps): void {
  const end = (signal: string): void => {
    if (running.ending) process.exit(1);
    steps.say(`\n${signal}: ending in order  正在依次结束`);
    const since = performance.now();
    running.ending = endAll(running).then(() => {
      steps.say(`Ended in ${((performance.now() - since) / 1000).toFixed(1)} s  已结束`);
      process.exit(0);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal));
  endWithNpm(() => end('npm is gone'));
}

/** Whoever kills npm, by SIGKILL too, means what it started; nothing else tells us. */
function endWithNpm(end: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    end();
  }, PARENT_MS).unref();
}

/** Gateway first, so that requests in flight still find their subgraphs; the database last. */
async function endAll(running: Running): Promise<void> {
  const until = Date.now() + END_MS;
  await running.gateway?.stop(GATEWAY_END_MS);
  await Promise.all(running.subgraphs.map((each) => each.stop(SUBGRAPH_END_MS)));
  const { postgres } = running;
  running.postgres = null;
  await postgres?.stop(until - Date.now());
}

/** A database server that ended by itself takes the hub with it: only its log says whether its data are sound. */
async function loseDatabase(running: Running, folder: DataFolder): Promise<void> {
  if (running.ending) return;
  running.postgres = null;
  running.ending = endAll(running);
  await running.ending;
  const log = join(folder.logs, 'postgres.log');
  if (saysFull(readFileSync(log, 'utf8').slice(-LAST_WORDS))) fail(diskFull(folder.path), folder.path);
  fail(
    new Trouble(
      `PostgreSQL ended by itself: see the end of ${log}, then run npm start again.`,
      `PostgreSQL 意外退出：请查看 ${log} 末尾，再执行 npm start。`,
    ),
    folder.path,
  );
}

await main();
