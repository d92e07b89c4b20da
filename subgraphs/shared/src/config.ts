import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** Root of the project, found from this file in the sources and in `dist`. */
export const projectRoot = new URL(import.meta.url.includes('/dist/') ? '../../../../' : '../../../', import.meta.url);

const subgraphEntry = z.object({ address: z.url(), schema: z.string(), vault: z.boolean().default(false) });
const supergraphFile = z.object({ subgraphs: z.record(z.string(), subgraphEntry) });

/** `schema/supergraph.yaml`, the only list of subgraphs: name → address on one machine, file of its printed schema, vault. */
export const subgraphList = () =>
  supergraphFile.parse(parse(readFileSync(new URL('schema/supergraph.yaml', projectRoot), 'utf8'))).subgraphs;

const port = z.coerce.number().int().min(0).max(65535);
const base64 = z.string().regex(/^[A-Za-z0-9+/_-]{32,}=*$/, 'base64 of at least 24 bytes');
const keys = z.string().regex(/^[\w-]+:[A-Za-z0-9+/_=-]{32,}(,[\w-]+:[A-Za-z0-9+/_=-]{32,})?$/, 'ID:BASE64, two at most, the newer first');

/** How every process is told that it runs in earnest, and which file holds its clock in a test. */
export const processVariables = {
  NODE_ENV: z.string().default('development'),
  /** File with the instant at which a test holds the clock (`clock.ts`). */
  CLOCK_FILE: z.string().optional(),
};

/** For `refine` of an environment's shape: no process in earnest runs on a held clock. */
export const clockGoes = ({ NODE_ENV, CLOCK_FILE }: { NODE_ENV: string; CLOCK_FILE?: string }): boolean =>
  NODE_ENV !== 'production' || CLOCK_FILE === undefined;
/** What is said when `clockGoes` is false, beside whatever else is wrong. */
export const CLOCK_HELD = { path: ['CLOCK_FILE'], error: 'the clock is never held in production', when: () => true };

/** What a subgraph's process is told by its environment. */
export const subgraphVariables = {
  ...processVariables,
  HOST: z.string().default('127.0.0.1'),
  PORT: port.optional(),
  /** Login of role `<name>_app`. */
  DATABASE_URL: z.url(),
  /** Login of role `<name>_figures`. */
  FIGURES_DATABASE_URL: z.url(),
  /** Login of role `<name>_vault`, and the file with the key of its rows; where the department keeps a vault. */
  VAULT_DATABASE_URL: z.url().optional(),
  VAULT_KEY_FILE: z.string().optional(),
  /** Folder of uploaded files, this department's alone; made if it is absent. */
  FILES_DIR: z.string(),
  /** Keys of the gateway's signature. */
  SUBGRAPH_KEYS: keys,
  /** Key of the signed row scope, the same as in the database. */
  ROW_SCOPE_KEY: base64,
  /** Where the graph is asked for other departments' facts. */
  GATEWAY_URL: z.url().default('http://127.0.0.1:4000/graphql'),
  /** Private key (JWK) of this department's service credential. */
  SERVICE_KEY: z.string().startsWith('{'),
  DISTRICT_CODE: z
    .string()
    .regex(/^\d{12}$/)
    .default('410305000000'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
};
const subgraphShape = z.object(subgraphVariables).refine(clockGoes, CLOCK_HELD);
export type SubgraphConfig = z.infer<typeof subgraphShape>;

/** The shape for one department: what its vault needs is required if it keeps one. */
function shapeOf(name: string): typeof subgraphShape {
  if (!subgraphList()[name]?.vault) return subgraphShape;
  const isThere = (variable: 'VAULT_DATABASE_URL' | 'VAULT_KEY_FILE') => (env: SubgraphConfig) => env[variable] !== undefined;
  const missing = (variable: string) => ({ path: [variable], error: 'required: this department keeps a vault', when: () => true });
  return subgraphShape
    .refine(isThere('VAULT_DATABASE_URL'), missing('VAULT_DATABASE_URL'))
    .refine(isThere('VAULT_KEY_FILE'), missing('VAULT_KEY_FILE'));
}

/** The environment was wrong; the message lists everything that is, and no value. */
export class ConfigError extends Error {}

/** Reads the environment by a zod shape; everything that is wrong is told in one message, values are never shown. */
export function readConfig<T>(shape: z.ZodType<T>, env: NodeJS.ProcessEnv, process: string): T {
  const result = shape.safeParse(env);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n');
  throw new ConfigError(`Configuration of ${process} is wrong (配置有误):\n${wrong}\nSet these environment variables and start again.`);
}

export const readSubgraphConfig = (name: string, env = process.env): SubgraphConfig => readConfig(shapeOf(name), env, name);
