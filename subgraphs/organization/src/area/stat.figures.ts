import type { Figure, Source, Sums } from '../../../shared/src/figure.ts';
import { excluding, percent } from '../../../shared/src/figure-values.ts';
import { STAT_SOURCES } from './area.entity.ts';

/** The latest statistic of each community by the last day of the period; both known, as a rate needs them. */
const statistics: Source = {
  name: 'statistics of communities',
  cells: 'state',
  sql: () => `select c.n,
      sum(s.residents60_plus) as aged60,
      sum(s.population) filter (where s.residents60_plus is not null) as population60,
      count(*) filter (where s.residents60_plus is null) as unknown60,
      sum(s.residents65_plus) as aged65,
      sum(s.population) filter (where s.residents65_plus is not null) as population65,
      count(*) filter (where s.residents65_plus is null) as unknown65
    from cell c left join lateral (
      select s.population, s.residents60_plus, s.residents65_plus from area_stat s
      where s.area_id = c.community_id and s.as_of <= c."from"
      order by s.as_of desc, array_position(array[${STAT_SOURCES.map((source) => `'${source}'`).join(', ')}], s.source) limit 1) s on true
    group by c.n`,
};

const ageing = (age: '60' | '65') => (sums: Sums) =>
  percent(sums.sum(`aged${age}`), sums.sum(`population${age}`), {
    excluded: excluding({ HOUSEHOLDS_UNKNOWN: sums.sum(`unknown${age}`) }),
  });

const common = {
  unit: 'PERCENT',
  direction: null,
  formulaVersion: '1',
  breakdowns: [],
  personDerived: false,
  source: statistics,
} satisfies Partial<Figure>;

/** §4.5: figures of the communities' statistics. */
export const statFigures: Figure[] = [
  {
    ...common,
    key: 'ORG_15',
    nameZh: '老龄化率',
    nameEn: 'Ageing rate',
    formula: 'Σ 60+ / Σ population, communities with both known',
    compute: ageing('60'),
  },
  {
    ...common,
    key: 'ORG_15B',
    nameZh: '65岁以上老龄化率',
    nameEn: 'Ageing rate, 65+',
    formula: 'Σ 65+ / Σ population, communities with both known',
    compute: ageing('65'),
  },
];
