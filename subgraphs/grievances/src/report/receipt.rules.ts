import { createHmac } from 'node:crypto';

// The receipt (回执) of a report and its PIN (§7.1): what a reporter holds instead of an account.

/** Crockford's base 32, without letters that look like digits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Characters before the check character. */
const BODY_LENGTH = 23;
/** Random bytes that a receipt number is made of. */
export const RECEIPT_BYTES = BODY_LENGTH;

const RECEIPT = /^[0-9A-HJKMNP-TV-Z]{24}$/;
const PIN = /^\d{6}$/;
const PINS = 1_000_000n;

/** Sum of value × place, mod 32: one wrong character is noticed. */
function checkCharacter(body: string): string {
  const sum = [...body].reduce((total, character, index) => total + (index + 1) * ALPHABET.indexOf(character), 0);
  return ALPHABET[sum % 32] as string;
}

/** A receipt number: 23 characters of 5 random bits each, and a check character. @param random `RECEIPT_BYTES` bytes */
export function receiptNoFrom(random: Uint8Array): string {
  const body = Array.from(random.subarray(0, BODY_LENGTH), (byte) => ALPHABET[byte & 31]).join('');
  return body + checkCharacter(body);
}

/**
 * The receipt number that somebody typed, spaces, hyphens and small letters forgiven, O read as 0 and I and L as 1; null if it is none. Its check
 * character alone says whether it may exist, so this answers nothing about what does.
 */
export function readReceiptNo(typed: string): string | null {
  const text = typed.replaceAll(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return RECEIPT.test(text) && checkCharacter(text.slice(0, BODY_LENGTH)) === text[BODY_LENGTH] ? text : null;
}

/** Six digits that follow from a secret and what it is asked about, evenly spread; the same again for the same. */
export function pinFrom(secret: Buffer, receiptNo: string, key: string): string {
  const mac = createHmac('sha256', secret).update(`pin\n${receiptNo}\n${key}`).digest();
  return String(mac.readBigUInt64BE() % PINS).padStart(6, '0');
}

export const isPin = (text: string): boolean => PIN.test(text);
