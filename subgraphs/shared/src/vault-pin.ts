/**
 * PINs as scrypt (§7.1), to be kept in the vault. Six digits are guessed in a moment by whoever has the hash and the vault's key, so what protects
 * them is the vault and the lock after five wrong ones; the cost of a check is fixed.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 16 MB and some 40 ms for each; the form says it, so that it may be raised later. */
const COST = 16_384;
const BLOCK = 8;
const BYTES = 32;
const FORM = /^scrypt\$(\d{1,8})\$(\d{1,3})\$([\w+/=]{16,})\$([\w+/=]{32,})$/;

/** The hash of a PIN, with a salt of its own. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(pin, salt, COST, BLOCK);
  return ['scrypt', COST, BLOCK, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Whether a PIN is the one of a hash; without a hash it takes as long and is none. @throws Error for a hash of another form */
export async function checkPin(pin: string, hash: string | null | undefined): Promise<boolean> {
  if (hash == null) {
    await derive(pin, Buffer.alloc(16), COST, BLOCK);
    return false;
  }
  const [, cost, block, salt = '', wanted = ''] = FORM.exec(hash) ?? [];
  if (cost === undefined) throw new Error('a PIN was hashed in an unknown form');
  const given = await derive(pin, Buffer.from(salt, 'base64'), Number(cost), Number(block));
  return timingSafeEqual(given, Buffer.from(wanted, 'base64'));
}

const derive = (pin: string, salt: Buffer, cost: number, block: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(pin, salt, BYTES, { N: cost, r: block, p: 1, maxmem: 256 * cost * block }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
