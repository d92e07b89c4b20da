import { now } from './clock.ts';
import type { Context } from './context.ts';
import { dateIn, lastDay, type Period } from './domain/period.ts';
import { Ratio } from './domain/ratio.ts';
import type { Dimension, Figure, FigureValue, Setting, Source, Sums } from './figure.ts';
import { unknown } from './figure-values.ts';
import { type Basis, communitiesOn, eventSpans, type Place, reachesBeforeBeginning, type Span, stateSpans, statOn } from './membership.ts';

/** A place and period for which figures are asked. */
export interface Question {
  place: Place;
  period: Period;
  basis: Basis;
}

/** A figure's answer for one question and one pair of dimension values (null without breakdown). */
export interface Answer {
  figure: Figure;
  dimension1: string | null;
  dimension2: string | null;
  value: FigureValue;
}

type Row = Record<string, string | number | null>;
const EMPTY: Row[] = [];

/** Cells of all questions, each different span once. */
class Cells {
  readonly spans: Span[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of this span's cell. */
  number(span: Span): number {
    const key = `${span.communityId} ${span.from} ${span.to}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.spans.length);
    return this.spans.push(span) - 1;
  }
}

/** Sums over rows of a source: numbers exactly, texts by their least. */
class RowSums implements Sums {
  readonly #rows: Row[];
  constructor(rows: Row[]) {
    this.#rows = rows;
  }
  sum(column: string): Ratio {
    return this.#rows.reduce((total, row) => total.add(Ratio.of(String(row[column] ?? 0))), Ratio.of(0));
  }
  text(column: string): string | null {
    return this.#rows.reduce<string | null>((least, row) => {
      const text = row[column] as string | null;
      return text !== null && (least === null || text < least) ? text : least;
    }, null);
  }
}

/** What one source says: the rows of a question, in all or of one community. */
interface Reading {
  rows(question: number, communityId?: string): Row[];
}

const NO_READING: Reading = { rows: () => EMPTY };

function spansOf({ place, period, basis }: Question, source: Source, today: string): Span[] {
  if (source.cells !== 'state') return eventSpans(place, period, basis);
  const day = lastDay(period);
  return stateSpans(place, source.untilToday && today < day ? today : day, basis);
}

/** One statement per source, whatever the number of places and periods. */
async function readSource(ctx: Context, source: Source, questions: Question[], by: readonly Dimension[], today: string): Promise<Reading> {
  const cells = new Cells();
  const numbers = questions.map((question) => [...new Set(spansOf(question, source, today).map((span) => cells.number(span)))]);
  if (cells.spans.length === 0) return NO_READING;
  const params: unknown[] = [
    cells.spans.map((_, n) => n),
    cells.spans.map((span) => span.communityId),
    cells.spans.map((span) => span.from),
    cells.spans.map((span) => span.to),
  ];
  const relations = ['cell as (select * from unnest($1::int[], $2::text[], $3::date[], $4::date[]) as c(n, community_id, "from", "to"))'];
  if (source.cells === 'distinct') {
    const pairs = numbers.flatMap((list, k) => list.map((n) => [k, n] as const));
    params.push(
      pairs.map(([k]) => k),
      pairs.map(([, n]) => n),
    );
    relations.push('place as (select * from unnest($5::int[], $6::int[]) as p(k, n))');
  }
  const expressions = by.map((dimension) => source.by?.[dimension] ?? 'null::text');
  const rows = await ctx.figureRows<Row>(`with ${relations.join(', ')} ${source.sql(expressions, today)}`, params);

  const index = Map.groupBy(rows, (row) => Number(source.cells === 'distinct' ? row.k : row.n));
  const at = (n: number) => index.get(n) ?? EMPTY;
  if (source.cells === 'distinct') return { rows: (question) => at(question) };
  return {
    rows: (question, communityId) =>
      (numbers[question] ?? []).filter((n) => communityId === undefined || cells.spans[n]?.communityId === communityId).flatMap(at),
  };
}

const dimensionsOf = (row: Row): string => JSON.stringify([row.dimension1 ?? null, row.dimension2 ?? null]);

function settingOf(question: Question, today: string): Omit<Setting, 'ofCommunity'> {
  const last = lastDay(question.period);
  const communities = communitiesOn(question.place, last, question.basis);
  return {
    ...question,
    day: today < last ? today : last,
    communities,
    statistic(column) {
      const values = communities.map((row) => statOn(row, last)?.[column] ?? null);
      const known = values.filter((value) => value !== null);
      return {
        known: Ratio.of(known.reduce((sum, value) => sum + value, 0)),
        unknown: values.length - known.length,
        none: known.length === 0,
      };
    },
  };
}

/**
 * Answers of several figures to several questions, one list per question, in the order of the figures.
 * Costs one SQL statement per different source, however many places, periods and keys are asked.
 * @param today the day on which it is asked what has become due by then.
 */
export async function readFigures(
  ctx: Context,
  figures: readonly Figure[],
  questions: Question[],
  by: readonly Dimension[] = [],
  today = dateIn(now()),
): Promise<Answer[][]> {
  const sources = [...new Set(figures.map((figure) => figure.source))];
  const readings = new Map<Source | null, Reading>();
  await Promise.all(
    sources.map(async (source) => {
      readings.set(source, source ? await readSource(ctx, source, questions, by, today) : NO_READING);
    }),
  );

  return questions.map((question, q) => {
    const setting = settingOf(question, today);
    const partial = reachesBeforeBeginning(question.place, question.period, question.basis);
    return figures.flatMap((figure) => {
      const reading = readings.get(figure.source) ?? NO_READING;
      return [...groupsOf(reading.rows(q), by)].map(([group, rows]) => {
        const [dimension1, dimension2] = JSON.parse(group) as [string | null, string | null];
        const ofCommunity = (id: string): Sums =>
          new RowSums(by.length === 0 ? reading.rows(q, id) : reading.rows(q, id).filter((row) => dimensionsOf(row) === group));
        // Of a period that has not begun nothing is known, not even that nothing happened.
        const begun = question.period.start <= today;
        const value = begun ? figure.compute(new RowSums(rows), { ...setting, ofCommunity }) : unknown('NO_DATA');
        if (partial && value.value !== null) value.quality = 'PARTIAL';
        return { figure, dimension1, dimension2, value };
      });
    });
  });
}

const WHOLE = JSON.stringify([null, null]);

/** Rows by their pair of dimension values, in order; one group of all without breakdown, even of no rows. */
function groupsOf(rows: Row[], by: readonly Dimension[]): Map<string, Row[]> {
  if (by.length === 0) return new Map([[WHOLE, rows]]);
  const groups = Map.groupBy(rows, dimensionsOf);
  return new Map([...groups.keys()].sort().map((group) => [group, groups.get(group) ?? EMPTY]));
}
