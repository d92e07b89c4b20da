import { Ratio } from '../../../shared/src/domain/ratio.ts';
import { type Figure, grouped, type Source, selected } from '../../../shared/src/figure.ts';
import { count, excluding, ofKnown, percent, quotient } from '../../../shared/src/figure-values.ts';
import { partsOf, type Rollup, spansOf } from '../../../shared/src/rollup.ts';

const MINUTES = Ratio.of(60);
const THOUSAND = Ratio.of(1000);
/** A record shall be confirmed within so many days of the service. */
const TIMELY_DAYS = 20;

const BY_CATEGORY = { CATEGORY: 'part.category' };

/** Sums of records by community, day and category; a change of a record (confirmed, corrected, voided) is there when it is committed. */
const SERVICE: Rollup = { name: 'service', dimensions: ['category'], measures: ['minutes', 'recorded', 'timely'], when: 'day' };

/** Confirmed service: what stands today (a corrected or voided record no longer does, its correction does). */
const confirmedService: Source = {
  name: 'confirmed service',
  cells: 'events',
  by: BY_CATEGORY,
  sql: (by) => `, ${partsOf(SERVICE, by)}
    select n${selected(by)}, sum(minutes) as minutes from part group by n${grouped(by)} having sum(minutes) <> 0`,
};

/** SQL: confirmed records with their volunteers, in the days [`from`, `to`) of a community. */
const servedIn = (community: string, from: string, to: string): string => `cross join lateral (
    select * from service_record r where r.community_id = ${community} and r."on" >= ${from} and r."on" < ${to} and r.status = 'CONFIRMED' offset 0
  ) r join volunteer v on v.id = r.volunteer_id`;

/**
 * Volunteers are distinct over a whole place, so they are kept as one bit string per community and month (bit n of chunk k is the volunteer
 * with serial number 8192 k + n), joined by or and counted at the end. Days before and after whole months, and months from which a
 * confirmed record was just taken, are read from the records.
 */
const activeVolunteers: Source = {
  name: 'active volunteers',
  cells: 'distinct',
  by: BY_CATEGORY,
  sql: (by) => {
    const category = by.length === 0 ? `''::text` : 'r.category';
    const dimensions = by.map((_, i) => `, dimension${i + 1}`).join('');
    return `, ${spansOf('cell')},
    stale as (select distinct community_id, rollup.month_of(day) as month from rollup.service_delta where stale),
    whole as (
      select s.n, s.community_id, stale.month as stale_month
      from span s join stale on stale.community_id = s.community_id and stale.month >= s.first_month and stale.month < s.end_month
    ),
    -- One by one: the edges, stale months, and what is not folded yet.
    single as (
      select s.n, ${category} as category, v.serial from edge s ${servedIn('s.community_id', 's."from"', 's."to"')}
      union all select w.n, ${category}, v.serial from whole w ${servedIn('w.community_id', 'w.stale_month', `w.stale_month + interval '1 month'`)}
      union all select s.n, ${category}, d.serial
      from span s join rollup.service_delta r on r.community_id = s.community_id and r.day >= s.first_month and r.day < s.end_month
      cross join unnest(r.serials) as d(serial)
      where (r.community_id, rollup.month_of(r.day)) not in (select community_id, month from stale)
    ),
    part as (
      select s.n, r.category, r.chunk, r.bits
      from span s cross join lateral (
        select * from rollup.presence r where r.community_id = s.community_id and r.month >= s.first_month and r.month < s.end_month
          and r.category ${by.length === 0 ? `= ''` : `<> ''`} offset 0
      ) r
      where (r.community_id, r.month) not in (select community_id, month from stale)
      union all
      select distinct n, category, serial / 8192, set_bit(rollup.no_bits(), serial % 8192, 1) from single
    ),
    served as materialized (select n${selected(by)}, chunk, bit_or(bits) as bits from part group by n${grouped(by)}, chunk),
    counted as (
      select place.k${dimensions}, bit_count(bit_or(bits)) as volunteers from place join served using (n) group by place.k${dimensions}, chunk
    )
    select k${dimensions}, sum(volunteers) as volunteers from counted group by k${dimensions} having sum(volunteers) > 0`;
  },
};

/**
 * A correction counts by its first record; a voided record is no record of a service. Whether the days are over depends on today alone, so the
 * cells are cut there, and both parts are read as sums.
 */
const timeliness: Source = {
  name: 'record timeliness',
  cells: 'events',
  by: BY_CATEGORY,
  sql: (by, today) => `, side as (
      select n, community_id, "from", least("to", date '${today}' - ${TIMELY_DAYS}) as "to", true as over from cell
      union all select n, community_id, greatest("from", date '${today}' - ${TIMELY_DAYS}), "to", false from cell
    ),
    half as (select * from side where "from" < "to"),
    ${partsOf(SERVICE, by, { cells: 'half', carried: ['over'] })}
    select n${selected(by)}, sum(recorded) filter (where over) as due, sum(timely) filter (where over) as timely,
      sum(recorded) filter (where not over) as not_yet_due
    from part group by n${grouped(by)} having sum(recorded) <> 0`,
};

const hours = (minutes: Ratio): Ratio => minutes.div(MINUTES);

/** The distinct volunteers of a place; they are who contributed to the others. */
const active: Figure = {
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
};

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
    contributors: active,
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
    contributors: active,
    source: confirmedService,
    compute: (sums, setting) => {
      const { known, unknown } = setting.statistic('population');
      return quotient(hours(sums.sum('minutes')), known, THOUSAND, ofKnown(unknown));
    },
  },
  active,
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
    contributors: active,
    source: timeliness,
    compute: (sums) => percent(sums.sum('timely'), sums.sum('due'), { excluded: excluding({ NOT_YET_DUE: sums.sum('not_yet_due') }) }),
  },
];
