/** Households and residents of a community on a day; null is unknown (§2.3). */
export interface StatRow {
  areaId: string;
  asOf: string;
  source: 'CENSUS' | 'POLICE_REGISTER' | 'COMMUNITY_COUNT' | 'ESTIMATE';
  households: number;
  population: number;
  residents60Plus: number | null;
  residents65Plus: number | null;
  children0to14: number | null;
}

/** A statistic as it is shown: of one community, or the sum over several (`source` null). */
export interface ShownStat extends Omit<StatRow, 'areaId' | 'source'> {
  source: StatRow['source'] | null;
  quality: 'MEASURED' | 'ESTIMATED' | 'PARTIAL';
}

/** The latest with `asOf ≤ day` of a community's series, which is ascending by day and has one row a day. */
export const latestOn = (series: readonly StatRow[], day: string): StatRow | null => series.findLast(({ asOf }) => asOf <= day) ?? null;

const shown = ({ areaId: _, ...row }: StatRow): ShownStat => ({ ...row, quality: row.source === 'ESTIMATE' ? 'ESTIMATED' : 'MEASURED' });

/** The statistic of a community on a day. */
export function statOn(series: readonly StatRow[], day: string): ShownStat | null {
  const latest = latestOn(series, day);
  return latest && shown(latest);
}

/** Sums what is known; null where nothing is. */
function total(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** The sum over the communities whose statistic is known on that day; PARTIAL when some are not, null when none is. */
export function sumOn(communities: readonly (readonly StatRow[])[], day: string): ShownStat | null {
  const known = communities.map((series) => latestOn(series, day)).filter((row) => row !== null);
  const [first] = known;
  if (!first) return null;
  const sum = (column: (row: StatRow) => number | null) => total(known.map(column));
  return {
    asOf:
      known
        .map(({ asOf }) => asOf)
        .sort()
        .at(-1) ?? first.asOf,
    source: null,
    households: sum((row) => row.households) ?? 0,
    population: sum((row) => row.population) ?? 0,
    residents60Plus: sum((row) => row.residents60Plus),
    residents65Plus: sum((row) => row.residents65Plus),
    children0to14: sum((row) => row.children0to14),
    quality: known.length < communities.length ? 'PARTIAL' : 'MEASURED',
  };
}

/** Every day on which a community was counted, ascending, with the statistic (or sum) as of that day. */
export function seriesOf(communities: readonly (readonly StatRow[])[], isCommunity: boolean): ShownStat[] {
  const days = [...new Set(communities.flatMap((series) => series.map(({ asOf }) => asOf)))].sort();
  const on = (day: string) => (isCommunity ? statOn(communities[0] ?? [], day) : sumOn(communities, day));
  return days.map(on).filter((stat) => stat !== null);
}
