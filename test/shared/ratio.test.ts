import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ratio } from '../../subgraphs/shared/src/domain/ratio.ts';
import { ValueError } from '../../subgraphs/shared/src/domain/value-error.ts';

const whole = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const ratio = fc.tuple(whole, fc.bigInt({ min: 1n, max: 10n ** 12n })).map(([n, d]) => Ratio.of(n, d));

describe('an exact ratio', () => {
  test('960.00 m² for 3 200 households is 30.00 per hundred and meets 30 (G1)', () => {
    const value = Ratio.of('960.00', 3200).percent();
    expect(value.toDecimal(2)).toBe('30.00');
    expect(value.atLeast(Ratio.of(30))).toBe(true);
  });

  test('959.99 m² is shown as 30.00 and still misses 30, by 0.01 m² (G2)', () => {
    const value = Ratio.of('959.99', 3200).percent();
    expect(value.toDecimal(2)).toBe('30.00');
    expect(value.atLeast(Ratio.of(30))).toBe(false);
    expect(Ratio.of(3200).mul(Ratio.of('0.3')).sub(Ratio.of('959.99')).toDecimal(2)).toBe('0.01');
  });

  test.each([
    [183, 190, '96.32'],
    [151, 176, '85.80'],
    [160, 176, '90.91'],
    [14, 190, '7.37'],
  ])('%d of %d is %s %% (G24)', (n, d, shown) => {
    expect(Ratio.of(n, d).percent().toDecimal(2)).toBe(shown);
  });

  test.each([
    ['0.005', 2, '0.01'],
    ['-0.005', 2, '-0.01'],
    ['-0.004', 2, '0.00'],
    ['2.5', 0, '3'],
    ['1050.5', 2, '1050.50'],
    ['0.3', 4, '0.3000'],
  ])('%s with %d decimals is %s: half up, ties away from zero, no sign on nothing', (text, digits, shown) => {
    expect(Ratio.of(text).toDecimal(digits)).toBe(shown);
  });

  test('trims only the zeros after the point', () => {
    expect(Ratio.of('30.50').toTrimmed(2)).toBe('30.5');
    expect(Ratio.of(30).toTrimmed(2)).toBe('30');
    expect(Ratio.of(300).toTrimmed(0)).toBe('300');
  });

  test('refuses what is not exact: fractions as numbers, exponents, nothing as denominator', () => {
    for (const make of [
      () => Ratio.of(0.1),
      () => Ratio.of('1e3'),
      () => Ratio.of('1,050'),
      () => Ratio.of(1, 0),
      () => Ratio.of(2 ** 53),
    ]) {
      expect(make).toThrow(ValueError);
    }
    expect(() => Ratio.ONE.div(Ratio.ZERO)).toThrow('除数不能为零');
  });

  test('the sum of nothing is zero', () => {
    expect(Ratio.sum([]).isZero()).toBe(true);
  });

  test('keeps the laws of arithmetic for any numbers', () => {
    fc.assert(
      fc.property(ratio, ratio, ratio, (a, b, c) => {
        expect(a.add(b).sub(b).equals(a)).toBe(true);
        expect(a.mul(b.add(c)).equals(a.mul(b).add(a.mul(c)))).toBe(true);
        if (!b.isZero()) expect(a.div(b).mul(b).equals(a)).toBe(true);
        expect(a.cmp(b)).toBe(b.cmp(a) === 0 ? 0 : -b.cmp(a));
      }),
    );
  });

  test('shows a decimal within half a unit of the exact number, and a shown decimal again unchanged', () => {
    fc.assert(
      fc.property(ratio, fc.integer({ min: 0, max: 6 }), (a, digits) => {
        const shown = Ratio.of(a.toDecimal(digits));
        const half = Ratio.of(1n, 2n * 10n ** BigInt(digits));
        expect(shown.sub(a).abs().atMost(half)).toBe(true);
        expect(shown.toDecimal(digits)).toBe(a.toDecimal(digits));
      }),
    );
  });

  test('is never decided by rounding: order of shown values follows the order of exact ones', () => {
    fc.assert(
      fc.property(ratio, ratio, (a, b) => {
        if (a.cmp(b) < 0) expect(Ratio.of(a.toDecimal(2)).atMost(Ratio.of(b.toDecimal(2)))).toBe(true);
      }),
    );
  });
});
