import { now } from './clock.ts';
import type { Context } from './context.ts';
import { instantText, type Period, parsePeriod, periodsBetween } from './domain/period.ts';
import type { Ratio } from './domain/ratio.ts';
import { HubError } from './errors.ts';
import type { Dimension, Direction, Exclusion, Figure, FigureValue, NullReason, Quality, Unit } from './figure.ts';
import { isOutside, outsideAsOf, readAllowed, smallestCell } from './figure-outside.ts';
import type { Answer, Question } from './figure-read.ts';
import { batched } from './loader.ts';
import { type Basis, isAbove, type Level, type Place, placesBelow } from './membership.ts';

/** A `Kpi` of common.graphql. */
export interface KpiAnswer {
  key: string;
  nameZh: string;
  nameEn: string;
  area: { id: string };
  period: Period;
  basis: Basis;
  value: string | null;
  unit: Unit;
  numerator: string | null;
  denominator: string | null;
  target: string | null;
  meetsTarget: boolean | null;
  excluded: Exclusion[];
  suppressed: boolean;
  reason: NullReason | null;
  quality: Quality;
  edition: number;
  formulaVersion: string;
  dataAsOf: string;
  releaseId: null;
}

export interface KpiTableArgs {
  level: Level;
  from: string;
  to: string;
  grain: Period['grain'];
  basis?: Basis | null;
  by?: Dimension[] | null;
  first?: number | null;
  after?: string | null;
}

/** Shown digits by unit (overview §3.1). */
const DIGITS: Record<Unit, number> = {
  PERCENT: 2,
  M2: 2,
  M2_PER_100HH: 2,
  HOURS: 2,
  DAYS: 2,
  COINS: 2,
  RATIO: 4,
  INDEX: 4,
  COUNT: 0,
  MONTHS: 2,
};
/** Parts are exact where they end within these digits. */
const PART_DIGITS = 4;
const MAX_ROWS = 5000;
/** Places × periods × keys of one table: bounds the work of a single field. */
const MAX_CELLS = 200_000;

const part = (ratio: Ratio | null): string | null => ratio?.toTrimmed(PART_DIGITS) ?? null;

/** Decided on the exact number, never on the shown one. */
function meets(value: Ratio | null, { target, direction }: Figure): boolean | null {
  if (!target || !direction || !value) return null;
  return direction === 'AT_LEAST' ? value.cmp(target) >= 0 : value.cmp(target) <= 0;
}

const shown = (figure: Figure, value: FigureValue) => ({
  key: figure.key,
  value: value.value?.toDecimal(DIGITS[figure.unit]) ?? null,
  unit: figure.unit,
  numerator: part(value.numerator),
  denominator: part(value.denominator),
  excluded: value.excluded ?? [],
  suppressed: value.suppressed ?? false,
  reason: value.value ? null : (value.reason ?? 'NO_DATA'),
  quality: value.quality ?? ('MEASURED' as Quality),
  formulaVersion: figure.formulaVersion,
});

function kpi(ctx: Context, { figure, value }: Answer, question: Question): KpiAnswer {
  return {
    ...shown(figure, value),
    nameZh: figure.nameZh,
    nameEn: figure.nameEn,
    area: { id: question.place.id },
    period: question.period,
    basis: question.basis,
    target: figure.target?.toDecimal(DIGITS[figure.unit]) ?? null,
    meetsTarget: meets(value.value, figure),
    edition: editionOf(ctx),
    dataAsOf: value.dataAsOf ?? instantText(now()),
    releaseId: null,
  };
}

function editionOf(ctx: Context): number {
  if (ctx.claims.edition === null) throw new HubError('SOURCE_UNAVAILABLE');
  return ctx.claims.edition;
}

/** A department's figures: what `…Summary`, `…Kpis` and `…KpiDefinitions` resolve to. */
export class FigureRegistry {
  readonly #figures: Map<string, Figure>;
  readonly #one: (ctx: Context, asked: Asked) => Promise<KpiAnswer[] | null>;

  constructor(figures: readonly Figure[]) {
    this.#figures = new Map(figures.map((figure) => [figure.key, figure]));
    this.#one = batched(async (ctx, asked) => this.#answer(ctx, asked), keyOfAsked);
  }

