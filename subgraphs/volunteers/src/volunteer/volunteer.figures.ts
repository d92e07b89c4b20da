import type { Figure, Source } from '../../../shared/src/figure.ts';
import { ofKnown, percent } from '../../../shared/src/figure-values.ts';

/** Volunteers ACTIVE on the day, by their home community of that day. */
const registered: Source = {
  name: 'registered volunteers',
  cells: 'state',
  sql: () => `select c.n, count(*) as volunteers
    from cell c
    join volunteer_home h on h.community_id = c.community_id and h.valid_from <= c."from" and (h.valid_to is null or c."from" < h.valid_to)
    join volunteer_state s on s.volunteer_id = h.volunteer_id and s.valid_from <= c."from" and (s.valid_to is null or c."from" < s.valid_to)
      and s.status = 'ACTIVE'
    group by c.n`,
};

/** §5.6: figures of volunteers; a volunteer belongs to his home community of that day. */
export const volunteerFigures: Figure[] = [
  {
    key: 'VOL_3',
    nameZh: '注册志愿者占比',
    nameEn: 'Registered share',
    unit: 'PERCENT',
    direction: 'AT_LEAST',
    formula: 'ACTIVE volunteers at the end of the period / known population',
    formulaVersion: '1',
    breakdowns: [],
    personDerived: true,
    source: registered,
    compute: (sums, setting) => {
      const { known, unknown } = setting.statistic('population');
      return percent(sums.sum('volunteers'), known, ofKnown(unknown));
    },
  },
];
