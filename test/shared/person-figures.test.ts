/** Which figures are of persons is said once, where they are defined; what they read must agree with it (privacy §10.6). */
import { describe, expect, it } from 'vitest';
import { figures as facilities } from '../../subgraphs/facilities/src/summary/summary.figures.ts';
import { figures as grievances } from '../../subgraphs/grievances/src/summary/summary.figures.ts';
import { figures as organization } from '../../subgraphs/organization/src/summary/summary.figures.ts';
import { Ratio } from '../../subgraphs/shared/src/domain/ratio.ts';
import type { Figure, FigureValue, Setting, Sums } from '../../subgraphs/shared/src/figure.ts';
import { suppress } from '../../subgraphs/shared/src/figure-outside.ts';
import { figures as volunteers } from '../../subgraphs/volunteers/src/summary/summary.figures.ts';

const FIGURES: Figure[] = [organization, volunteers, facilities, grievances].flatMap((registry) => registry.figures());

/** Tables whose rows are persons, reports or what people did. */
const OF_PERSONS = [
  /^volunteer(_home|_state)?$/,
  /^service_record$/,
  /^(report|follow_up|grievance_case|case_publication)$/,
  /^rollup\.(service|presence|report|resolution)(_by|_delta|_fact)?$/,
];
/** Tables of places, organizations, facilities, processes and lists of codes. */
const OF_OTHERS = [
  /^(compound|building|area|organization|committee|owners_committee|facility|space|coverage|membership)(_[a-z]+)?$/,
  // A post and who holds it are public; the clock of an order is of a process.
  /^(post|appointment|officeholder|case_category|skill_tag|dispatch_order)$/,
];

/** Tables that a statement reads: what follows `from` or `join`, without the relations of its own. */
function tablesOf(sql: string): string[] {
  const own = new Set([...sql.matchAll(/([a-z_]+) as (?:materialized )?\(/g)].map(([, name]) => name));
  const read = [...sql.matchAll(/\b(?:from|join)\s+(?!lateral|unnest|\()([a-z_]+(?:\.[a-z_]+)?)(?!\w*\()/g)].map(([, name = '']) => name);
  return [...new Set(read)].filter((name) => !own.has(name) && !['cell', 'place', 'run'].includes(name));
}
const sqlOf = ({ source }: Figure): string => source?.sql([], '2025-06-30') ?? '';
const isAny = (patterns: readonly RegExp[], table: string): boolean => patterns.some((pattern) => pattern.test(table));

describe('figures of persons', () => {
  it('are those whose table is one of persons or reports, and no others', () => {
    for (const figure of FIGURES)
      expect([figure.key, tablesOf(sqlOf(figure)).some((table) => isAny(OF_PERSONS, table))]).toEqual([figure.key, figure.personDerived]);
  });

  it('read tables of which it is known whether they are of persons', () => {
    const tables = [...new Set(FIGURES.flatMap((figure) => tablesOf(sqlOf(figure))))];
    expect(tables.length).toBeGreaterThan(10);
    expect(tables.filter((table) => !isAny(OF_PERSONS, table) && !isAny(OF_OTHERS, table))).toEqual([]);
  });

  it('are those that the domain says (volunteers §5.6, grievances §7.10)', () => {
    const said = ['VOL_1', 'VOL_1B', 'VOL_2', 'VOL_3', 'VOL_14', 'GRV_1', 'GRV_2', 'GRV_3', 'GRV_4', 'GRV_14', 'GRV_16'];
    expect(FIGURES.filter(({ personDerived }) => personDerived).map(({ key }) => key)).toEqual(expect.arrayContaining(said));
    expect(FIGURES.filter(({ personDerived }) => personDerived)).toHaveLength(said.length);
  });

  it('name who contributed where they count something else, with the same breakdowns', () => {
    for (const { key, unit, contributors, breakdowns } of FIGURES.filter(({ personDerived }) => personDerived)) {
      if (unit === 'HOURS') expect(contributors, key).toBeDefined();
      if (contributors) expect(contributors.breakdowns, key).toEqual(expect.arrayContaining([...breakdowns]));
    }
  });
});

describe('primary suppression', () => {
  const setting = (people: number): Setting =>
    ({ statistic: () => ({ known: Ratio.of(people), unknown: 0, none: false }) }) as Partial<Setting> as Setting;
  /** All columns of a source say the same. */
  const sumsOf = (columns: (name: string) => number): Sums => ({ sum: (name) => Ratio.of(columns(name)), text: () => null });
  const PEOPLE = 5_000;
  const isSmall = (n: number, k: number) => n > 0 && n < k;

  it.each(FIGURES.filter(({ personDerived }) => personDerived))('of $key hides 0 < n < k, whichever number is small', (figure) => {
    for (const k of [5, 10])
      for (let n = 0; n <= 40; n++)
        for (let rest = 0; rest <= 30; rest += 1) {
          // `n` of a kind counted, `n + rest` in all: rates have the numerator n, or the complement n, or neither.
          const value: FigureValue = figure.compute(
            sumsOf((name) => (/^(due|answered|rated)$/.test(name) ? n + rest : name === 'minutes' ? 60 * n : n)),
            setting(PEOPLE),
          );
          const contributors = figure.contributors ? Ratio.of(n) : null;
          const [top, below] = [value.numerator, value.denominator].map((part) => (part === null ? null : Number(part.toTrimmed(4))));
          const few =
            isSmall(top ?? 0, k) ||
            (typeof below === 'number' && (isSmall(below, 20) || isSmall(below - (top ?? 0), k))) ||
            (contributors !== null && n < k && (top ?? 0) + (below ?? 0) > 0);
          const answer = suppress(value, contributors, Ratio.of(k));
          const what = `${figure.key} n=${n} rest=${rest} k=${k}`;
          expect(answer.suppressed ?? false, what).toBe(few);
          if (few)
            expect([answer.value, answer.numerator, answer.denominator, answer.reason], what).toEqual([null, null, null, 'SMALL_CELL']);
          else
            expect([answer.value, answer.numerator, answer.denominator], what).toEqual([value.value, value.numerator, value.denominator]);
        }
  });

  it('hides every count of persons left out where one of them is few, and none of places', () => {
    const excluded = [
      { reason: 'REFUSED', count: 4 },
      { reason: 'UNREACHABLE', count: 40 },
      { reason: 'HOUSEHOLDS_UNKNOWN', count: 1 },
    ];
    const rate = { value: Ratio.of(50), numerator: Ratio.of(50), denominator: Ratio.of(100), excluded };
    expect(suppress(rate, null, Ratio.of(5)).excluded).toEqual([
      { reason: 'REFUSED', count: null },
      { reason: 'UNREACHABLE', count: null },
      { reason: 'HOUSEHOLDS_UNKNOWN', count: 1 },
    ]);
    expect(suppress(rate, null, Ratio.of(4)).excluded).toEqual(excluded);
  });

  it('hides what nobody can judge, and the numerator of a rate that has no denominator', () => {
    expect(suppress({ value: Ratio.of(3), numerator: null, denominator: null }, null, Ratio.of(5))).toMatchObject({ suppressed: true });
    const none = { value: null, denominator: Ratio.ZERO, reason: 'NO_DENOMINATOR' as const };
    expect(suppress({ ...none, numerator: Ratio.of(3) }, null, Ratio.of(5))).toMatchObject({ numerator: null, reason: 'SMALL_CELL' });
    expect(suppress({ ...none, numerator: Ratio.ZERO }, null, Ratio.of(5))).toMatchObject({
      numerator: Ratio.ZERO,
      reason: 'NO_DENOMINATOR',
    });
  });
});
