import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { isOfficeTime } from '../../../shared/src/domain/hour-clock.ts';
import { inConflict } from './state.rules.ts';

// Which organization leads (§7.4).

export type RoutingTime = 'ALWAYS' | 'OFFICE_HOURS' | 'OUTSIDE_OFFICE_HOURS';

/** A rule as it is read, in its order. */
export interface Rule {
  readonly id: string;
  readonly order: number;
  readonly categoryId: string | null;
  readonly areaId: string | null;
  readonly management: string | null;
  readonly during: RoutingTime;
  readonly leadId: string;
  readonly assistIds: readonly string[];
  readonly superiorId: string | null;
}

/** What rules look at. */
export interface Matter {
  /** The case's category and its ancestors. */
  readonly categories: readonly string[];
  /** The case's community and its ancestors; stable ids. */
  readonly areas: readonly string[];
  /** Management mode of the compound; null without a compound. */
  readonly management: string | null;
  readonly at: Date;
  /** The organization complained about. */
  readonly subject: string | null;
}

/** The first rule that fits and whose LEAD is not the organization complained about nor below it; null: the street office leads. */
export function ruleFor(
  rules: readonly Rule[],
  matter: Matter,
  above: ReadonlyMap<string, readonly string[]>,
  calendars: readonly WorkCalendar[],
): Rule | null {
  const inOffice = isOfficeTime(matter.at, { calendars });
  const fits = (rule: Rule): boolean =>
    (rule.categoryId === null || matter.categories.includes(rule.categoryId)) &&
    (rule.areaId === null || matter.areas.includes(rule.areaId)) &&
    (rule.management === null || rule.management === matter.management) &&
    (rule.during === 'ALWAYS' || (rule.during === 'OFFICE_HOURS') === inOffice) &&
    !inConflict([rule.leadId], matter.subject, above);
  return rules.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)).find(fits) ?? null;
}
