import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskName, maskPhone } from '../../subgraphs/shared/src/domain/mask.ts';

const han = fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((point) => String.fromCodePoint(point));
const digits = (length: number) => fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((all) => all.join(''));

describe('a masked name', () => {
  test.each([
    ['张三', '张*'],
    ['张三丰', '张*'],
    ['欧阳修', '欧阳*'],
    ['欧阳娜娜', '欧阳*'],
    ['司马光', '司马*'],
    ['欧阳', '欧*'],
    ['张', '张*'],
    ['阿依古丽·买买提', '阿*'],
    ['𠮷田', '𠮷*'],
    ['  李四 ', '李*'],
    ['', '*'],
  ])('%s becomes %s', (name, shown) => {
    expect(maskName(name)).toBe(shown);
  });

  test('keeps nothing of the given name and does not tell its length', () => {
    fc.assert(
      fc.property(fc.array(han, { minLength: 3, maxLength: 8 }), (characters) => {
        const shown = [...maskName(characters.join(''))];
        expect(shown.at(-1)).toBe('*');
        expect(shown.length).toBeLessThanOrEqual(3);
        expect(characters.join('').startsWith(shown.slice(0, -1).join(''))).toBe(true);
      }),
    );
  });
});

describe('a masked telephone number', () => {
  test.each([
    ['13800000000', '138****0000'],
    ['138 0000 0000', '138****0000'],
    ['+86-138-0000-0000', '138****0000'],
    ['0379-64281234', '0379****1234'],
    ['(010) 65281234', '010****1234'],
    ['12345', '****'],
    ['1380000000', '****'],
    ['+1 202 555 0100', '****'],
    ['', '****'],
  ])('%s becomes %s', (phone, shown) => {
    expect(maskPhone(phone)).toBe(shown);
  });

  test('hides the four digits in the middle of any mobile number', () => {
    fc.assert(
      fc.property(digits(10), (rest) => {
        const phone = `1${rest}`;
        expect(maskPhone(phone)).toBe(`${phone.slice(0, 3)}****${phone.slice(7)}`);
      }),
    );
  });
});
