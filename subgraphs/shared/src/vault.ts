/**
 * The vault of a department (privacy §10.2): who people are, and what they said as they said it. Put in by commands, inside their transaction;
 * read by the process under a role of its own, one kind at a time, under the row scope of the caller.
 *
 *     await ctx.vault.put(ctx, reportId, { IDENTITY: { name, phone }, PIN: await hashPin(pin) }, { communityId });
 *     const identities = await ctx.vault.read<Identity>(ctx, [reportId], 'IDENTITY');
 *
 * Values never reach a message or a log.
 */
import type { CommandContext } from './command.ts';
import type { Context } from './context.ts';
import { openPool, reading, writing } from './database.ts';
import { NOBODY, scopeKeys, signScope } from './row-scope.ts';
import { derived, marksOf, readVaultKeys, seal, unseal } from './vault-cipher.ts';

export interface VaultConfig {
  /** Login of role `<name>_vault`. */
  VAULT_DATABASE_URL: string;
  /** File with the keys of the rows, mode 0600. */
  VAULT_KEY_FILE: string;
  /** Key of the signed row scope. */
  ROW_SCOPE_KEY: string;
}

/** More about the secrets of one object. */
interface PutOptions {
  /** Community whose staff may be shown them; SERVICE alone without. */
  communityId?: string | null;
  /** Kinds that `find` finds by their value, which is a text then. */
  findable?: readonly string[];
}

/** Who asks, and until when he waits. */
type Asking = Pick<Context, 'claims' | 'signal'>;

