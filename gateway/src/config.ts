/** What the gateway's process is told by its environment and its arguments. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CLOCK_HELD, ConfigError, clockGoes, processVariables, projectRoot, readConfig } from '../../subgraphs/shared/src/config.ts';
import { type Keys, parseKeys } from '../../subgraphs/shared/src/signature.ts';
import type { BudgetOptions } from './budget.ts';
import { COST_LIMITS, type CostLimits } from './cost.ts';
import { parseJwks } from './issuers.ts';
import { type OwnConfig, ownVariables, readOwnConfig } from './own-config.ts';
import { readSupergraph, type Supergraph } from './supergraph.ts';

const milliseconds = z.coerce.number().int().min(1).max(120_000);

/** Variables that do not depend on the supergraph; `SUBGRAPH_KEYS_<NAME>` and `SUBGRAPH_URL_<NAME>` come per subgraph. */
export const gatewayVariables = {
  ...processVariables,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
  /** File of the composed supergraph. */
  SUPERGRAPH: z.string().optional(),
  /** How often the supergraph file is looked at, milliseconds; a changed one is taken when it is the same at two looks. 0: never. */
  SUPERGRAPH_POLL_MS: z.coerce.number().int().min(0).max(3_600_000).default(1_000),
  ...ownVariables,
  /** Labels of `@override(label:)` that hold, separated by commas; `percent(n)` holds for that share of requests by itself. */
  OVERRIDE_LABELS: z.string().default(''),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** How long the answer of a subgraph to a read may take, milliseconds; `SUBGRAPH_TIMEOUT_MS_<NAME>` says otherwise for one of them. */
  SUBGRAPH_TIMEOUT_MS: milliseconds.default(1_000),
  /** How many requests one subgraph is sent at a time; more wait for their turn. */
  SUBGRAPH_CONCURRENCY: z.coerce.number().int().min(1).max(10_000).default(64),
  /** How long one request may take in all, milliseconds; `X-Request-Timeout` shortens it. */
  REQUEST_TIMEOUT_MS: milliseconds.default(10_000),
  /** How many requests one client may send in a minute, counted by client id, without a credential by address; 0: any number. */
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(0).max(10_000_000).default(600),
  /** Redis (`redis://…`, `rediss://…`) through which several gateways share these counts; without it each counts for itself. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** What one request may cost, points (`@cost`, `@listSize`); dearer ones are refused with COST_LIMIT_EXCEEDED. */
  COST_BUDGET: z.coerce.number().int().min(1).max(10_000_000).default(COST_LIMITS.request),
  /** What one request may cost at any one subgraph, points. */
  COST_BUDGET_SUBGRAPH: z.coerce.number().int().min(1).max(10_000_000).default(COST_LIMITS.subgraph),
  /** How many requests may be in work at one moment; more are refused with OVERLOADED, dear ones from the half of it on. */
  REQUEST_CONCURRENCY: z.coerce.number().int().min(1).max(100_000).default(400),
};

/** One subgraph as configured. */
export interface SubgraphAddress {
  name: string;
  url: string;
  /** Null in `--open`. */
  keys: Keys | null;
  /** Where it is not the time of all (`subgraphTimeoutMs`). */
  timeoutMs?: number | undefined;
}

/** What one supergraph file says and the environment adds to it. */
export interface GraphConfig {
  supergraph: Supergraph;
  subgraphs: SubgraphAddress[];
}

/** The supergraph's file, to be read again when it changes. */
export interface SupergraphFile {
  path: string;
  pollMs: number;
  /** @throws ConfigError that lists everything wrong. */
  read(): GraphConfig;
}

export interface GatewayConfig extends GraphConfig {
  host: string;
  port: number;
  logLevel: z.infer<typeof gatewayVariables.LOG_LEVEL>;
  isProduction: boolean;
  /** File that holds the clock in a test. */
  clockFile?: string;
  /** No identity, no district policy: any Federation 2 supergraph (`--open`). */
  isOpen: boolean;
  /** Absent if the file is not watched. */
  supergraphFile?: SupergraphFile;
  /** Text of the JWK set; null in `--open`. */
  jwks: string | null;
  /** Absent in `--open` and where a test needs no database. */
  own?: OwnConfig | null;
  overrideLabels?: readonly string[];
  subgraphTimeoutMs: number;
  subgraphConcurrency: number;
  requestTimeoutMs: number;
  costLimits: CostLimits;
  /** No limit if absent, and in `--open`. */
  budget?: BudgetOptions;
  requestConcurrency: number;
}

