import type { Period } from './domain/period.ts';
import type { Ratio } from './domain/ratio.ts';
import type { Basis, Membership, Place } from './membership.ts';

export type Unit = 'PERCENT' | 'RATIO' | 'M2_PER_100HH' | 'M2' | 'HOURS' | 'COUNT' | 'COINS' | 'DAYS' | 'MONTHS' | 'INDEX';
export type Direction = 'AT_LEAST' | 'AT_MOST';
export type Dimension = 'CATEGORY_PARENT' | 'CATEGORY' | 'ORGANIZATION_KIND' | 'PROVISION_MODE' | 'COMPOUND_TYPE' | 'CHANNEL';
export type NullReason =
  | 'NO_DENOMINATOR'
  | 'NO_DATA'
  | 'SOURCE_UNAVAILABLE'
  | 'SMALL_CELL'
  | 'COMPLEMENTARY'
  | 'STALE'
  | 'TOO_FEW_TO_RANK'
  | 'NOT_APPLICABLE';
export type Quality = 'MEASURED' | 'ESTIMATED' | 'PARTIAL';

/** What was left out of a figure and how often; a null count is unknown. */
export interface Exclusion {
  reason: string;
  count: number | null;
}

/** The columns that a source gives for one cell or place: exact sums, and texts (`…At`, ids) that are kept as their least value. */
export interface Sums {
  /** The exact sum of a column, zero where the source gave no row. */
  sum(column: string): Ratio;
  /** The least text of a column, null where the source gave no row. */
  text(column: string): string | null;
}

/**
 * One SQL statement that several figures share. It reads from the relation `cell(n, community_id, "from", "to")`, days half-open, and gives
 * one row per `n` (and dimension) with named columns; a column whose name ends in `_at` or `_id` is text, every other one is added up.
 * - `events`: cells are the spans of the period whose events count for a place (cut at a move under AS_RECORDED).
 * - `state`: cells are single days: the last day of the period, or today if that is sooner and `untilToday` is set.
 * - `distinct`: as `events`, but what it counts cannot be added up: it also reads `place(k, n)` and gives one row per `k`.
 */
export interface Source {
  name: string;
  cells: 'events' | 'state' | 'distinct';
  untilToday?: boolean;
  /** SQL expressions of the breakdowns it offers. */
  by?: Partial<Record<Dimension, string>>;
  /**
   * `by` are the expressions asked, to be selected as `dimension1`, `dimension2` and grouped by: use `selected(by)` and `grouped(by)`;
   * `today` is 'YYYY-MM-DD' of the domain's clock, for what becomes due by time passing.
   */
  sql(by: readonly string[], today: string): string;
}

/** `, <expression> as dimension1 …` for a select list; empty without breakdown. */
export const selected = (by: readonly string[]): string => by.map((expression, i) => `, ${expression} as dimension${i + 1}`).join('');
/** `, <expression> …` for a group by list. */
export const grouped = (by: readonly string[]): string => by.map((expression) => `, ${expression}`).join('');

/** A place in a period as a figure sees it. */
export interface Setting {
  place: Place;
  period: Period;
  basis: Basis;
  /** The day for state: the last of the period, or today if sooner. */
  day: string;
  /** The communities of the place on the last day of the period. */
  communities: Membership[];
  /** Known households, population, 60+ of these communities on that day, and how many are unknown. */
  statistic(column: 'households' | 'population' | 'residents60Plus'): { known: Ratio; unknown: number; none: boolean };
  /** The sums of one community of the place alone (FAC_2, FAC_7). */
  ofCommunity(communityId: string): Sums;
}

export interface FigureValue {
  value: Ratio | null;
  numerator: Ratio | null;
  denominator: Ratio | null;
  reason?: NullReason;
  /** Hidden, because it would tell of a few persons (privacy §10.6). */
  suppressed?: boolean;
  excluded?: Exclusion[];
  quality?: Quality;
  /** Freshness, if the input is older than the answer. */
  dataAsOf?: string | null;
}

/** One key is one figure (overview §3.8): what it means, for people, and how it is computed, from the sums of one source. */
export interface Figure {
  key: string;
  nameZh: string;
  nameEn: string;
  unit: Unit;
  direction: Direction | null;
  /** In words, as in the domain text. */
  formula: string;
  formulaVersion: string;
  /** Default target as exact number in the figure's unit; null without one. */
  target?: Ratio;
  breakdowns: readonly Dimension[];
  /** Counts or rates of persons or reports: outside they are suppressed where they tell of a few (privacy §10.6). */
  personDerived: boolean;
  /** The figure that counts the persons behind a person-derived one, where its own numerator counts something else; with the same breakdowns. */
  contributors?: Figure;
  /** Null: computed from the place's statistics alone. */
  source: Source | null;
  compute(sums: Sums, setting: Setting): FigureValue;
}
