import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCoins, formatMinor, parseCoins, parseMinor, parseSignedCoins } from '../../subgraphs/shared/src/domain/decimal.ts';
import { failure } from './failure.ts';

describe('coins', () => {
  test('12.50 are 1 250 minor units', () => {
    expect(parseCoins('12.50')).toBe(1250n);
    expect(parseCoins('12.5')).toBe(1250n);
    expect(parseCoins('12')).toBe(1200n);
    expect(formatCoins(1250n)).toBe('12.50');
    expect(formatCoins(5n)).toBe('0.05');
  });

  test('moved out of a wallet are negative, earned ones never', () => {
    expect(parseSignedCoins('-12.50')).toBe(-1250n);
    expect(formatCoins(-5n)).toBe('-0.05');
    expect(failure(() => parseCoins('-12.50')).code).toBe('VALIDATION_FAILED');
    expect(failure(() => parseCoins('-0')).code).toBe('VALIDATION_FAILED');
  });

  test.each(['12.505', '1e3', '12,50', '.5', '5.', '+1', '', ' 1', '１２'])('"%s" is refused, not rounded or guessed', (text) => {
    expect(failure(() => parseSignedCoins(text)).code).toBe('VALIDATION_FAILED');
  });

  test('fit into 64 bits or are refused', () => {
    expect(parseCoins('92233720368547758.07')).toBe(2n ** 63n - 1n);
    expect(failure(() => parseCoins('92233720368547758.08')).code).toBe('VALIDATION_FAILED');
  });

  test('read back as they were written, at any number of decimals', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n - 1n), max: 2n ** 63n - 1n }), fc.integer({ min: 0, max: 6 }), (minor, digits) => {
        expect(parseMinor(formatMinor(minor, digits), digits)).toBe(minor);
      }),
    );
  });
});
