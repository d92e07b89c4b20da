import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import {
  type Edition,
  type EditionHead,
  editionOf,
  parseEdition,
  parseEditionList,
} from '../../subgraphs/organization/src/area/area.rules.ts';
import type { MembershipRow } from '../../subgraphs/organization/src/area/membership.rules.ts';
import { type KnownChange, parseKnownChanges } from '../../subgraphs/organization/src/area/registrar.rules.ts';
import { Registry } from '../../subgraphs/organization/src/area/registry.rules.ts';
import { kindOf } from '../../subgraphs/shared/src/domain/area-kind.ts';
import { levelOf, parentCode } from '../../subgraphs/shared/src/domain/code.ts';

const FOLDER = new URL('../../data/divisions/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

const head = (year: number, cutoffDate: string): EditionHead => ({
  year,
  cutoffDate,
  publishedOn: null,
  source: 'test',
  license: 'test',
  checksum: '',
});

/** The editions 2016 to 2023 as they are in the repository. */
export const realEditions = (): Edition[] =>
  parseEditionList(read('editions.csv')).map(({ year, cutoffDate }) => parseEdition(head(year, cutoffDate), read(`${year}.csv`)));

export const knownChanges = (): KnownChange[] => parseKnownChanges(read('lineage-410305.csv'));

/** The rows of the lineage file with their names, for comparison. */
export const lineageRows = (): { kind: string; from: string; fromName: string; to: string; toName: string; years: string }[] =>
  read('lineage-410305.csv')
    .split(/\r?\n/)
    .slice(1)
    .filter(Boolean)
    .map((line) => {
      const [kind = '', from = '', fromName = '', to = '', toName = '', before = '', after = ''] = line.split(',');
      const pad = (code: string): string => (code === '' ? '' : code.padEnd(12, '0'));
      return { kind, from: pad(from), fromName, to: pad(to), toName, years: `${before}-${after}` };
    });

/** A small edition of year `year`, cut off on its 30 June, from codes and names. */
export function edition(year: number, names: Readonly<Record<string, string>>): Edition {
  const rows = Object.entries(names).map(([code, name]) => {
    const kind = kindOf(code, name);
    if (!kind) throw new Error(`no kind: ${code}`);
    return { code, name, kind, parentCode: levelOf(code) === 'COUNTY' ? null : parentCode(code) };
  });
  return editionOf(head(year, `${year}-06-30`), rows);
}

export function registryOf(...editions: readonly Edition[]): Registry {
  const registry = new Registry();
  for (const one of editions) registry.load(one);
  return registry;
}

/** Code of the error that is thrown, `none` without one. */
export const codeOf = (error: () => unknown): string => {
  try {
    error();
  } catch (caught) {
    return (caught as { code: string }).code;
  }
  return 'none';
};

/** Every community's rows are without gap or overlap, and exactly the last is current. */
export function expectTimelines(rows: readonly MembershipRow[]): void {
  for (const own of Map.groupBy(rows, (row) => row.communityId).values()) {
    expect(own.map((row) => row.current)).toEqual(own.map((_, index) => index === own.length - 1));
    for (const [index, row] of own.entries()) {
      const next = own[index + 1];
      if (next) expect(row.recordedTo).toBe(next.recordedFrom);
      if (row.recordedFrom && row.recordedTo) expect(row.recordedFrom < row.recordedTo).toBe(true);
      if (index > 0) expect(row.recordedFrom).not.toBeNull();
    }
  }
}
