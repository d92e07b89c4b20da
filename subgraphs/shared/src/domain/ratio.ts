import { ValueError } from './value-error.ts';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/**
 * An exact rational number, immutable and always in lowest terms with a positive denominator.
 *
 * Rates are exact rationals (§3.8): a figure is compared with its target as a `Ratio` and rounded only to be shown, so that
 * 959.99 m² for 3 200 households shows 30.00 and still misses a target of 30.
 */
export class Ratio {
  static readonly ZERO = new Ratio(0n, 1n);
  static readonly ONE = new Ratio(1n, 1n);

  readonly numerator: bigint;
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /**
   * `Ratio.of('12.50')`, `Ratio.of(1, 3)`, `Ratio.of(5n)`, `Ratio.of('959.99', 3200)`.
   *
   * @throws ValueError `VALIDATION_FAILED` for a number that is not a safe integer, a text that is not a plain decimal, or a denominator of zero.
   */
  static of(n: bigint | number | string, d: bigint | number = 1n): Ratio {
    const [numerator, scale] = typeof n === 'string' ? parseDecimal(n) : [integer(n), 1n];
    return Ratio.reduced(numerator, scale * integer(d));
  }

  /** The sum of many; zero for none. */
  static sum(values: Iterable<Ratio>): Ratio {
    let total = Ratio.ZERO;
    for (const value of values) total = total.add(value);
    return total;
  }

  /** In lowest terms; the constructor trusts its arguments. */
  private static reduced(n: bigint, d: bigint): Ratio {
    if (d === 0n) throw divisionByZero();
    if (d === 1n) return new Ratio(n, d);
    const sign = d < 0n ? -1n : 1n;
    const divisor = gcd(n < 0n ? -n : n, d * sign);
    return new Ratio((n * sign) / divisor, (d * sign) / divisor);
  }

  add(other: Ratio): Ratio {
    return Ratio.reduced(this.numerator * other.denominator + other.numerator * this.denominator, this.denominator * other.denominator);
  }

  sub(other: Ratio): Ratio {
    return this.add(other.neg());
  }

  mul(other: Ratio): Ratio {
    return Ratio.reduced(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** @throws ValueError `VALIDATION_FAILED` when `other` is zero; a figure asks `isZero()` first and answers NO_DENOMINATOR. */
  div(other: Ratio): Ratio {
    return Ratio.reduced(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  neg(): Ratio {
    return new Ratio(-this.numerator, this.denominator);
  }

  abs(): Ratio {
    return this.numerator < 0n ? this.neg() : this;
  }

  /** −1, 0 or 1, exactly: nothing is rounded before it is compared. */
  cmp(other: Ratio): -1 | 0 | 1 {
    const difference = this.numerator * other.denominator - other.numerator * this.denominator;
    if (difference === 0n) return 0;
    return difference < 0n ? -1 : 1;
  }

  equals(other: Ratio): boolean {
    return this.cmp(other) === 0;
  }

  atLeast(other: Ratio): boolean {
    return this.cmp(other) >= 0;
  }

  atMost(other: Ratio): boolean {
    return this.cmp(other) <= 0;
  }

  isZero(): boolean {
    return this.numerator === 0n;
  }

  isNegative(): boolean {
    return this.numerator < 0n;
  }

  isInteger(): boolean {
    return this.denominator === 1n;
  }

  /** Times one hundred, still exact: the value of a figure whose unit is PERCENT. */
  percent(): Ratio {
    return Ratio.reduced(this.numerator * 100n, this.denominator);
  }

  /**
   * The number with exactly `digits` decimals, half-up from the exact value; ties of negative numbers go away from zero
   * (−0.005 → "-0.01"). What rounds to zero has no sign ("0.00").
   */
  toDecimal(digits: number): string {
    if (!Number.isInteger(digits) || digits < 0) {
      throw new ValueError('VALIDATION_FAILED', '小数位数须为非负整数', 'The number of decimals must be a whole number, not negative', {
        digits,
      });
    }
    const scaled = roundHalfUp(this.abs().numerator * 10n ** BigInt(digits), this.denominator);
    const sign = this.isNegative() && scaled !== 0n ? '-' : '';
    const text = scaled.toString().padStart(digits + 1, '0');
    return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
  }

  /** As `toDecimal`, without zeros at the end: "30.5", "30". For texts; figures show all their digits. */
  toTrimmed(digits: number): string {
    const text = this.toDecimal(digits);
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  }

  /** "3/8", "5": exact, for logs and test failures. */
  toString(): string {
    return this.denominator === 1n ? `${this.numerator}` : `${this.numerator}/${this.denominator}`;
  }
}

function parseDecimal(text: string): [bigint, bigint] {
  const match = DECIMAL.exec(text);
  if (!match) throw new ValueError('VALIDATION_FAILED', `不是十进制数：${text}`, `Not a decimal number: ${text}`, { value: text });
  const [, sign, whole = '', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  return [sign === '-' ? -digits : digits, 10n ** BigInt(fraction.length)];
}

function integer(value: bigint | number): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) {
    throw new ValueError('VALIDATION_FAILED', `须为整数：${value}`, `Must be a whole number: ${value}`, { value });
  }
  return BigInt(value);
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** `n/d` to the nearest whole number, ties up; both not negative. */
function roundHalfUp(n: bigint, d: bigint): bigint {
  return (2n * n + d) / (2n * d);
}

function divisionByZero(): ValueError {
  return new ValueError('VALIDATION_FAILED', '除数不能为零', 'Division by zero');
}
