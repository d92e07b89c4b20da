/**
 * Exact numbers of the straight SQL, apart from the hub's own: fractions of bigint, written as a decimal where it ends, else as `n/d`.
 * Nothing here may come from `subgraphs/`, because these figures are the proof of those.
 */

/** A number as a fraction in lowest terms; the denominator is positive. */
export interface Exact {
  n: bigint;
  d: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

/** The fraction n / d in lowest terms. @throws RangeError when d is zero */
export function fraction(n: bigint, d: bigint = 1n): Exact {
  if (d === 0n) throw new RangeError('a fraction needs a denominator');
  const common = gcd(n, d) || 1n;
  const sign = d < 0n ? -1n : 1n;
  return { n: (sign * n) / common, d: (sign * d) / common };
}

/** Reads `12`, `-3.50` or `4/3`. @throws SyntaxError for anything else */
export function exact(text: string | number | bigint): Exact {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:\/(\d+))?$/.exec(String(text));
  if (!match) throw new SyntaxError(`${text} is no exact number`);
  const [, sign, whole, decimals = '', under = '1'] = match;
  return fraction(BigInt(`${sign}${whole}${decimals}`), 10n ** BigInt(decimals.length) * BigInt(under));
}

export const times = (a: Exact, b: Exact): Exact => fraction(a.n * b.n, a.d * b.d);
export const over = (a: Exact, b: Exact): Exact => fraction(a.n * b.d, a.d * b.n);
export const plus = (a: Exact, b: Exact): Exact => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Exact, b: Exact): Exact => plus(a, { n: -b.n, d: b.d });
export const sum = (numbers: Iterable<Exact>): Exact => [...numbers].reduce(plus, { n: 0n, d: 1n });

/** Rounded half-up (away from zero) to so many decimals, all of them written: 29.995 at 2 is 30.00. */
export function shown({ n, d }: Exact, digits: number): string {
  const scaled = (n < 0n ? -n : n) * 10n ** BigInt(digits);
  const rounded = (2n * scaled + d) / (2n * d);
  const text = rounded.toString().padStart(digits + 1, '0');
  const decimals = digits > 0 ? `.${text.slice(-digits)}` : '';
  return `${n < 0n && rounded > 0n ? '-' : ''}${text.slice(0, text.length - digits)}${decimals}`;
}

/** Digits after the point that the number has, null when they never end. */
function decimalsOf({ d }: Exact): number | null {
  let [rest, twos, fives] = [d, 0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}

/** The shortest exact writing: `30`, `12.5`, `4/3`. */
export function written(number: Exact): string {
  const decimals = decimalsOf(number);
  return decimals === null ? `${number.n}/${number.d}` : shown(number, decimals);
}

/** Decimals that the hub writes of a numerator or denominator: a share of m², or hours of minutes, has more or endless ones. */
const PART_DIGITS = 4;

/** Whether a decimal of the graph is this number, half-up to the decimals that a part of a figure is written with; a count is exact. */
export function isSame(decimal: string | null, text: string | null): boolean {
  if (decimal === null || text === null) return decimal === text;
  return written(exact(decimal)) === written(exact(shown(exact(text), PART_DIGITS)));
}