  /** The figures of these keys, all of them when none is given. */
  figures(keys?: readonly string[] | null): Figure[] {
    if (!keys) return [...this.#figures.values()];
    return [...new Set(keys)].map((key) => {
      const figure = this.#figures.get(key);
      if (!figure) throw new HubError('VALIDATION_FAILED', { key });
      return figure;
    });
  }

  /** `…Summary(period, basis) { kpis(keys) }`: asked for many places, it still costs one statement per source. */
  async summary(ctx: Context, place: Place, period: Period, basis: Basis, keys?: readonly string[] | null): Promise<KpiAnswer[]> {
    if (!place.membership) throw new HubError('SOURCE_UNAVAILABLE');
    const figures = this.figures(keys);
    const question = { place, period: parsePeriod(period), basis };
    return (await this.#one(ctx, { question, figures })) ?? [];
  }

  /** All that one turn of the event loop asked for, read together. */
  async #answer(ctx: Context, asked: readonly Asked[]): Promise<Map<string, KpiAnswer[]>> {
    const questions = new Map(asked.map(({ question }) => [keyOf(question), question]));
    const figures = [...new Set(asked.flatMap((each) => each.figures))];
    const rows = await readAllowed(ctx, figures, [...questions.values()]);
    const answers = new Map([...questions.keys()].map((key, q) => [key, new Map(rows[q]?.map((answer) => [answer.figure, answer]))]));
    return new Map(
      asked.map((each) => {
        const ofQuestion = answers.get(keyOf(each.question));
        const own = each.figures.flatMap((figure) => ofQuestion?.get(figure) ?? []);
        return [keyOfAsked(each), own.map((answer) => kpi(ctx, answer, each.question))] as const;
      }),
    );
  }

  /** `…KpiDefinitions`: what the figures mean, and below how many persons the caller is not told them of places that are not his. */
  definitions(ctx: Pick<Context, 'claims'>, keys?: readonly string[] | null) {
    return this.figures(keys).map(({ key, nameZh, nameEn, unit, direction, formula, formulaVersion, breakdowns, personDerived }) => ({
      key,
      nameZh,
      nameEn,
      unit,
      direction: direction as Direction | null,
      formula,
      formulaVersion,
      breakdowns: [...breakdowns],
      minimumCell: personDerived ? smallestCell(ctx.claims) : null,
    }));
  }

  /** `…Kpis(input, keys)`: flat rows over places × periods × keys × at most two dimensions, ranked per key and period (overview §3.8). */
  async table(ctx: Context, place: Place, input: KpiTableArgs, keys: readonly string[]) {
    if (!place.membership) throw new HubError('SOURCE_UNAVAILABLE');
    const { figures, by, basis, first } = this.#checked(input, keys);
    const periods = periodsBetween(input.from, input.to, input.grain);
    const questions = periods.flatMap((period) =>
      placesBelow(place, input.level, basis, period).map((below) => ({ place: below, period, basis })),
    );
    if (isAbove(input.level, place)) throw new HubError('VALIDATION_FAILED', { level: input.level });
    const size = questions.length * figures.length;
    if (size > MAX_CELLS) throw new HubError('LIMIT_EXCEEDED', { limit: MAX_CELLS, cells: size });

    const answers = await readAllowed(ctx, figures, questions, by);
    const rows = ranked(answers.flatMap((list, q) => list.map((answer) => ({ answer, question: questions[q] as Question }))));
    const offset = offsetOf(input.after);
    const hasOutside = figures.some(({ personDerived }) => personDerived) && questions.some((question) => isOutside(ctx, question));
    return {
      rows: rows.slice(offset, offset + first),
      endCursor: rows.length === 0 ? null : String(Math.min(offset + first, rows.length)),
      hasNextPage: offset + first < rows.length,
      dataAsOf: hasOutside ? outsideAsOf() : instantText(now()),
      edition: editionOf(ctx),
      releaseId: null,
    };
  }

  #checked(input: KpiTableArgs, keys: readonly string[]) {
    const figures = this.figures(keys);
    const by = [...new Set(input.by ?? [])];
    if (by.length > 2) throw new HubError('BREAKDOWN_NOT_ALLOWED', { by });
    const not = figures.find((figure) => by.some((dimension) => !figure.breakdowns.includes(dimension)));
    if (not) throw new HubError('BREAKDOWN_NOT_ALLOWED', { key: not.key, by });
    const first = input.first ?? 1000;
    if (first < 1 || first > MAX_ROWS) {
      const zh = `每页行数须在 1 至 ${MAX_ROWS} 之间。`;
      throw new HubError('PAGE_TOO_LARGE', zh, `A page of a table has 1 to ${MAX_ROWS} rows.`, { first, limit: MAX_ROWS });
    }
    return { figures, by, basis: input.basis ?? ('RESTATED' as Basis), first };
  }
}

/** Figures of one place and period, in the order they were asked for. */
interface Asked {
  question: Question;
  figures: readonly Figure[];
}

const keyOfAsked = ({ question, figures }: Asked): string => `${figures.map(({ key }) => key).join()} ${keyOf(question)}`;

const keyOf = ({ place, period, basis }: Question): string => `${place.id} ${period.start} ${period.end} ${basis}`;

function offsetOf(after: string | null | undefined): number {
  if (!after) return 0;
  if (!/^\d{1,9}$/.test(after)) throw new HubError('VALIDATION_FAILED', { after });
  return Number(after);
}

/** Rows in the order period, key, place, dimensions; ties share a rank, places without a value come after without one. */
function ranked(cells: { answer: Answer; question: Question }[]) {
  const groups = Map.groupBy(cells, ({ answer, question }) => `${question.period.start} ${answer.figure.key}`);
  return [...groups.values()].flatMap((group) => {
    const order = group.map(({ answer }) => answer.value.value).filter((value) => value !== null);
    const least = group[0]?.answer.figure.direction === 'AT_MOST';
    order.sort((a, b) => (least ? a.cmp(b) : b.cmp(a)));
    return group.map(({ answer, question }) => {
      const { value } = answer.value;
      return {
        ...shown(answer.figure, answer.value),
        area: { id: question.place.id },
        periodStart: question.period.start,
        dimension1: answer.dimension1,
        dimension2: answer.dimension2,
        rank: value ? order.findIndex((other) => other.cmp(value) === 0) + 1 : null,
      };
    });
  });
}