/** `SUBGRAPH_URL_<NAME>`: letters and digits of the subgraph's name in capitals. */
export const variableOf = (prefix: string, subgraph: string): string => `${prefix}_${subgraph.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/**
 * Reads arguments, environment and the files they name.
 * @throws ConfigError that lists everything wrong.
 */
export function readGatewayConfig(argv: readonly string[], env: NodeJS.ProcessEnv): GatewayConfig {
  const { values } = parseArgs({ args: [...argv], options: { supergraph: { type: 'string' }, open: { type: 'boolean', default: false } } });
  const settings = readConfig(z.object(gatewayVariables), env, 'gateway');
  const wrong: string[] = clockGoes(settings) ? [] : [`CLOCK_FILE: ${CLOCK_HELD.error}`];
  const file = values.supergraph ?? settings.SUPERGRAPH ?? new URL('schema/supergraph.graphql', projectRoot);
  const graph = readGraph(file, values.open, env, wrong);
  const jwks = values.open ? null : attempt(wrong, 'JWKS_FILE', () => readJwks(settings.JWKS_FILE));
  const own = values.open ? null : readOwnConfig(settings, wrong);
  if (wrong.length > 0 || !graph) throw wrongConfig(wrong);
  const pollMs = settings.SUPERGRAPH_POLL_MS;
  const supergraphFile = {
    path: file instanceof URL ? fileURLToPath(file) : file,
    pollMs,
    read: () => readGraphAgain(file, values.open, env),
  };
  return {
    ...graph,
    ...(pollMs > 0 && { supergraphFile }),
    host: settings.HOST,
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    isProduction: settings.NODE_ENV === 'production',
    clockFile: settings.CLOCK_FILE,
    isOpen: values.open,
    jwks: jwks ?? null,
    own,
    overrideLabels: settings.OVERRIDE_LABELS.split(',').filter((label) => label !== ''),
    subgraphTimeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
    subgraphConcurrency: settings.SUBGRAPH_CONCURRENCY,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    ...(!values.open && { budget: { perMinute: settings.RATE_LIMIT_PER_MINUTE, redisUrl: settings.REDIS_URL ?? null } }),
    costLimits: { request: settings.COST_BUDGET, subgraph: settings.COST_BUDGET_SUBGRAPH, page: values.open ? null : COST_LIMITS.page },
    requestConcurrency: settings.REQUEST_CONCURRENCY,
  };
}

const wrongConfig = (wrong: readonly string[]) =>
  new ConfigError(`Configuration of gateway is wrong (配置有误):\n${wrong.map((line) => `  ${line}`).join('\n')}`);

function readGraphAgain(file: string | URL, isOpen: boolean, env: NodeJS.ProcessEnv): GraphConfig {
  const wrong: string[] = [];
  const graph = readGraph(file, isOpen, env, wrong);
  if (wrong.length > 0 || !graph) throw wrongConfig(wrong);
  return graph;
}

function readGraph(file: string | URL, isOpen: boolean, env: NodeJS.ProcessEnv, wrong: string[]): GraphConfig | undefined {
  const supergraph = attempt(wrong, 'SUPERGRAPH', () => readSupergraph(readFileSync(file, 'utf8')));
  if (!supergraph) return undefined;
  return { supergraph, subgraphs: [...supergraph.addresses].map(([name, composed]) => readSubgraph(name, composed, isOpen, env, wrong)) };
}

function readJwks(file: string | undefined): string {
  if (!file) throw new Error('required: a file with the public keys of credentials');
  const text = readFileSync(file, 'utf8');
  parseJwks(text);
  return text;
}

function readSubgraph(name: string, composed: string, isOpen: boolean, env: NodeJS.ProcessEnv, wrong: string[]): SubgraphAddress {
  const urlName = variableOf('SUBGRAPH_URL', name);
  const keysName = variableOf('SUBGRAPH_KEYS', name);
  const url = env[urlName] ?? composed;
  attempt(wrong, urlName, () => z.url({ protocol: /^https?$/ }).parse(url));
  const keys = isOpen ? null : attempt(wrong, keysName, () => parseKeys(env[keysName] ?? ''));
  const timeoutName = variableOf('SUBGRAPH_TIMEOUT_MS', name);
  const timeoutMs = attempt(wrong, timeoutName, () => milliseconds.optional().parse(env[timeoutName]));
  return { name, url, keys: keys ?? null, timeoutMs };
}

function attempt<T>(wrong: string[], name: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const message = error instanceof z.ZodError ? error.issues.map((issue) => issue.message).join('; ') : String((error as Error).message);
    wrong.push(`${name}: ${message}`);
    return undefined;
  }
}