export interface Vault {
  /** Puts secrets of an object in, by kind, in the command's transaction. A kind that is there already stays, and the command fails. */
  put(ctx: Pick<CommandContext, 'rows'>, objectId: string, secrets: Readonly<Record<string, unknown>>, options?: PutOptions): Promise<void>;
  /**
   * Secrets of one kind by object, as far as the caller's row scope shows them: those of his communities, to staff. What else makes him entitled
   * (an order of his, a purpose) is asked before.
   * @throws VaultError for one that does not open
   */
  read<T>(ctx: Asking, objectIds: readonly string[], kind: string): Promise<Map<string, T>>;
  /** As `read`, for who has shown in another way that it is his: by a PIN, by his login; and to check that. */
  readAsService<T>(ctx: Asking, objectIds: readonly string[], kind: string): Promise<Map<string, T>>;
  /** Ids of the objects whose secret of a findable kind is this text. */
  find(ctx: Asking, kind: string, value: string): Promise<string[]>;
  /** Deletes secrets for good, all kinds unless told. @returns how many there were */
  forget(ctx: Asking, objectIds: readonly string[], kinds?: readonly string[]): Promise<number>;
  /** 32 bytes for a purpose of the department, the same as long as the key is. */
  secretFor(purpose: string): Buffer;
  /** Does the role reach the vault, and does the database take our row scope there? */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

interface Row {
  objectId: string;
  communityId: string | null;
  keyId: string;
  ciphertext: string;
}

const MAX_CONNECTIONS = 2;
const READY_MS = 1_000;
const SERVICE = { ...NOBODY, roles: ['SERVICE' as const], variant: 'INTERNAL' as const };

const PUT = `select vault.put($1, s.kind, $2, s.key, decode(s.ciphertext, 'base64'), decode(s.mark, 'base64'))
  from jsonb_to_recordset($3::jsonb) as s(kind text, key text, ciphertext text, mark text)`;
const READ = `select object_id as "objectId", community_id as "communityId", key_id as "keyId", encode(ciphertext, 'base64') as ciphertext
  from vault.secret where object_id = any($1) and kind = $2`;
const FIND = `select object_id as "objectId" from vault.secret
  where kind = $1 and mark = any (select decode(m, 'base64') from unnest($2::text[]) m) order by object_id`;
const FORGET = 'delete from vault.secret where object_id = any($1) and ($2::text[] is null or kind = any($2)) returning kind';

/** Sees whether the role may read the table, without reading it. */
const READY = `select hub.role_is(array['SERVICE']) as trusted, (select count(*) from vault.secret where false) as none`;

/** Opens the vault of a department; connections are made when they are needed. @throws ConfigError about the key file */
export function openVault(name: string, config: VaultConfig): Vault {
  const keys = readVaultKeys(config.VAULT_KEY_FILE);
  const scopes = scopeKeys(config.ROW_SCOPE_KEY);
  const pool = openPool(config.VAULT_DATABASE_URL, `${name} vault`, MAX_CONNECTIONS);
  const service = (pid: number): string => signScope(scopes, SERVICE, pid);

  const readAs = async <T>(scope: (pid: number) => string, { claims, signal }: Asking, objectIds: readonly string[], kind: string) => {
    if (objectIds.length === 0) return new Map<string, T>();
    const rows = await reading<Row>(pool, { deadline: claims.deadline, signal }, scope, READ, [objectIds, kind]);
    return new Map(
      rows.map(({ objectId, communityId, keyId, ciphertext }) => [
        objectId,
        unseal<T>(keys, { department: name, objectId, kind, communityId }, { keyId, ciphertext: Buffer.from(ciphertext, 'base64') }),
      ]),
    );
  };

  return {
    put: async ({ rows }, objectId, secrets, { communityId = null, findable = [] } = {}) => {
      const sealed = Object.entries(secrets).map(([kind, value]) => {
        const { keyId, ciphertext } = seal(keys, { department: name, objectId, kind, communityId }, value);
        const mark = findable.includes(kind) ? marksOf(keys, name, kind, String(value))[0] : undefined;
        return { kind, key: keyId, ciphertext: ciphertext.toString('base64'), mark: mark?.toString('base64') };
      });
      await rows(PUT, [objectId, communityId, JSON.stringify(sealed)]);
    },
    read: (ctx, objectIds, kind) => readAs((pid) => signScope(scopes, ctx.claims, pid), ctx, objectIds, kind),
    readAsService: (ctx, objectIds, kind) => readAs(service, ctx, objectIds, kind),
    find: async ({ claims, signal }, kind, value) => {
      const marks = marksOf(keys, name, kind, value).map((mark) => mark.toString('base64'));
      const rows = await reading<Pick<Row, 'objectId'>>(pool, { deadline: claims.deadline, signal }, service, FIND, [kind, marks]);
      return rows.map(({ objectId }) => objectId);
    },
    forget: ({ claims }, objectIds, kinds) =>
      writing(
        pool,
        claims.deadline,
        { own: service, service },
        async ({ rows }) => (await rows(FORGET, [objectIds, kinds ?? null])).length,
      ),
    secretFor: (purpose) => derived(keys[0] as (typeof keys)[number], name, purpose),
    ready: () =>
      reading<{ trusted: boolean }>(pool, { deadline: Date.now() + READY_MS }, service, READY, []).then(
        ([row]) => row?.trusted === true,
        () => false,
      ),
    close: () => pool.end(),
  };
}

/** Stands where a department keeps no vault. */
export function noVault(name: string): Vault {
  const absent = (): never => {
    throw new Error(`${name} keeps no vault`);
  };
  return {
    put: absent,
    read: absent,
    readAsService: absent,
    find: absent,
    forget: absent,
    secretFor: absent,
    ready: async () => true,
    close: async () => undefined,
  };
}

/** The vault that an environment tells of. @throws ConfigError about the key file */
export const vaultOf = (name: string, config: Partial<VaultConfig> & Pick<VaultConfig, 'ROW_SCOPE_KEY'>): Vault => {
  const { VAULT_DATABASE_URL, VAULT_KEY_FILE } = config;
  if (VAULT_DATABASE_URL === undefined || VAULT_KEY_FILE === undefined) return noVault(name);
  return openVault(name, { ...config, VAULT_DATABASE_URL, VAULT_KEY_FILE });
};
