/** Seeded random numbers: the same seed gives the same row of numbers on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number in [low, high]. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Value of a pair by its weight. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T;
  /** Around `median`, skewed to the right; `spread` 0.5 puts two thirds between 0.6 and 1.65 times the median. */
  skewed(median: number, spread: number): number;
}

/** A generator of its own for each purpose, so that a change in one part leaves the others as they were. */
export function randomOf(seed: string): Random {
  let state = 2166136261;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 16777619);
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(0, list.length - 1)]!,
    weighted: (pairs) => {
      let rest = next() * pairs.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of pairs) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return pairs[pairs.length - 1]![0];
    },
    // The sum of four uniform numbers is near enough to a normal one: variance 1/3.
    skewed: (median, spread) => median * Math.exp(spread * Math.sqrt(3) * (next() + next() + next() + next() - 2)),
  };
}
