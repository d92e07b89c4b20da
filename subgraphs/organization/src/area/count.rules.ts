import { refuse } from '../errors.ts';

/** Counts of a community on a day; null is unknown. */
export interface Counts {
  households: number;
  population: number;
  residents60Plus: number | null;
  residents65Plus: number | null;
  children0to14: number | null;
}

/** More residents, households or owners than the district has. */
export const MOST_COUNTED = 1_000_000;

/** A part and the whole that it cannot exceed. */
const PARTS: readonly (readonly [part: keyof Counts, whole: keyof Counts])[] = [
  ['residents60Plus', 'population'],
  ['residents65Plus', 'residents60Plus'],
  ['residents65Plus', 'population'],
  ['children0to14', 'population'],
];

/** The rules of §4.3 `recordAreaStat`. @throws HubError STAT_INCONSISTENT naming the part and its whole; VALIDATION_FAILED */
export function requireConsistent(counts: Counts): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value !== null && value < 0) throw refuse('STAT_INCONSISTENT', { field: [name], details: { least: 0 } });
    if (value !== null && value > MOST_COUNTED) throw refuse('VALIDATION_FAILED', { field: [name], details: { most: MOST_COUNTED } });
  }
  for (const [part, whole] of PARTS) {
    if ((counts[part] ?? 0) > (counts[whole] ?? Number.POSITIVE_INFINITY)) {
      throw refuse('STAT_INCONSISTENT', { field: [part], details: { whole, most: counts[whole] } });
    }
  }
  const { residents65Plus, children0to14, population } = counts;
  if ((residents65Plus ?? 0) + (children0to14 ?? 0) > population) {
    throw refuse('STAT_INCONSISTENT', { field: ['children0to14'], details: { whole: 'population', most: population } });
  }
}

/** From this many hundredths of the previous count on a change must be confirmed. */
const JUMP_PERCENT = 30;

/** Which of the counts differ from the previous by more than 30 %, in whole numbers: |now − before| · 100 > 30 · before. */
export function jumps(now: Counts, before: Pick<Counts, 'households' | 'population'>): ('households' | 'population')[] {
  const names = ['households', 'population'] as const;
  return names.filter((name) => Math.abs(now[name] - before[name]) * 100 > JUMP_PERCENT * before[name]);
}
