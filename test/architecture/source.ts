import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

/** A source file: its path from the root of the project with `/`, and its text. */
export interface Source {
  path: string;
  text: string;
}

/** One import: of a package (`graphql`), of Node (`node:fs`) or of a file of ours (path from the root). */
export interface Import {
  from: string;
  target: string;
  /** Vanishes when compiled: names types only. */
  isTypeOnly: boolean;
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Every TypeScript file below these folders of the project; those that do not exist have none. */
export function sourcesOf(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    filesBelow(folder)
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  );
}

/** Paths of all files below a folder of the project. */
export function filesBelow(folder: string): string[] {
  return entriesOf(folder, true);
}

/** Names directly in a folder of the project, folders with a `/` at their end. */
export function entriesOf(folder: string, recursive = false): string[] {
  try {
    const entries = readdirSync(join(ROOT, folder), { withFileTypes: true, recursive });
    if (!recursive) return entries.map((entry) => entry.name + (entry.isDirectory() ? '/' : '')).sort();
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
    return files.sort();
  } catch {
    return [];
  }
}

/** The text without comments; strings stay. */
export const withoutComments = (text: string): string =>
  text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (match) =>
    match.startsWith('/') ? ' ' : match,
  );

/** The text without comments and without what strings say. */
export const codeOnly = (text: string): string =>
  withoutComments(text).replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g,
    (match) => match.slice(0, 1) + match.slice(-1),
  );

const STATIC = /\b(?:import|export)\s+(type\s+)?(?:([\w\s{},*$]+?)\s+from\s+)?['"]([^'"\n]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"`]([^'"`\n]+)['"`]/g;

/** All imports and re-exports of a file, dynamic ones included. */
export function importsOf({ path, text }: Source): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  for (const [, type, clause, target] of code.matchAll(STATIC)) {
    if (target) found.push({ from: path, target: resolve(path, target), isTypeOnly: type !== undefined || namesTypesOnly(clause) });
  }
  for (const [, target] of code.matchAll(DYNAMIC)) if (target) found.push({ from: path, target: resolve(path, target), isTypeOnly: false });
  return found;
}

function namesTypesOnly(clause: string | undefined): boolean {
  const names = /^\{([\s\S]*)\}$/.exec(clause?.trim() ?? '')?.[1];
  return names?.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')) === true;
}

const resolve = (path: string, target: string): string =>
  target.startsWith('.') ? posix.normalize(posix.join(dirname(path), target)) : target;
