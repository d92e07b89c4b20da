import { describe, expect, it } from 'vitest';
import { isBlank } from '../../subgraphs/shared/src/domain/text.ts';
import { optionalText, requireText } from '../../subgraphs/shared/src/text.ts';

const INVISIBLE = ['\u200b', '\u2060\ufeff', '\u00ad', '\u3164', '\u2800', '\u180e', '\u202e', '\ufe0f', '\u{e0041}', '\u0301'];

describe('a text that people read', () => {
  it('shows something', () => {
    for (const text of ['', ' \u3000\t\n', ...INVISIBLE, INVISIBLE.join(' ')]) expect(isBlank(text), JSON.stringify(text)).toBe(true);
    for (const text of ['院', '1', '-', '👍', 'é', `院${INVISIBLE.join('')}`]) expect(isBlank(text), JSON.stringify(text)).toBe(false);
  });

  it('is kept without spaces around it, as long as its field allows', () => {
    expect(requireText(' 一号院\u3000', 3, 'name')).toBe('一号院');
    for (const wrong of ['一号院里', ' ', '一\n号', '\u200b']) {
      expect(() => requireText(wrong, 3, 'names', '0'), JSON.stringify(wrong)).toThrow(
        expect.objectContaining({ code: 'VALIDATION_FAILED', field: ['names', '0'], details: { characters: 3 } }),
      );
    }
  });

  it('is nothing where it may be absent and only spaces are there', () => {
    expect([optionalText(undefined, 3, 'note'), optionalText(' ', 3, 'note'), optionalText(' 好 ', 3, 'note')]).toEqual([null, null, '好']);
    expect(() => optionalText('一二三四', 3, 'note')).toThrow(expect.objectContaining({ details: { characters: 3 } }));
  });
});
