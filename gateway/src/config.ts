/** What the gateway's process is told by its environment and its arguments. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CLOCK_HELD, ConfigError, clockGoes, processVariables, projectRoot, readConfig } from '../../subgraphs/shared/src/config.ts';
import { type Keys, parseKeys } from '../../subgraphs/shared/src/signature.ts';
import { readSupergraph, type Supergraph } from './supergraph.ts';

const milliseconds = z.coerce.number().int().min(1).max(120_000);

/** Variables that do not depend on the supergraph; `SUBGRAPH_KEYS_<NAME>` and `SUBGRAPH_URL_<NAME>` come per subgraph. */
export const gatewayVariables = {
  ...processVariables,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
  /** File of the composed supergraph. */
  SUPERGRAPH: z.string().optional(),
  /** File of the public keys (JWK set) that credentials are verified with. */
  JWKS_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** How long one answer of a subgraph may take. */
  SUBGRAPH_TIMEOUT_MS: milliseconds.default(1_000),
  /** How long one request may take in all. */
  REQUEST_TIMEOUT_MS: milliseconds.default(10_000),
};

/** One subgraph as configured. */
export interface SubgraphAddress {
  name: string;
  url: string;
  /** Null in `--open`. */
  keys: Keys | null;
}

export interface GatewayConfig {
  host: string;
  port: number;
  logLevel: z.infer<typeof gatewayVariables.LOG_LEVEL>;
  isProduction: boolean;
  /** File that holds the clock in a test. */
  clockFile?: string;
  /** No identity, no district policy: any Federation 2 supergraph (`--open`). */
  isOpen: boolean;
  supergraph: Supergraph;
  /** Text of the JWK set; null in `--open`. */
  jwks: string | null;
  subgraphs: SubgraphAddress[];
  subgraphTimeoutMs: number;
  requestTimeoutMs: number;
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
  const supergraph = attempt(wrong, 'SUPERGRAPH', () => readSupergraph(readFileSync(file, 'utf8')));
  const jwks = values.open ? null : attempt(wrong, 'JWKS_FILE', () => readJwks(settings.JWKS_FILE));
  const subgraphs = [...(supergraph?.addresses ?? [])].map(([name, composed]) => readSubgraph(name, composed, values.open, env, wrong));
  if (wrong.length > 0 || !supergraph)
    throw new ConfigError(`Configuration of gateway is wrong (配置有误):\n${wrong.map((line) => `  ${line}`).join('\n')}`);
  return {
    host: settings.HOST,
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    isProduction: settings.NODE_ENV === 'production',
    clockFile: settings.CLOCK_FILE,
    isOpen: values.open,
    supergraph,
    jwks: jwks ?? null,
    subgraphs,
    subgraphTimeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
  };
}

function readJwks(file: string | undefined): string {
  if (!file) throw new Error('required: a file with the public keys of credentials');
  const text = readFileSync(file, 'utf8');
  z.object({ keys: z.array(z.object({ kid: z.string(), kty: z.string() })) }).parse(JSON.parse(text));
  return text;
}

function readSubgraph(name: string, composed: string, isOpen: boolean, env: NodeJS.ProcessEnv, wrong: string[]): SubgraphAddress {
  const urlName = variableOf('SUBGRAPH_URL', name);
  const keysName = variableOf('SUBGRAPH_KEYS', name);
  const url = env[urlName] ?? composed;
  attempt(wrong, urlName, () => z.url({ protocol: /^https?$/ }).parse(url));
  const keys = isOpen ? null : attempt(wrong, keysName, () => parseKeys(env[keysName] ?? ''));
  return { name, url, keys: keys ?? null };
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
