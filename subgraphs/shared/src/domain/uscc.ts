import { ValueError, type ValueWarning } from './value-error.ts';

/** Digits and capitals without I, O, S, V, Z: 31 characters, a character's value is its place (GB 32100). */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const FORMAT = /^[0-9A-HJ-NPQRTUWXY]{18}$/;
const MODULUS = 31;

/** A unified social credit code and what is doubtful about it. */
export interface CheckedUscc {
  readonly uscc: string;
  readonly warnings: readonly ValueWarning[];
}

/**
 * A unified social credit code (统一社会信用代码, §3.1); surrounding spaces and small letters are forgiven. A wrong check character is a warning,
 * because codes of the early pilots that fail the check are legally valid (G25).
 *
 * @throws ValueError `VALIDATION_FAILED` when the text is not 18 characters of the alphabet
 */
export function parseUscc(text: string): CheckedUscc {
  const uscc = text.trim().toUpperCase();
  if (!FORMAT.test(uscc)) {
    throw new ValueError(
      'VALIDATION_FAILED',
      '统一社会信用代码须为 18 位数字或大写字母（不含 I、O、S、V、Z）',
      'A unified social credit code has 18 digits or capital letters (none of I, O, S, V, Z)',
      { uscc: text },
    );
  }
  const expected = usccCheckCharacter(uscc);
  return { uscc, warnings: expected === uscc[17] ? [] : [checksumWarning(uscc, expected)] };
}

/** The check character of the first 17: weights 3^i mod 31, complement to 31. */
export function usccCheckCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17.slice(0, 17)) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % MODULUS;
  }
  return ALPHABET[(MODULUS - (sum % MODULUS)) % MODULUS] ?? '';
}

function checksumWarning(uscc: string, expected: string): ValueWarning {
  return {
    code: 'USCC_CHECKSUM',
    message: `统一社会信用代码 ${uscc} 的校验位应为 ${expected}，请核对`,
    messageEn: `The check character of ${uscc} should be ${expected}; please verify`,
    details: { uscc, expected },
  };
}
