import type { Figure, Source } from '../../../shared/src/figure.ts';
import { percent } from '../../../shared/src/figure-values.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';

/** An assurance older than this is stale (§6.1). */
const ASSURED_DAYS = 180;
const DAY = 'c."from"';

/** Facilities OPEN on the day, where they stand, and those whose entry somebody confirmed lately. */
const openFacilities: Source = {
  name: 'open facilities',
  cells: 'state',
  untilToday: true,
  sql: () => `select c.n, count(*) as open, count(*) filter (where exists (select 1 from facility_assurance a
        where a.facility_id = f.id and a."on" <= ${DAY} and a."on" >= ${DAY} - ${ASSURED_DAYS})) as assured
    from cell c
    join facility f on f.community_id = c.community_id
    join facility_state s on s.facility_id = f.id and ${holdsOn('s', DAY)} and s.status = 'OPEN'
    group by c.n`,
};

/** §6.6: figures of the entries themselves. */
export const facilityFigures: Figure[] = [
  {
    key: 'FAC_13',
    nameZh: '台账鲜活度',
    nameEn: 'Data freshness',
    unit: 'PERCENT',
    direction: 'AT_LEAST',
    formula: 'of facilities OPEN at the end of the period: assured at most 180 days before / all',
    formulaVersion: '1',
    breakdowns: [],
    personDerived: false,
    source: openFacilities,
    compute: (sums) => percent(sums.sum('assured'), sums.sum('open')),
  },
];
