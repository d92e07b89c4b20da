/** Times, and what is said of them. */
import { cpus, totalmem } from 'node:os';

/** A line of the table: what was measured, what it shall be, and what it is. */
export interface Line {
  what: string;
  target: string;
  figure: string;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** The value below which so large a share lies. */
export const at = (list: readonly number[], share: number): number =>
  list.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(list.length * share) - 1)] ?? 0;

export const rowOf = ({ what, target, figure }: Line): string => `| ${what} | ${target} | ${figure} |`;

export const tableOf = (lines: readonly Line[]): string => ['| | shall be | is |', '|---|---|---|', ...lines.map(rowOf)].join('\n');

export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version.slice(1).split('.')[0]}`;
