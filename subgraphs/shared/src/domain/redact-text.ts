/**
 * What the parts of the redactor share (`redact.ts`): the findings, and a text read as its writer meant it. Reading never changes the length, so
 * a place in what was read is the same place in what was written.
 */

/** What the redactor looks for (§10.2). NUMBER is a long number that nobody can place. */
export type FindingKind = 'MOBILE' | 'LANDLINE' | 'ID_CARD' | 'BANK_CARD' | 'PLATE' | 'EMAIL' | 'ACCOUNT' | 'ROOM' | 'NAME' | 'NUMBER';

/** Something that tells who somebody is, by its place in the text (UTF-16, end exclusive); never its value. */
export interface Finding {
  readonly kind: FindingKind;
  readonly start: number;
  readonly end: number;
}

/** A finding as a part of the redactor makes it. `certain` ones are taken out, the others are a person's to decide. */
export interface Candidate extends Finding {
  readonly certain: boolean;
}

/** A stretch of text in which numbers have a meaning of their own: a date, a price, an area, a code of an organization. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Stands for what was taken out; its length says nothing. */
export const BLACK = '■';

const CIRCLED = '⓪①②③④⑤⑥⑦⑧⑨';
const BLACK_CIRCLED = '⓿❶❷❸❹❺❻❼❽❾';
/** First digit of scripts whose digits are one character each: full width, Arabic, Persian. */
const ZEROS = [0xff10, 0x0660, 0x06f0];
/** Mathematical digits are two characters each, in five styles of ten. */
const MATHEMATICAL = /\ud835[\udfce-\udfff]/g;

const plain = new Map<string, string>();
for (let digit = 0; digit < 10; digit += 1) {
  for (const zero of ZEROS) plain.set(String.fromCharCode(zero + digit), String(digit));
  plain.set(CIRCLED[digit] ?? '', String(digit));
  plain.set(BLACK_CIRCLED[digit] ?? '', String(digit));
}
/** The other full-width characters, letters and signs, stand at one distance from their twins. */
for (let code = 0xff01; code <= 0xff5e; code += 1) {
  const character = String.fromCharCode(code);
  if (!plain.has(character)) plain.set(character, String.fromCharCode(code - 0xfee0));
}
plain.set('。', '.').set('．', '.').set('　', ' ').set('﹫', '@').set('﹣', '-').set('－', '-');
/** A full stop of Chinese ends a sentence: two numbers around it are two. */
plain.delete('。');

/** The text with digits, letters and signs of other widths and styles as ASCII has them; as long as the text. */
export function read(text: string): string {
  const styled = text.replace(MATHEMATICAL, (pair) => `${(pair.charCodeAt(1) - 0xdfce) % 10}\u200b`);
  return styled.replace(/[^\u0020-\u007e\u4e00-\u9fff]/g, (character) => plain.get(character) ?? character);
}

/** Every match of a pattern with flag `d` or of a whole match, as stretches. */
export function stretchesOf(text: string, pattern: RegExp): Stretch[] {
  return [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** What stands before a place, at most `length` characters of it. */
export const before = (text: string, place: number, length = 16): string => text.slice(Math.max(0, place - length), place);

/** What stands from a place on, at most `length` characters of it. */
export const after = (text: string, place: number, length = 16): string => text.slice(place, place + length);
