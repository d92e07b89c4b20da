import { exact, over } from './exact.ts';
import { counted, HANDED, handed, holds, type Places, type Stay, standing, stayHolds } from './places.ts';
import { type Database, rate, ratio, type StraightRow, total } from './row.ts';

/**
 * Service in [$7, $8), volunteers at home on the day $9; $10 is today. Confirmed service is summed per stay and volunteer first, so that the
 * distinct counts of streets and district go over volunteers, not over records. A correction counts by its first record (VOL_14).
 */
const SERVICE = `
  with ${HANDED},
  served as materialized (
    select stay.no, r.volunteer_id, sum(r.minutes) as minutes
    from stay
    join service_record r on r.community_id = stay.community_id and r."on" >= $7::date and r."on" < $8::date and r.status = 'CONFIRMED'
    where r."on" >= coalesce(stay.since, '-infinity') and r."on" < coalesce(stay.until, 'infinity')
    group by stay.no, r.volunteer_id
  ),
  hours as (select no, sum(minutes) as minutes from served group by no),
  recorded as (
    select stay.no, count(*) filter (where not running) as due,
      count(*) filter (where not running and (r.confirmed_at at time zone 'Asia/Shanghai')::date <= r."on" + 20) as in_time,
      count(*) filter (where running) as running
    from stay
    join service_record r on r.community_id = stay.community_id and r."on" >= $7::date and r."on" < $8::date,
    lateral (select r."on" + 20 >= $10::date as running) f
    where r."on" >= coalesce(stay.since, '-infinity') and r."on" < coalesce(stay.until, 'infinity')
      and r.corrects_id is null and r.status <> 'VOIDED'
    group by stay.no
  ),
  active as materialized (select s.volunteer_id from volunteer_state s where s.status = 'ACTIVE' and ${holds('s', '$9::date')}),
  home as materialized (select h.volunteer_id, h.community_id from volunteer_home h where ${holds('h', '$9::date')}),
  registered as (
    select stay.no, count(*) as volunteers from stay join home using (community_id) join active using (volunteer_id)
    where ${stayHolds('$9::date')}
    group by stay.no
  ),
  part as (
    select area_id, sum(minutes) as minutes, sum(due) as due, sum(in_time) as in_time, sum(running) as running, sum(volunteers) as registered
    from roll left join hours using (no) left join recorded using (no) left join registered using (no)
    group by area_id
  ),
  people as (
    select area_id, count(*) as volunteers from (select distinct area_id, volunteer_id from roll join served using (no)) d group by area_id
  )
  select area_id, coalesce(minutes, 0)::text as minutes, coalesce(due, 0)::text as due, coalesce(in_time, 0)::text as in_time,
    coalesce(running, 0)::text as running, coalesce(volunteers, 0)::text as active, coalesce(registered, 0)::text as registered
  from part left join people using (area_id)`;

const COLUMNS = ['minutes', 'due', 'in_time', 'running', 'active', 'registered'] as const;
type Service = Record<(typeof COLUMNS)[number], string>;
const NONE = Object.fromEntries(COLUMNS.map((column) => [column, '0'])) as Service;

/** VOL_1, 1B, 2, 3 and 14 of every area, by §5.6. @param today 'YYYY-MM-DD', for records whose 20 days still run */
export async function volunteerRows(volunteers: Database, places: Places, today: string): Promise<StraightRow[]> {
  const { start, end } = places.period;
  const { rows } = await volunteers.query<Service & { area_id: string }>(SERVICE, [...handed(places), start, end, places.day, today]);
  const byArea = new Map(rows.map((row) => [row.area_id, row]));
  const communities = standing(places);
  return places.areas.flatMap((id) => ofArea(id, byArea.get(id) ?? NONE, communities.get(id) ?? []));
}

function ofArea(id: string, service: Service, stays: readonly Stay[]): StraightRow[] {
  const population = counted(stays, 'population');
  const unknown = { HOUSEHOLDS_UNKNOWN: population.unknown };
  const hours = over(exact(service.minutes), exact(60));
  return [
    total(id, 'VOL_1', 'HOURS', hours),
    rate(id, 'VOL_1B', 'HOURS', 1000, hours, population.sum, unknown),
    total(id, 'VOL_2', 'COUNT', service.active),
    ratio(id, 'VOL_3', 'PERCENT', service.registered, population.sum, unknown),
    ratio(id, 'VOL_14', 'PERCENT', service.in_time, service.due, { NOT_YET_DUE: service.running }),
  ];
}
