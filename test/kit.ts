/**
 * The hub as its callers see it, for a test file: the demo district in databases of the file's own, the built processes on free ports.
 *
 *     const hub = await startHub({ databases: await copyDatabases() });
 *     const lead = await hub.token({ role: 'DISTRICT_LEAD', area: '410305000000' });
 *     const { data } = await hub.query('{ areas { nodes { name } } }', {}, lead);
 *     afterAll(hub.stop);
 *
 * Processes run from `dist`, which `npm test` builds first.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { inject } from 'vitest';
import { issueToken } from '../local/credential.ts';
import { databaseUrl, withClient } from '../local/databases.ts';
import { isLoaded, loadDemoDistrict } from '../local/demo/load.ts';
import { addressOf, environmentOf, GATEWAY, type HubPlan, programOf, subgraphNames } from '../local/environment.ts';
import { checkout } from '../local/folder.ts';
import { freePort, type Postgres } from '../local/postgres.ts';
import { prepareDatabases } from '../local/prepare.ts';
import { type DatabaseRole, publicKeys, type Secrets, writePrivately, writeVaultKeys } from '../local/secrets.ts';
import type { Steps } from '../local/steps.ts';
import { type Supervised, supervise } from '../local/supervise.ts';
import type { Role, Variant } from '../subgraphs/shared/src/claims.ts';
import { makeClock, setClock } from './clock.ts';

const READY_MS = 40_000;
const END_MS = 3_000;
/** Held while the templates are made: one file makes them, the others wait for it. */
const TEMPLATE_LOCK = 4_103_07;
const SILENT: Steps = { run: (_en, _zh, work) => work(), say: () => undefined };

/** The tests' PostgreSQL, for functions of `local/`. */
export function testPostgres(): Pick<Postgres, 'url'> {
  const server = inject('postgresUrl');
  return {
    url(database, user, password) {
      const url = new URL(server);
      url.pathname = database;
      if (user !== undefined) url.username = encodeURIComponent(user);
      if (password !== undefined) url.password = encodeURIComponent(password);
      return url.href;
    },
  };
}

const readRunSecrets = (): Secrets => JSON.parse(readFileSync(join(inject('runFolder'), 'secrets.json'), 'utf8')) as Secrets;

const templateOf = (subgraph: string): string => `demo_${subgraph}`;

/** Makes the demo district's databases once per run, at the first demand; takes as long as a first `npm start`. */
async function makeTemplates(postgres: Pick<Postgres, 'url'>, secrets: Secrets): Promise<void> {
  const names = subgraphNames();
  const templates = Object.fromEntries([GATEWAY, ...names].map((name) => [name, templateOf(name)]));
  await withClient(postgres.url('postgres'), async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    if (await areLoaded(client, names.map(templateOf))) return;
    const targets = await prepareDatabases(postgres, secrets, names, SILENT, templates);
    await loadDemoDistrict(targets, SILENT);
  });
}

async function areLoaded(client: pg.Client, databases: readonly string[]): Promise<boolean> {
  for (const database of databases) if (!(await isLoaded(client, database))) return false;
  return true;
}

/** Databases by subgraph and the gateway's own, holding the demo district, for this test file alone. */
export async function copyDatabases(): Promise<Record<string, string>> {
  const postgres = testPostgres();
  await makeTemplates(postgres, readRunSecrets());
  const mark = randomBytes(5).toString('hex');
  const copies = Object.fromEntries([GATEWAY, ...subgraphNames()].map((name) => [name, `${name}_${mark}`]));
  await withClient(postgres.url('postgres'), async (client) => {
    // A template that is being copied refuses connections, so files copy in turn.
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    for (const [name, copy] of Object.entries(copies)) {
      await client.query(`create database ${copy} template ${templateOf(name)} owner ${name}_owner strategy file_copy`);
    }
  });
  return copies;
}

/** Databases by subgraph and the gateway's own with no district in them: migrated and empty, made in seconds. */
export async function emptyDatabases(): Promise<Record<string, string>> {
  const postgres = testPostgres();
  const names = subgraphNames();
  const mark = randomBytes(5).toString('hex');
  const databases = Object.fromEntries([GATEWAY, ...names].map((name) => [name, `${name}_${mark}`]));
  await withClient(postgres.url('postgres'), async (client) => {
    // Roles are made or altered on the way, which two files must not do at a time.
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await prepareDatabases(postgres, readRunSecrets(), names, SILENT, databases);
  });
  return databases;
}

export interface HubOptions {
  /** Database of each subgraph and of the gateway, e.g. from `copyDatabases()`. */
  databases: Record<string, string>;
  /** Subgraphs to run; all of them unless told. The gateway knows all. */
  only?: readonly string[];
  /** Instant at which the domain's clock stands from the start, as `setClock`. */
  clock?: string;
  /** Environment beyond the usual, by process (`gateway` or a subgraph). */
  environment?: Record<string, Record<string, string>>;
}

/** A credential to ask for; the development key signs it, or a department's own when the role is SERVICE. */
export interface TokenOptions {
  role: Role | readonly Role[];
  area?: string | readonly string[];
  variant?: Variant;
  org?: string;
  sub?: string;
  /** Lifetime in seconds; negative for an expired one. */
  seconds?: number;
  /** With role SERVICE: whose credential it is. */
  subgraph?: string;
}

/** An answer of the gateway, whatever it is. */
export interface Answer<T> {
  status: number;
  data: T | null | undefined;
  errors: { message: string; path?: (string | number)[]; extensions: { code: string; messageEn?: string; details?: unknown } }[];
  extensions: { partial?: { subgraph: string; since?: string; fields?: string[] }[]; warnings?: { code: string }[] } & Record<
    string,
    unknown
  >;
  headers: Headers;
  /** The body as it came. */
  text: string;
  /** Until the whole answer was read. */
  tookMs: number;
}

