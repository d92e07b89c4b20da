import { type Source, withoutComments } from './source.ts';

/** Where a code is made an error or a warning. */
export interface ThrownCode {
  code: string;
  path: string;
}

const MAKERS = /\b(?:refuse|refused|HubError|ValueError|Refusal)\(/g;
/** An error or a warning written as an object: its code stands near its English sentence. */
const OBJECTS = /\bcode:\s*('[A-Z][A-Z0-9_]+')(?=[\s\S]{0,400}?\bmessageEn\b)/g;
/** A list of one code, handed on to where it becomes a warning. */
const HANDED_ON = /\[\s*('[A-Z][A-Z0-9]*_[A-Z0-9_]+')\s*\]/g;
const CODE = /'([A-Z][A-Z0-9_]*)'/g;

/** Every code that these sources turn into an error or a warning by its name. */
export const thrownCodes = (sources: readonly Source[]): ThrownCode[] =>
  codesIn(sources, (code) => [
    ...[...code.matchAll(MAKERS)].map(({ index, 0: all }) => firstArgument(code, index + all.length)),
    ...[...code.matchAll(OBJECTS)].map(([, said = '']) => said),
  ]);

/** Words that may be codes on their way to an error or a warning. */
export const codesHandedOn = (sources: readonly Source[]): ThrownCode[] =>
  codesIn(sources, (code) => [...code.matchAll(HANDED_ON)].map(([, said = '']) => said));

function codesIn(sources: readonly Source[], look: (code: string) => string[]): ThrownCode[] {
  return sources.flatMap(({ path, text }) =>
    look(withoutComments(text)).flatMap((said) => [...withoutComparisons(said).matchAll(CODE)].map(([, code = '']) => ({ code, path }))),
  );
}

/** `code === 'A' ? 'B' : 'C'` makes a B or a C. */
const withoutComparisons = (text: string): string => text.replace(/[!=]==\s*'[^']*'/g, '');

function firstArgument(text: string, start: number): string {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character) && depth-- === 0) return text.slice(start, at);
    if (character === ',' && depth === 0) return text.slice(start, at);
  }
  return text.slice(start);
}
