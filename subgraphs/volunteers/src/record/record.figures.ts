import { Ratio } from '../../../shared/src/domain/ratio.ts';
import { type Figure, grouped, type Source, selected } from '../../../shared/src/figure.ts';
import { count, excluding, ofKnown, percent, quotient } from '../../../shared/src/figure-values.ts';

const MINUTES = Ratio.of(60);
const THOUSAND = Ratio.of(1000);
/** A record shall be confirmed within so many days of the service. */
const TIMELY_DAYS = 20;

const BY_CATEGORY = { CATEGORY: 'r.category' };

/** Confirmed service: what stands today (a corrected or voided record no longer does, its correction does). */
const CONFIRMED_IN_CELL = `from cell c join service_record r
  on r.community_id = c.community_id and r."on" >= c."from" and r."on" < c."to" and r.status = 'CONFIRMED'`;

const confirmedService: Source = {
  name: 'confirmed service',
  cells: 'events',
  by: BY_CATEGORY,
  sql: (by) => `select c.n${selected(by)}, sum(r.minutes) as minutes ${CONFIRMED_IN_CELL} group by c.n${grouped(by)}`,
};

/** Volunteers are distinct over a whole place, so cells are reduced to pairs first and counted by place. */
const activeVolunteers: Source = {
  name: 'active volunteers',
  cells: 'distinct',
  by: BY_CATEGORY,
  sql: (by) => `, served as (select distinct c.n, r.volunteer_id${selected(by)} ${CONFIRMED_IN_CELL})
    select place.k${by.map((_, i) => `, served.dimension${i + 1}`).join('')}, count(distinct served.volunteer_id) as volunteers
    from place join served using (n) group by place.k${by.map((_, i) => `, served.dimension${i + 1}`).join('')}`,
};

/** A correction counts by its first record; a voided record is no record of a service. */
const timeliness: Source = {
  name: 'record timeliness',
  cells: 'events',
  by: BY_CATEGORY,
  sql: (by) => `select c.n${selected(by)},
      count(*) filter (where r."on" + ${TIMELY_DAYS} < current_date) as due,
      count(*) filter (where r."on" + ${TIMELY_DAYS} < current_date
        and (r.confirmed_at at time zone 'Asia/Shanghai')::date <= r."on" + ${TIMELY_DAYS}) as timely,
      count(*) filter (where r."on" + ${TIMELY_DAYS} >= current_date) as not_yet_due
    from cell c join service_record r on r.community_id = c.community_id and r."on" >= c."from" and r."on" < c."to"
      and r.corrects_id is null and r.status <> 'VOIDED'
    group by c.n${grouped(by)}`,
};

const hours = (minutes: Ratio): Ratio => minutes.div(MINUTES);

/** §5.6: figures of service records; a record belongs to the community of its activity. */
export const recordFigures: Figure[] = [
  {
    key: 'VOL_1',
    nameZh: '志愿服务时长',
    nameEn: 'Service hours',
    unit: 'HOURS',
    direction: 'AT_LEAST',
    formula: 'Σ minutes / 60 of CONFIRMED records with `on` in the period',
    formulaVersion: '1',
    breakdowns: ['CATEGORY'],
    personDerived: true,
    source: confirmedService,
    compute: (sums) => count(hours(sums.sum('minutes'))),
  },
  {
    key: 'VOL_1B',
    nameZh: '千人志愿服务时长',
    nameEn: 'Hours per 1,000 residents',
    unit: 'HOURS',
    direction: 'AT_LEAST',
    formula: 'VOL_1 × 1 000 / known population at the end of the period',
    formulaVersion: '1',
    breakdowns: [],
    personDerived: true,
    source: confirmedService,
    compute: (sums, setting) => {
      const { known, unknown } = setting.statistic('population');
      return quotient(hours(sums.sum('minutes')), known, THOUSAND, ofKnown(unknown));
    },
  },
  {
    key: 'VOL_2',
    nameZh: '活跃志愿者数',
    nameEn: 'Active volunteers',
    unit: 'COUNT',
    direction: 'AT_LEAST',
    formula: 'distinct volunteers with ≥ 1 CONFIRMED record in the period; not additive',
    formulaVersion: '1',
    breakdowns: ['CATEGORY'],
    personDerived: true,
    source: activeVolunteers,
    compute: (sums) => count(sums.sum('volunteers')),
  },
  {
    key: 'VOL_14',
    nameZh: '记录及时率',
    nameEn: 'Record timeliness',
    unit: 'PERCENT',
    direction: 'AT_LEAST',
    formula:
      'records confirmed ≤ 20 days after service / records of services in the period; those whose 20 days still run are excluded (NOT_YET_DUE); a correction counts by its first record, a voided record not at all',
    formulaVersion: '1',
    breakdowns: ['CATEGORY'],
    personDerived: true,
    source: timeliness,
    compute: (sums) => percent(sums.sum('timely'), sums.sum('due'), { excluded: excluding({ NOT_YET_DUE: sums.sum('not_yet_due') }) }),
  },
];
