import { ValueError } from './value-error.ts';

/** Decimals of love coins: 1 coin = 100 minor units (§3.1). */
export const COIN_DIGITS = 2;

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;
/** Minor units are stored in 64 bits. */
const LARGEST = 2n ** 63n - 1n;

/**
 * A decimal text as whole minor units, exactly: `parseMinor('12.5', 2)` is 1250n. More decimals than `digits` are refused, not rounded.
 *
 * @throws ValueError `VALIDATION_FAILED`, also beyond 64 bits
 */
export function parseMinor(text: string, digits: number): bigint {
  const match = DECIMAL.exec(text);
  if (!match) throw new ValueError('VALIDATION_FAILED', `不是十进制数：${text}`, `Not a decimal number: ${text}`, { value: text });
  const [, sign, whole = '', fraction = ''] = match;
  if (fraction.length > digits) {
    throw new ValueError('VALIDATION_FAILED', `最多 ${digits} 位小数：${text}`, `At most ${digits} decimals: ${text}`, {
      value: text,
      digits,
    });
  }
  const minor = BigInt(whole + fraction.padEnd(digits, '0'));
  if (minor > LARGEST) throw new ValueError('VALIDATION_FAILED', `数值过大：${text}`, `The number is too large: ${text}`, { value: text });
  return sign === '-' ? -minor : minor;
}

/** Minor units as a decimal with exactly `digits` decimals: `formatMinor(1250n, 2)` is "12.50". */
export function formatMinor(minor: bigint, digits: number): string {
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const sign = minor < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `Coins`: an amount of love coins that is not negative, in minor units. @throws ValueError `VALIDATION_FAILED` */
export function parseCoins(text: string): bigint {
  const minor = parseMinor(text, COIN_DIGITS);
  if (minor >= 0n && !text.startsWith('-')) return minor;
  throw new ValueError('VALIDATION_FAILED', `爱心币不能为负：${text}`, `Coins cannot be negative: ${text}`, { value: text });
}

/** `SignedCoins`: a movement or a balance, in minor units. @throws ValueError `VALIDATION_FAILED` */
export function parseSignedCoins(text: string): bigint {
  return parseMinor(text, COIN_DIGITS);
}

/** Coins in minor units as text with two decimals, "12.50". */
export function formatCoins(minor: bigint): string {
  return formatMinor(minor, COIN_DIGITS);
}
