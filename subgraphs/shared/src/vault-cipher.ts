/**
 * Secrets of a vault as its table keeps them (privacy §10.2): AES-256-GCM under a key of the row's own, derived by HKDF-SHA-256 from the
 * department's key and the row's identity. The row's identity is authenticated with it, so a row that was moved to another person, another kind or
 * another community does not open. Only the length is told, in steps of 64 bytes.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from './config.ts';
import { type Keys, parseKeys } from './signature.ts';

/** What a secret is bound to. */
export interface Binding {
  department: string;
  objectId: string;
  kind: string;
  communityId: string | null;
}

/** A secret as it is stored. */
export interface Sealed {
  keyId: string;
  ciphertext: Buffer;
}

/** A secret that does not open: sealed by a key that is not here, or moved, or changed. Says which row's kind, never what was in it. */
export class VaultError extends Error {}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const STEP_BYTES = 64;

/**
 * The keys of a vault from their file, the newer first; two during a rotation.
 * @throws ConfigError in one sentence when the file is missing, is open to others or holds no keys.
 */
export function readVaultKeys(file: string): Keys {
  const wrong = (what: string): ConfigError => new ConfigError(`VAULT_KEY_FILE ${file} ${what}.`);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw wrong('is not a file (密钥文件不存在)');
  if ((found.mode & 0o077) !== 0) throw wrong('is open to other users: chmod 600 it (密钥文件权限须为 0600)');
  try {
    return parseKeys(readFileSync(file, 'utf8').trim());
  } catch (error) {
    throw wrong(`holds no keys (密钥文件无效): ${(error as Error).message}`);
  }
}

/** Seals a value, anything that JSON can say, with the first key. */
export function seal(keys: Keys, binding: Binding, value: unknown): Sealed {
  const key = keys[0];
  if (!key) throw new VaultError('the vault has no key');
  const text = Buffer.from(JSON.stringify(value));
  const padded = Buffer.alloc(Math.ceil((text.length + 1) / STEP_BYTES) * STEP_BYTES, ' ');
  text.copy(padded);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', rowKey(key, binding), nonce).setAAD(identity(binding, key.id));
  const body = Buffer.concat([cipher.update(padded), cipher.final()]);
  return { keyId: key.id, ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
}

/** The value of a secret. @throws VaultError */
export function unseal<T>(keys: Keys, binding: Binding, { keyId, ciphertext }: Sealed): T {
  const key = keys.find(({ id }) => id === keyId);
  if (!key) throw new VaultError(`the vault has no key ${keyId}, with which a ${binding.kind} was sealed`);
  try {
    const tag = ciphertext.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', rowKey(key, binding), ciphertext.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(identity(binding, keyId)).setAuthTag(tag);
    const text = Buffer.concat([decipher.update(ciphertext.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as T;
  } catch {
    throw new VaultError(`a ${binding.kind} in the vault does not open: another key sealed it, or the row was moved or changed`);
  }
}

/** By what a secret can be found by somebody who knows it already: a mark for each key, in their order. Equal values have equal marks. */
export function marksOf(keys: Keys, department: string, kind: string, value: string): Buffer[] {
  return keys.map(({ secret }) => {
    const key = Buffer.from(hkdfSync('sha256', secret, '', JSON.stringify(['vault mark', department, kind]), 32));
    return createHmac('sha256', key).update(value).digest().subarray(0, 16);
  });
}

/** A secret of the department for a purpose of its own, the same as long as the key is. */
export const derived = (key: Keys[number], department: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key.secret, '', JSON.stringify(['vault purpose', department, purpose]), 32));

const rowKey = (key: Keys[number], binding: Binding): Buffer =>
  Buffer.from(hkdfSync('sha256', key.secret, '', identity(binding, key.id), 32));

const identity = ({ department, objectId, kind, communityId }: Binding, keyId: string): Buffer =>
  Buffer.from(JSON.stringify(['vault.secret', department, objectId, kind, communityId, keyId]));
