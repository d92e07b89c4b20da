import { addDays } from '../../../shared/src/domain/period.ts';
import type { Figure, FigureValue, Setting, Source, Sums } from '../../../shared/src/figure.ts';
import { excluding, percent, unknown } from '../../../shared/src/figure-values.ts';
import { CIRCLE_KINDS, PROFILES, STALE_RUN_DAYS, type WalkProfile } from './coverage.rules.ts';

const KINDS = `array[${CIRCLE_KINDS.map((kind) => `'${kind}'`).join(', ')}]::text[]`;
const PROFILE_VALUES = (['ADULT', 'ELDER'] as const)
  .map((profile) => `('${profile}', ${PROFILES[profile].metres}, '${PROFILES[profile].weight}')`)
  .join(', ');
const columns = (profile: 'adult' | 'elder'): string => {
  const own = `filter (where r.profile = '${profile.toUpperCase()}'`;
  return `min(r.started_on::text) ${own}) as ${profile}_started_at, min(r.data_as_of::text) ${own}) as ${profile}_read_at,
    sum(d.weight) ${own} and d.covered and d.origin_known) as ${profile}_covered, sum(d.weight) ${own} and d.origin_known) as ${profile}_total,
    count(*) ${own} and d.origin_known and d.weight is null) as ${profile}_unknown,
    count(*) ${own} and not d.origin_known) as ${profile}_nowhere,
    count(*) ${own} and d.origin_known and d.estimated and d.weight is not null) as ${profile}_estimated`;
};

/** Of each day asked the last DONE run begun by then, for both profiles; its compounds by the community in which the run found them. */
const circles: Source = {
  name: 'fifteen-minute circle',
  cells: 'state',
  untilToday: true,
  sql: () => `, run as (
      select day."from" as day, p.profile, last.id, last.started_on, last.data_as_of
      from (select distinct "from" from cell) day
      cross join (values ${PROFILE_VALUES}) p(profile, metres, weight)
      cross join lateral (
        select r.id, r.started_at::date as started_on, r.data_as_of from coverage_run r
        where r.profile = p.profile and r.method = 'DETOUR' and r.status = 'DONE' and r.kinds = ${KINDS} and r.threshold_metres = p.metres
          and r.weight = p.weight and r.started_at < (day."from" + 1)::timestamptz
        order by r.started_at desc, r.id desc limit 1) last)
    select c.n, ${columns('adult')}, ${columns('elder')}
    from cell c join run r on r.day = c."from"
    left join coverage_distance d on d.run_id = r.id and d.community_id = c.community_id
    group by c.n`,
};

/** §6.6 FAC_4, FAC_5: no run is NO_DATA, a run older than seven days at the day makes the figure PARTIAL. */
function rate(profile: Extract<WalkProfile, 'ADULT' | 'ELDER'>, sums: Sums, { day }: Setting): FigureValue {
  const of = (name: string): string => `${profile.toLowerCase()}_${name}`;
  const startedOn = sums.text(of('started_at'));
  if (startedOn === null) return unknown('NO_DATA');
  const isOld = addDays(startedOn, STALE_RUN_DAYS) < day;
  const isEstimated = !sums.sum(of('estimated')).isZero();
  return percent(sums.sum(of('covered')), sums.sum(of('total')), {
    excluded: excluding({ HOUSEHOLDS_UNKNOWN: sums.sum(of('unknown')), ORIGIN_UNKNOWN: sums.sum(of('nowhere')) }),
    quality: isOld ? 'PARTIAL' : isEstimated ? 'ESTIMATED' : 'MEASURED',
    dataAsOf: instant(sums.text(of('read_at'))),
  });
}

/** '2025-01-31 02:30:00+08' as ISO 8601. */
const instant = (text: string | null): string | null => text && `${text.replace(' ', 'T')}:00`;

const of = (key: string, nameZh: string, nameEn: string, profile: 'ADULT' | 'ELDER', whom: string): Figure => ({
  key,
  nameZh,
  nameEn,
  unit: 'PERCENT',
  direction: 'AT_LEAST',
  formula: `${whom} within ${PROFILES[profile].metres} m (great circle × 1.3) of the nearest Party–mass service centre or neighbourhood centre / all, by the last run`,
  formulaVersion: '1',
  breakdowns: [],
  personDerived: false,
  source: circles,
  compute: (sums, setting) => rate(profile, sums, setting),
});

/** §6.3, §6.6: figures of the last coverage run. */
export const coverageFigures: Figure[] = [
  of('FAC_4', '一刻钟服务圈覆盖率', '15-minute circle coverage', 'ADULT', 'households'),
  of('FAC_5', '老年步行覆盖率', 'Same for older residents', 'ELDER', 'residents of 60 and above'),
];
