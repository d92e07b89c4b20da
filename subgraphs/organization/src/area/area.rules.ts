import { type AreaKind, kindOf } from '../../../shared/src/domain/area-kind.ts';
import { levelOf, parentCode } from '../../../shared/src/domain/code.ts';
import { ValueError } from '../../../shared/src/domain/value-error.ts';

/** A division of an edition, as published; `parentCode` is null at the top of what is loaded. */
export interface Division {
  readonly code: string;
  readonly name: string;
  readonly kind: AreaKind;
  readonly parentCode: string | null;
}

/** What an edition says of itself (§3.2). `cutoffDate` is the first day of the state it describes. */
export interface EditionHead {
  readonly year: number;
  readonly cutoffDate: string;
  readonly publishedOn: string | null;
  readonly source: string;
  readonly license: string;
  /** SHA-256 of the file, hex. */
  readonly checksum: string;
}

/** A whole official list of codes and names (区划版次), in order of code. */
export interface Edition extends EditionHead {
  readonly rows: readonly Division[];
}

/** Places are compared among those of one level; communities and villages are one. */
export type Level = 'COUNTY' | 'STREET' | 'COMMUNITY';

/** From the top down, the order in which a registrar decides (§4.3). */
export const LEVELS: readonly Level[] = ['COUNTY', 'STREET', 'COMMUNITY'];

const SUFFIX = /(?:社区居民委员会|居民委员会|居委会|村民委员会|村委会|街道办事处|街道|社区|村)$/;
const SHORTER: readonly (readonly [RegExp, string])[] = [
  [/(?:居民委员会|居委会)$/, ''],
  [/村?(?:村民委员会|村委会)$/, '村'],
  [/街道办事处$/, '街道'],
];

/**
 * What is left of a name without its kind (名称核, §3.2): the longest suffix stripped again and again, e.g. 燕家沟 of 燕家沟村村民委员会.
 * A name that is nothing but a suffix keeps it.
 */
export function nameCore(name: string): string {
  const rest = name.replace(SUFFIX, '');
  return rest === name || rest === '' ? name : nameCore(rest);
}

/** The name people use: 武汉路社区 of 武汉路社区居民委员会, 燕家沟村 of 燕家沟村村民委员会, 湖北路街道 of 湖北路街道办事处. */
export function shortName(name: string): string {
  const [suffix, instead] = SHORTER.find(([ending]) => ending.test(name)) ?? [];
  if (!suffix) return name;
  const shorter = name.replace(suffix, instead ?? '');
  return shorter === '' ? name : shorter;
}

/** @throws ValueError `EDITION_INVALID` for a prefecture, which an edition does not list */
export function divisionLevel(code: string): Level {
  const level = levelOf(code);
  if (level === 'CITY') throw invalid(`区划版次不含市级代码 ${code}`, `An edition lists no city: ${code}`, { code });
  return level;
}

/** @throws ValueError `EDITION_INVALID` when the code's segment has no meaning */
function division(code: string, name: string): Division {
  const kind = kindOf(code, name);
  if (!kind) throw invalid(`代码 ${code} 的号段没有含义`, `The segment of ${code} has no meaning`, { code, name });
  return { code, name, kind, parentCode: divisionLevel(code) === 'COUNTY' ? null : parentCode(code) };
}

/** Years and cut-off dates from the text of `editions.csv`, in the order of the file. */
export function parseEditionList(csv: string): Pick<EditionHead, 'year' | 'cutoffDate'>[] {
  const [, ...lines] = csv.split(/\r?\n/);
  return lines.filter(Boolean).map((line) => {
    const [year, cutoffDate = ''] = line.split(',');
    return { year: Number(year), cutoffDate };
  });
}

/**
 * An edition from the text of its file: a header `code,name`, then one division a line, in any order.
 *
 * @throws ValueError `EDITION_INVALID`: a line that is no code and name, a code twice, a parent that is absent
 */
export function parseEdition(head: EditionHead, csv: string): Edition {
  const [header, ...lines] = csv.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (header !== 'code,name') throw invalid('文件首行应为 code,name', 'The first line must be code,name', { header });
  const rows = lines.flatMap((line, index) => {
    if (line === '') return [];
    const [, code, name] = /^(\d{12}),([^,"]+)$/.exec(line) ?? [];
    if (code && name) return [division(code, name)];
    throw invalid(`第 ${index + 2} 行不是“代码,名称”`, `Line ${index + 2} is no code and name`, { line: index + 2 });
  });
  return editionOf(head, rows);
}

/**
 * An edition from its divisions, checked and put in order of code.
 *
 * @throws ValueError `EDITION_INVALID`: a code twice, a parent that is absent
 */
export function editionOf(head: EditionHead, divisions: readonly Division[]): Edition {
  const rows = [...divisions].sort((a, b) => (a.code < b.code ? -1 : 1));
  const codes = new Set(rows.map(({ code }) => code));
  if (codes.size < rows.length) {
    const twice = rows.find(({ code }, index) => rows[index + 1]?.code === code);
    throw invalid(`代码 ${twice?.code} 重复`, `The code ${twice?.code} is there twice`, { code: twice?.code });
  }
  const orphan = rows.find((row) => row.parentCode !== null && !codes.has(row.parentCode));
  if (orphan) throw invalid(`${orphan.code} 的上级不在文件中`, `The parent of ${orphan.code} is absent`, { code: orphan.code });
  return { ...head, rows };
}

function invalid(zh: string, en: string, details: Readonly<Record<string, unknown>>): ValueError {
  return new ValueError('EDITION_INVALID', zh, en, details);
}
