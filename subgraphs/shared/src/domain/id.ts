import { createHash, randomBytes } from 'node:crypto';
import { startOf } from './period.ts';
import { ValueError } from './value-error.ts';

/** Crockford's base 32, the alphabet of a ULID. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PREFIX = /^[a-z]{2,3}$/;
const ID = /^([a-z]{2,3})_([0-7][0-9A-HJKMNP-TV-Z]{25})$/;

const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const RANDOM_BYTES = 10;

/**
 * A stable id made from its seed: `ar_` and a 26-character ULID, whose time is the beginning of the civil day `at` and whose 80 other
 * bits are the first of SHA-256(`seed`). The same arguments give the same id on every machine, so seeds can be loaded twice (§3.2).
 *
 * @param prefix two or three lower-case letters naming the kind of object
 * @param at civil day `YYYY-MM-DD` in Asia/Shanghai, not before 1970-01-02
 * @throws ValueError `VALIDATION_FAILED`
 */
export function stableId(prefix: string, at: string, seed: string): string {
  const digest = createHash('sha256').update(seed, 'utf8').digest();
  return identifier(prefix, startOf(at).getTime(), digest.subarray(0, RANDOM_BYTES));
}

/** A new id of this instant with 80 random bits, for objects that commands make (§3.2). Sorts by the time of making. */
export function newId(prefix: string, now: Date = new Date()): string {
  return identifier(prefix, now.getTime(), randomBytes(RANDOM_BYTES));
}

/** Whether a text has the form of an id, of this kind when `prefix` is given. */
export function isId(text: string, prefix?: string): boolean {
  const match = ID.exec(text);
  return match !== null && (prefix === undefined || match[1] === prefix);
}

function identifier(prefix: string, milliseconds: number, bits: Uint8Array): string {
  if (!PREFIX.test(prefix)) {
    throw new ValueError('VALIDATION_FAILED', '标识前缀须为两到三个小写字母', 'An id begins with two or three lower-case letters', {
      prefix,
    });
  }
  if (!(milliseconds >= 0)) {
    throw new ValueError('VALIDATION_FAILED', '标识的时间不能早于 1970 年', 'The time of an id cannot be before 1970', { milliseconds });
  }
  const random = BigInt(`0x${Buffer.from(bits).toString('hex')}`);
  return `${prefix}_${base32(BigInt(milliseconds), TIME_CHARS)}${base32(random, RANDOM_CHARS)}`;
}

function base32(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text = ALPHABET[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}