export interface Hub {
  /** GraphQL address of the gateway. */
  url: string;
  gatewayPort: number;
  ports: Record<string, number>;
  secrets: Secrets;
  /** Folder with the uploaded files of each subgraph. */
  filesFolder: string;
  /** What the supervisor said: deaths, restarts, errors. */
  said: string[];
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for.
  query<T = any>(
    document: string,
    variables?: Record<string, unknown>,
    token?: string,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  token(options: TokenOptions): Promise<string>;
  /** Process id of the gateway or a subgraph, for signals; throws between two lives. */
  pid(name: string): number;
  /** Waits until a process answers /health/ready. */
  ready(name: string): Promise<void>;
  databaseUrl(subgraph: string, role: DatabaseRole): string;
  /** Runs SQL as owner of a subgraph's database or the gateway's: to change a fact, to count by hand. */
  sql<T extends pg.QueryResultRow>(subgraph: string, text: string, params?: unknown[]): Promise<T[]>;
  /** Holds the domain's clock of all processes at an instant (ISO 8601), from now until it is set again; null lets it go. */
  setClock(instant: string | null): void;
  stop(): Promise<void>;
}

/** Starts the subgraphs and the gateway of `dist` on free ports and waits until they are ready. They restart when they die. */
export async function startHub({ databases, only, clock, environment = {} }: HubOptions): Promise<Hub> {
  if (!existsSync(join(checkout, programOf(GATEWAY)))) throw new Error('dist is not built: run npm run build, or npm test');
  const secrets = readRunSecrets();
  const postgres = testPostgres();
  const names = subgraphNames();
  const folder = join(inject('runFolder'), `hub-${randomBytes(5).toString('hex')}`);
  mkdirSync(folder);
  const jwksFile = join(folder, 'jwks.json');
  writePrivately(jwksFile, publicKeys(secrets));
  writeVaultKeys(folder, secrets);
  const clockFile = join(folder, 'clock');
  makeClock(clockFile);
  setClock(clockFile, clock ?? null);

  const [gatewayPort = 0, ...free] = await freePorts(names.length + 1);
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]));
  const plan: HubPlan = {
    secrets,
    postgres,
    gatewayPort,
    ports,
    jwksFile,
    databases,
    keysFolder: folder,
    filesFolder: join(folder, 'files'),
  };
  const said: string[] = [];
  const processes = [...(only ?? names), GATEWAY].map((name) => {
    // A busy machine is no outage; the tests of outages ask for the ordinary second. Nor does a test wait for a minute's budget.
    const patience: Record<string, string> = name === GATEWAY ? { SUBGRAPH_TIMEOUT_MS: '9000', RATE_LIMIT_PER_MINUTE: '0' } : {};
    const own = { LOG_LEVEL: 'warn', CLOCK_FILE: clockFile, ...patience, ...environmentOf(name, plan), ...environment[name] };
    const port = name === GATEWAY ? gatewayPort : (ports[name] ?? 0);
    const charge = { name, program: programOf(name), folder: checkout, environment: own, port, log: join(folder, `${name}.log`) };
    return supervise(charge, (line) => said.push(line));
  });
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((each) => each.stop(END_MS)));
  };
  try {
    await Promise.all(processes.map((each) => each.ready(READY_MS)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...hubOf(plan, processes, said, stop), setClock: (instant) => setClock(clockFile, instant) };
}

function hubOf(plan: HubPlan, processes: Supervised[], said: string[], stop: () => Promise<void>): Omit<Hub, 'setClock'> {
  const { secrets, postgres, gatewayPort, ports, databases } = plan;
  const named = (name: string): Supervised => {
    const found = processes.find((each) => each.name === name);
    if (!found) throw new Error(`${name} does not run in this hub`);
    return found;
  };
  const urlOf = (subgraph: string, role: DatabaseRole): string => databaseUrl(postgres, secrets, subgraph, role, databases?.[subgraph]);
  return {
    url: addressOf(gatewayPort),
    gatewayPort,
    ports,
    secrets,
    filesFolder: plan.filesFolder,
    said,
    stop,
    query: (document, variables = {}, token, headers = {}) =>
      ask(addressOf(gatewayPort), JSON.stringify({ query: document, variables }), {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      }),
    token: (options) => signToken(secrets, options),
    pid(name) {
      const pid = named(name).pid();
      if (pid === null) throw new Error(`${name} is not running at this moment`);
      return pid;
    },
    ready: (name) => named(name).ready(READY_MS),
    databaseUrl: urlOf,
    sql: (subgraph, text, params) => withClient(urlOf(subgraph, 'owner'), async (client) => (await client.query<never>(text, params)).rows),
  };
}

async function ask<T>(url: string, sent: string, headers: Record<string, string>): Promise<Answer<T>> {
  const since = performance.now();
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: sent });
  const text = await reply.text();
  const body = JSON.parse(text) as Partial<Answer<T>>;
  return {
    text,
    status: reply.status,
    data: body.data,
    errors: body.errors ?? [],
    extensions: body.extensions ?? {},
    headers: reply.headers,
    tookMs: performance.now() - since,
  };
}

const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

async function signToken(secrets: Secrets, { role, area, variant, org, sub, seconds, subgraph }: TokenOptions): Promise<string> {
  const key = subgraph === undefined ? secrets.developmentKey : secrets.subgraphs[subgraph]?.serviceKey;
  if (!key) throw new Error(`there is no subgraph ${subgraph}`);
  return issueToken(key, { roles: list<Role>(role), areas: list<string>(area), variant, org, subject: sub, seconds });
}

/** Ports that are free and differ from each other. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
