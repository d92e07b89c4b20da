/**
 * Figures of persons and reports for those outside (privacy §10.6). Inside, variants internal and audit and a department within its own scope,
 * figures are fresh and whole. Outside they exist for months, quarters and years that have ended, as of the previous day, and what would tell
 * of a few persons is hidden. Figures of places, organizations, facilities and processes are the same for everybody.
 *
 * This is the primary suppression. Releases, which also keep hidden cells from being computed from shown ones, will take the place of
 * `readOutside`; `Kpi.releaseId` is null until then.
 */
import { readsFreshFigures } from './access.ts';
import type { Claims, Variant } from './claims.ts';
import { now } from './clock.ts';
import type { Context } from './context.ts';
import { addDays, dateIn, instantText, type Period, startOf } from './domain/period.ts';
import { Ratio } from './domain/ratio.ts';
import type { Dimension, Exclusion, Figure, FigureValue } from './figure.ts';
import { type Answer, type Question, readFigures } from './figure-read.ts';
import { unknown } from './figure-values.ts';

/** Rates over fewer persons or reports than this are hidden. */
const LEAST_DENOMINATOR = Ratio.of(20);
/** Exclusions that count places and not persons; every other count is taken for one of persons or reports. */
const COUNTS_PLACES: readonly string[] = ['HOUSEHOLDS_UNKNOWN'];

/** *k*: fewer persons or reports than this are hidden outside. What staff see of places that are not theirs is what the public sees. */
const K_OF: Record<Variant, number> = { BI: 5, PUBLIC: 10, RESIDENT: 10, PARTNER: 10, DEPARTMENT: 10, INTERNAL: 5, AUDIT: 5 };
/** The caller's *k*; of those who are never outside, the least there is. */
export const smallestCell = ({ variant }: Pick<Claims, 'variant'>): number => K_OF[variant];

/** Is this a month, quarter or year whose months have all ended by the end of the day before `today`? Others do not exist outside. */
export const existsOutside = ({ grain, end }: Period, today: string): boolean => grain !== 'CUSTOM' && end <= today;

/** What figures outside are as of: the end of the previous day. */
export const outsideAsOf = (): string => instantText(startOf(dateIn(now())));

const isFew = (n: Ratio, k: Ratio): boolean => !n.isZero() && !n.isNegative() && n.cmp(k) < 0;

/**
 * Would this figure of persons tell of a few of them? By its numerator, what the denominator has beyond it, a denominator below 20, or the
 * persons who contributed. Zero may be shown.
 * @param contributors how many persons contributed; null for a figure that counts them itself.
 */
export function tellsOfFew({ value, numerator, denominator }: FigureValue, contributors: Ratio | null, k: Ratio): boolean {
  // What cannot be judged is not shown.
  if (numerator === null) return value !== null && (contributors === null || contributors.cmp(k) < 0);
  if (isFew(numerator, k)) return true;
  const isOfNone = numerator.isZero() && (denominator === null || denominator.isZero());
  if (contributors !== null && contributors.cmp(k) < 0 && !isOfNone) return true;
  if (denominator === null) return false;
  return isFew(denominator, LEAST_DENOMINATOR) || isFew(denominator.sub(numerator), k);
}

/** Exclusions of persons, all without their number where one of them is few: the others and a sum would tell it. */
function hideFew(excluded: readonly Exclusion[], k: Ratio, isHidden: boolean): Exclusion[] {
  const ofPersons = excluded.filter(({ reason }) => !COUNTS_PLACES.includes(reason));
  const hide = isHidden || ofPersons.some(({ count }) => count !== null && isFew(Ratio.of(count), k));
  return excluded.map((entry) => (hide && ofPersons.includes(entry) ? { ...entry, count: null } : entry));
}

/** The value as it may be told outside. */
export function suppress(value: FigureValue, contributors: Ratio | null, k: Ratio): FigureValue {
  const isHidden = tellsOfFew(value, contributors, k);
  const excluded = hideFew(value.excluded ?? [], k, isHidden);
  return isHidden ? { ...unknown('SMALL_CELL', { excluded }), suppressed: true } : { ...value, excluded };
}

const groupOf = ({ dimension1, dimension2 }: Answer): string => JSON.stringify([dimension1, dimension2]);

/** Suppressed answers to one question, from those that were read with the figures of who contributed. */
function suppressed(answers: readonly Answer[], figures: readonly Figure[], k: Ratio): Answer[] {
  const counted = Map.groupBy(answers, ({ figure }) => figure);
  const dataAsOf = outsideAsOf();
  return figures.flatMap((figure) => {
    const { contributors } = figure;
    const persons = new Map(contributors && (counted.get(contributors) ?? []).map((answer) => [groupOf(answer), answer.value.value]));
    return (counted.get(figure) ?? []).map((answer) => {
      const who = contributors ? (persons.get(groupOf(answer)) ?? Ratio.ZERO) : null;
      return { ...answer, value: { ...suppress(answer.value, who, k), dataAsOf } };
    });
  });
}

const notApplicable = (figure: Figure): Answer => ({ figure, dimension1: null, dimension2: null, value: unknown('NOT_APPLICABLE') });

/** Figures of persons, one list per question, as they are told outside. */
async function readOutside(ctx: Context, figures: readonly Figure[], questions: readonly Question[], by: readonly Dimension[]) {
  const today = dateIn(now());
  const existing = questions.filter(({ period }) => existsOutside(period, today));
  const read = [...new Set([...figures, ...figures.flatMap(({ contributors }) => contributors ?? [])])];
  const answers = existing.length === 0 ? [] : await readFigures(ctx, read, existing, by, addDays(today, -1));
  const k = Ratio.of(smallestCell(ctx.claims));
  const byQuestion = new Map(existing.map((question, q) => [question, suppressed(answers[q] ?? [], figures, k)]));
  return questions.map((question) => byQuestion.get(question) ?? figures.map(notApplicable));
}

/** Is this answered from outside? */
export const isOutside = (ctx: Context, { place }: Question): boolean => !readsFreshFigures(ctx.claims, place.id);

/** `readFigures` as the caller may read them: fresh and whole inside, suppressed outside. One list per question, in the order of the figures. */
export async function readAllowed(
  ctx: Context,
  figures: readonly Figure[],
  questions: Question[],
  by: readonly Dimension[] = [],
): Promise<Answer[][]> {
  const ofPersons = figures.filter(({ personDerived }) => personDerived);
  const outside = ofPersons.length === 0 ? [] : questions.filter((question) => isOutside(ctx, question));
  if (outside.length === 0) return readFigures(ctx, figures, questions, by);

  const inside = questions.filter((question) => !outside.includes(question));
  const others = figures.filter(({ personDerived }) => !personDerived);
  const [whole, open, hidden] = await Promise.all([
    inside.length === 0 ? [] : readFigures(ctx, figures, inside, by),
    others.length === 0 ? [] : readFigures(ctx, others, outside, by),
    readOutside(ctx, ofPersons, outside, by),
  ]);
  const answers = new Map<Question, Answer[]>(inside.map((question, q) => [question, whole[q] ?? []]));
  outside.forEach((question, q) => {
    const byFigure = Map.groupBy([...(open[q] ?? []), ...(hidden[q] ?? [])], ({ figure }) => figure);
    answers.set(
      question,
      figures.flatMap((figure) => byFigure.get(figure) ?? []),
    );
  });
  return questions.map((question) => answers.get(question) ?? []);
}
