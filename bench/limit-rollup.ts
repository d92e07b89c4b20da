/**
 * The figures of volunteers and grievances by hand from the roll-ups that the hub reads: whole months, today's communities, nothing else. What is
 * not folded yet is added as the hub does.
 */
import { exact, over } from '../test/straight/exact.ts';
import { HANDED, handed, type Places } from '../test/straight/places.ts';
import { type Database, ratio, type StraightRow, total } from '../test/straight/row.ts';

/** SQL: sums of a roll-up by stay, in the months of [$7, $8). */
const summed = (name: string, measures: readonly string[]): string => `
  select no, ${measures.map((measure) => `sum(${measure}) as ${measure}`).join(', ')}
  from (
    select stay.no, ${measures.join(', ')} from stay join rollup.${name} r using (community_id)
    where r.grain = 'MONTH' and r.day >= $7::date and r.day < $8::date
    union all
    select stay.no, ${measures.join(', ')} from stay join rollup.${name}_delta d using (community_id) where d.day >= $7::date and d.day < $8::date
  ) part
  group by no`;

const SERVICE = `
  with ${HANDED}, service as (${summed('service', ['minutes'])}),
  hours as (select area_id, sum(minutes) as minutes from roll join service using (no) group by area_id),
  bits as materialized (
    select stay.no, chunk, bit_or(bits) as bits from stay join rollup.presence p using (community_id)
    where p.category = '' and p.month >= $7::date and p.month < $8::date group by stay.no, chunk
  ),
  people as (
    select area_id, sum(volunteers) as volunteers
    from (select area_id, bit_count(bit_or(bits)) as volunteers from roll join bits using (no) group by area_id, chunk) c group by area_id
  )
  select area_id, minutes::text as minutes, coalesce(volunteers, 0)::text as people from hours left join people using (area_id)`;

const COUNTS = ['due', 'in_time', 'answered', 'resolved', 'rated', 'satisfied', 'unreachable', 'refused', 'anonymous'] as const;
const REPORTS = `
  with ${HANDED}, reports as (${summed('report', COUNTS)}), clocks as (${summed('resolution', ['due', 'met'])})
  select area_id, ${COUNTS.map((count) => `coalesce(sum(reports.${count}), 0)::text as ${count}`).join(', ')},
    coalesce(sum(clocks.due), 0)::text as cases, coalesce(sum(clocks.met), 0)::text as met
  from roll left join reports using (no) left join clocks using (no) group by area_id`;

type Service = Record<'area_id' | 'minutes' | 'people', string>;
type Reports = Record<(typeof COUNTS)[number] | 'area_id' | 'cases' | 'met', string>;

/** VOL_1 and VOL_2 of every area. */
export async function volunteersRolledUp(volunteers: Database, places: Places): Promise<StraightRow[]> {
  const { rows } = await volunteers.query<Service>(SERVICE, [...handed(places), places.period.start, places.period.end]);
  const byArea = new Map(rows.map((row) => [row.area_id, row]));
  return places.areas.flatMap((id) => [
    total(id, 'VOL_1', 'HOURS', over(exact(byArea.get(id)?.minutes ?? '0'), exact(60))),
    total(id, 'VOL_2', 'COUNT', byArea.get(id)?.people ?? '0'),
  ]);
}

/** GRV_1, 2, 3, 4 and 16 of every area. */
export async function grievancesRolledUp(grievances: Database, places: Places): Promise<StraightRow[]> {
  const { rows } = await grievances.query<Reports>(REPORTS, [...handed(places), places.period.start, places.period.end]);
  const byArea = new Map(rows.map((row) => [row.area_id, row]));
  return places.areas.flatMap((id) => {
    const row = byArea.get(id);
    if (!row) throw new Error(`nothing is said of ${id}`);
    const excluded = String(BigInt(row.unreachable) + BigInt(row.refused) + BigInt(row.anonymous));
    return [
      ratio(id, 'GRV_1', 'PERCENT', row.in_time, row.due),
      ratio(id, 'GRV_2', 'PERCENT', row.resolved, row.answered),
      ratio(id, 'GRV_3', 'PERCENT', row.satisfied, row.rated),
      ratio(id, 'GRV_4', 'PERCENT', row.met, row.cases),
      ratio(id, 'GRV_16', 'PERCENT', excluded, String(BigInt(excluded) + BigInt(row.answered))),
    ];
  });
}
