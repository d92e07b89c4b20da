import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseUscc, usccCheckCharacter } from '../../subgraphs/shared/src/domain/uscc.ts';
import { failure } from './failure.ts';

const alphabet = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];
const body = fc.array(fc.constantFrom(...alphabet), { minLength: 17, maxLength: 17 }).map((characters) => characters.join(''));

describe('a unified social credit code', () => {
  test.each(['91110000802100433B', '914403001922038216', '9144030071526726XG', '91350100M000100Y43'])('%s passes its check', (uscc) => {
    expect(parseUscc(uscc)).toEqual({ uscc, warnings: [] });
  });

  test('of an early pilot fails the check and is accepted with a warning (G25)', () => {
    const { uscc, warnings } = parseUscc('91350203M0001FUE2P');
    expect(uscc).toBe('91350203M0001FUE2P');
    expect(warnings).toMatchObject([{ code: 'USCC_CHECKSUM' }]);
  });

  test('may be typed in small letters and with spaces around', () => {
    expect(parseUscc(' 91110000802100433b ').uscc).toBe('91110000802100433B');
  });

  test.each(['9111000080210043', '91110000802100433I', '91110000802100433O', '9111000080210043 3B', ''])('"%s" is refused', (text) => {
    expect(failure(() => parseUscc(text)).code).toBe('VALIDATION_FAILED');
  });

  test('with one wrong character is always noticed', () => {
    fc.assert(
      fc.property(body, fc.nat(16), fc.constantFrom(...alphabet), (first17, at, character) => {
        const right = first17 + usccCheckCharacter(first17);
        const wrong = right.slice(0, at) + character + right.slice(at + 1);
        expect(parseUscc(right).warnings).toHaveLength(0);
        expect(parseUscc(wrong).warnings).toHaveLength(wrong === right ? 0 : 1);
      }),
    );
  });
});
