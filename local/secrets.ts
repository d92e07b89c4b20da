import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { subgraphList } from '../subgraphs/shared/src/config.ts';
import type { DataFolder } from './folder.ts';
import { Trouble } from './trouble.ts';

/** Name of the gateway: of its process, its database and its roles. */
export const GATEWAY = 'gateway';

/** A private Ed25519 key as JWK, with its name. */
export interface SigningKey {
  kty: string;
  crv: string;
  x: string;
  d: string;
  kid: string;
  alg: 'EdDSA';
}

/** What one department's process and database are trusted by. */
export interface SubgraphSecrets {
  /** Keys of the gateway's signature, as `SUBGRAPH_KEYS`. */
  subgraphKeys: string;
  /** Key of the signed row scope, as `ROW_SCOPE_KEY`. */
  rowScopeKey: string;
  /** The department's service credential. */
  serviceKey: SigningKey;
  passwords: Record<DatabaseRole, string>;
  /** Key of the vault's rows, as in `VAULT_KEY_FILE`; where the department keeps a vault. */
  vaultKey?: string;
}

/** Roles of a department's database (design §5): `owner` migrates and loads, `app` serves, `figures` counts, `vault` knows who people are. */
export const DATABASE_ROLES = ['owner', 'app', 'figures', 'vault'] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** The roles that a database has: a department's `vault` only where it keeps one, the gateway's neither vault nor figures. */
export const rolesOf = (name: string): DatabaseRole[] =>
  name === GATEWAY ? ['owner', 'app'] : DATABASE_ROLES.filter((role) => role !== 'vault' || keepsVault(name));

/** Passwords of a department's roles, or of the gateway's, by role. */
export function passwordsOf({ gateway, subgraphs }: Secrets, name: string): Partial<Record<DatabaseRole, string>> {
  const own = name === GATEWAY ? gateway : subgraphs[name];
  if (!own) throw new Error(`there are no secrets of ${name}`);
  return own.passwords;
}

/** Whether a department keeps personal data in a vault (`schema/supergraph.yaml`). */
export const keepsVault = (subgraph: string): boolean => subgraphList()[subgraph]?.vault === true;

/** Everything secret of one machine's hub. Made at random, kept in one file that only its owner reads. */
export interface Secrets {
  superuserPassword: string;
  /** Signs the tokens of `npm run token`; refused by a gateway with `NODE_ENV=production`. */
  developmentKey: SigningKey;
  gateway: GatewaySecrets;
  subgraphs: Record<string, SubgraphSecrets>;
}

/** What the gateway's own database and tokens are trusted by. */
export interface GatewaySecrets {
  passwords: Record<'owner' | 'app', string>;
  /** Signs the tokens of `POST /oauth/token`. */
  tokenKey: SigningKey;
}

/** Fresh secrets for these subgraphs. */
export function makeSecrets(names: readonly string[]): Secrets {
  return {
    superuserPassword: password(),
    developmentKey: signingKey(`dev-${randomBytes(4).toString('hex')}`),
    gateway: makeGatewaySecrets(),
    subgraphs: Object.fromEntries(names.map((name) => [name, makeSubgraphSecrets(name)])),
  };
}

const makeGatewaySecrets = (): GatewaySecrets => ({
  passwords: { owner: password(), app: password() },
  tokenKey: signingKey(`gateway-${randomBytes(4).toString('hex')}`),
});

const makeSubgraphSecrets = (name: string): SubgraphSecrets => ({
  subgraphKeys: `k1:${randomBytes(32).toString('base64')}`,
  rowScopeKey: randomBytes(32).toString('base64'),
  serviceKey: signingKey(`service-${name}-1`),
  passwords: { owner: password(), app: password(), figures: password(), vault: password() },
  ...(keepsVault(name) && { vaultKey: vaultKey() }),
});

const vaultKey = (): string => `k1:${randomBytes(32).toString('base64')}`;

const password = (): string => randomBytes(24).toString('base64url');

function signingKey(kid: string): SigningKey {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '', d: jwk.d ?? '', kid, alg: 'EdDSA' };
}

/** Reads the secrets of a data folder, or makes them in a new one; a subgraph that came since gets its own. Writes `jwks.json` beside. */
export function keepSecrets(folder: DataFolder, names: readonly string[]): Secrets {
  const kept = readSecrets(folder);
  if (!kept && existsSync(folder.postgres)) throw halfMade(folder);
  const secrets = kept ?? makeSecrets(names);
  // Made before the gateway had a database.
  secrets.gateway ??= makeGatewaySecrets();
  for (const name of names) {
    secrets.subgraphs[name] ??= makeSubgraphSecrets(name);
    addVault(secrets.subgraphs[name], name);
  }
  writePrivately(folder.secrets, secrets);
  writeVaultKeys(folder.path, secrets);
  writePrivately(folder.jwks, publicKeys(secrets));
  return secrets;
}

/** Secrets that were made before there was a vault get what it needs. */
function addVault(own: SubgraphSecrets, name: string): void {
  own.passwords.vault ??= password();
  if (keepsVault(name)) own.vaultKey ??= vaultKey();
}

/** File of a department's vault key, which its process alone is told of. */
export const vaultKeyFile = (folder: string, subgraph: string): string => join(folder, `vault-${subgraph}.key`);

/** Writes the vaults' keys, each to a file of its own. */
export function writeVaultKeys(folder: string, { subgraphs }: Pick<Secrets, 'subgraphs'>): void {
  for (const [name, { vaultKey: key }] of Object.entries(subgraphs))
    if (key !== undefined) writeWhole(vaultKeyFile(folder, name), `${key}\n`);
}

/** The secrets of a data folder, or null if none were made yet. */
export function readSecrets(folder: DataFolder): Secrets | null {
  if (!existsSync(folder.secrets)) return null;
  const text = readFileSync(folder.secrets, 'utf8');
  try {
    return JSON.parse(text) as Secrets;
  } catch {
    throw halfMade(folder);
  }
}

const halfMade = ({ path }: DataFolder): Trouble =>
  new Trouble(
    `The data folder ${path} is only half made (its secrets.json is missing or broken): run npm run reset to start over.`,
    `数据目录 ${path} 不完整（secrets.json 缺失或损坏）：请执行 npm run reset 重新开始。`,
  );

/** What the gateway verifies credentials with: the public half of every key that others sign with, as a JWK set. */
export function publicKeys({ developmentKey, subgraphs }: Secrets): { keys: Omit<SigningKey, 'd'>[] } {
  const keys = [developmentKey, ...Object.values(subgraphs).map(({ serviceKey }) => serviceKey)];
  return { keys: keys.map(({ d: _private, ...open }) => ({ ...open, use: 'sig' })) };
}

/** Whole or not at all, and never readable by others in between. */
export const writePrivately = (file: string, content: unknown): void => writeWhole(file, `${JSON.stringify(content, null, 2)}\n`);

function writeWhole(file: string, text: string): void {
  const making = `${file}.${process.pid}`;
  writeFileSync(making, text, { mode: 0o600 });
  renameSync(making, file);
}
