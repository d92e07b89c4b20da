/** The table that README.md carries between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../local/folder.ts';
import { type Line, rowOf } from './measure.ts';

const README = join(checkout, 'README.md');
const BEGIN = '<!-- npm run bench -->';
const END = '<!-- end of npm run bench -->';

/** Puts this text between the marks. */
export function writeTable(text: string): void {
  change(() => `\n\n${text}\n\n`);
}

/** Adds a line below the table's last. */
export function addLine(line: Line): void {
  change((text) => {
    const end = text.lastIndexOf('|\n') + 2;
    return `${text.slice(0, end)}${rowOf(line)}\n${text.slice(end)}`;
  });
}

function change(between: (text: string) => string): void {
  const readme = readFileSync(README, 'utf8');
  const [from, to] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)];
  if (from < BEGIN.length || to < from) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  writeFileSync(README, `${readme.slice(0, from)}${between(readme.slice(from, to))}${readme.slice(to)}`);
}
