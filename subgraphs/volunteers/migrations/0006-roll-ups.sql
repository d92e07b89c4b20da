-- Roll-ups of service records (design §5): what VOL_1, 1B, 2 and 14 read instead of the records. Whoever writes a record, by a command, by COPY
-- or by hand, appends what changed to rollup.service_delta in the same transaction; rollup.fold() merges it into the roll-ups; a figure adds
-- the roll-ups and what is not folded yet in one statement, so it is exact at once.

create schema rollup;
grant usage on schema rollup to volunteers_app, volunteers_figures;

-- One row per statement, community, day and category.
create table rollup.service_delta (
  community_id text not null, day date not null, category text not null,
  -- Minutes of CONFIRMED records.
  minutes bigint not null,
  -- Records that timeliness counts (first ones, not VOIDED), and those of them that were confirmed within 20 days of the service. Whether the
  -- 20 days are over is a matter of the day, so it is asked at reading.
  recorded bigint not null, timely bigint not null,
  -- Serial numbers of volunteers with a new CONFIRMED record.
  serials int[],
  -- A CONFIRMED record is gone: bits cannot be taken back, so the bits of this community and month do not hold until the next fold.
  stale boolean not null,
  constraint service_delta_volunteer_known check (array_position(serials, null) is null));

-- Sums by community and day or month (its first day).
create table rollup.service (
  community_id text not null, grain text not null check (grain in ('DAY', 'MONTH')), day date not null,
  minutes bigint not null, recorded bigint not null, timely bigint not null,
  primary key (community_id, grain, day));

-- The same by month and category.
create table rollup.service_by (
  community_id text not null, day date not null, category text not null, minutes bigint not null, recorded bigint not null, timely bigint not null,
  primary key (community_id, day, category));

-- Who served, as bits: bit n of chunk k is the volunteer with serial number 8192 k + n. Category '' is all of them.
create table rollup.presence (
  community_id text not null, category text not null, month date not null, chunk int not null, bits bit(8192) not null,
  primary key (community_id, category, month, chunk));

-- Service is personal data, and these are sums over all of it: for figures alone.
grant select on rollup.service_delta, rollup.service, rollup.service_by, rollup.presence to volunteers_figures;

create function rollup.month_of(day date) returns date language sql immutable return date_trunc('month', day::timestamp)::date;
create function rollup.no_bits() returns bit language sql immutable return repeat('0', 8192)::bit(8192);

create function rollup.record_changed() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  execute format(
    $sql$
    insert into rollup.service_delta (community_id, day, category, minutes, recorded, timely, serials, stale)
    select c.community_id, c.day, c.category, sum(c.sign * c.minutes), sum(c.sign * c.recorded), sum(c.sign * c.timely),
      array_agg(distinct v.serial) filter (where c.served and c.sign > 0), coalesce(bool_or(c.served and c.sign < 0), false)
    from (
      select r.community_id, r."on" as day, r.category, r.volunteer_id, f.served, f.minutes, f.recorded, f.timely, sum(r.sign) as sign
      from (%s) r
      cross join lateral (
        select r.status = 'CONFIRMED' as served, case when r.status = 'CONFIRMED' then r.minutes else 0 end as minutes, counts::int as recorded,
          (counts and coalesce((r.confirmed_at at time zone 'Asia/Shanghai')::date <= r."on" + 20, false))::int as timely
        from (select r.corrects_id is null and r.status <> 'VOIDED') as first(counts)
      ) f
      where f.served or f.recorded > 0
      group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(r.sign) <> 0
    ) c
    left join volunteer v on v.id = c.volunteer_id
    group by 1, 2, 3
    $sql$,
    concat_ws(' union all ',
      case when tg_op <> 'DELETE' then 'select 1 as sign, n.* from new_rows n' end,
      case when tg_op <> 'INSERT' then 'select -1 as sign, o.* from old_rows o' end));
  return null;
end
$$;

create trigger roll_up_inserted after insert on service_record
  referencing new table as new_rows for each statement execute function rollup.record_changed();
create trigger roll_up_updated after update on service_record
  referencing new table as new_rows old table as old_rows for each statement execute function rollup.record_changed();
create trigger roll_up_deleted after delete on service_record
  referencing old table as old_rows for each statement execute function rollup.record_changed();

-- A bit is a volunteer for good.
create function rollup.serial_kept() returns trigger language plpgsql as $$
begin
  raise exception 'the serial number of a volunteer does not change';
end
$$;
create trigger serial_kept before update of serial on volunteer
  for each row when (old.serial is distinct from new.serial) execute function rollup.serial_kept();

-- Merges some of what is not folded yet (all, unless a great load left much) and tells how many rows that was; null when somebody else is at it,
-- and it is left to him.
-- What is taken, what is added and what stale months are computed from belong to one statement, so to one snapshot: nothing is missed or counted
-- twice.
create function rollup.fold() returns bigint
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  folded bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('rollup')) then
    return null;
  end if;
  with taken as (
    delete from rollup.service_delta where ctid = any (array(select ctid from rollup.service_delta limit 50000)) returning *
  ),
  daily as (
    select community_id, day, category, sum(minutes) as minutes, sum(recorded) as recorded, sum(timely) as timely from taken group by 1, 2, 3
  ),
  whole as (
    insert into rollup.service as r (community_id, grain, day, minutes, recorded, timely)
    select d.community_id, g.grain, g.day, sum(d.minutes), sum(d.recorded), sum(d.timely)
    from daily d cross join lateral (values ('DAY', d.day), ('MONTH', rollup.month_of(d.day))) as g(grain, day)
    group by 1, 2, 3
    on conflict (community_id, grain, day) do update
      set minutes = r.minutes + excluded.minutes, recorded = r.recorded + excluded.recorded, timely = r.timely + excluded.timely
  ),
  by_category as (
    insert into rollup.service_by as r (community_id, day, category, minutes, recorded, timely)
    select community_id, rollup.month_of(day), category, sum(minutes), sum(recorded), sum(timely) from daily group by 1, 2, 3
    on conflict (community_id, day, category) do update
      set minutes = r.minutes + excluded.minutes, recorded = r.recorded + excluded.recorded, timely = r.timely + excluded.timely
  ),
  stale as (select distinct community_id, rollup.month_of(day) as month from taken where stale),
  added as (
    insert into rollup.presence as p (community_id, category, month, chunk, bits)
    select community_id, g.category, month, serial / 8192, bit_or(set_bit(rollup.no_bits(), serial % 8192, 1))
    from (
      select distinct t.community_id, t.category, rollup.month_of(t.day) as month, s.serial from taken t cross join unnest(t.serials) as s(serial)
    ) t
    cross join lateral (values (''), (t.category)) as g(category)
    where (t.community_id, t.month) not in (select s.community_id, s.month from stale s)
    group by 1, 2, 3, 4
    on conflict (community_id, category, month, chunk) do update set bits = p.bits | excluded.bits
  ),
  recomputed as (
    insert into rollup.presence as p (community_id, category, month, chunk, bits)
    select community_id, category, month, chunk, bit_or(bits)
    from (
      select s.community_id, g.category, s.month, v.serial / 8192 as chunk, set_bit(rollup.no_bits(), v.serial % 8192, 1) as bits
      from stale s
      join service_record r on r.community_id = s.community_id and r."on" >= s.month and r."on" < s.month + interval '1 month' and r.status = 'CONFIRMED'
      join volunteer v on v.id = r.volunteer_id
      cross join lateral (values (''), (r.category)) as g(category)
      union all
      select s.community_id, p.category, s.month, p.chunk, rollup.no_bits() from stale s join rollup.presence p using (community_id, month)
    ) b
    group by 1, 2, 3, 4
    on conflict (community_id, category, month, chunk) do update set bits = excluded.bits
  )
  select count(*) into folded from taken;
  return folded;
end
$$;
revoke execute on function rollup.fold() from public;
grant execute on function rollup.fold() to volunteers_app;

-- Each record with what it counts: read for the days before and after whole months where a breakdown is asked.
create view rollup.service_fact as
select r.community_id, r."on" as day, r.category, case when r.status = 'CONFIRMED' then r.minutes else 0 end as minutes,
  (r.corrects_id is null and r.status <> 'VOIDED')::int as recorded,
  (r.corrects_id is null and r.status <> 'VOIDED'
    and coalesce((r.confirmed_at at time zone 'Asia/Shanghai')::date <= r."on" + 20, false))::int as timely
from service_record r;
grant select on rollup.service_fact to volunteers_figures;

-- What the roll-ups shall be, straight from the records; category is null in sums of all.
create view rollup.service_raw as
select community_id, grain, day, category, sum(minutes) as minutes, sum(recorded) as recorded, sum(timely) as timely
from (
  select f.community_id, g.grain, g.day, g.category, f.minutes, f.recorded, f.timely
  from (
    select community_id, day, category, sum(minutes) as minutes, sum(recorded) as recorded, sum(timely) as timely
    from rollup.service_fact group by 1, 2, 3
  ) f
  cross join lateral (values
    ('DAY', f.day, null), ('MONTH', rollup.month_of(f.day), null), ('MONTH', rollup.month_of(f.day), f.category)
  ) as g(grain, day, category)
) each
group by 1, 2, 3, 4;

create view rollup.presence_raw as
select community_id, category, month, serial / 8192 as chunk, bit_or(set_bit(rollup.no_bits(), serial % 8192, 1)) as bits
from (
  select distinct r.community_id, g.category, rollup.month_of(r."on") as month, v.serial
  from service_record r join volunteer v on v.id = r.volunteer_id cross join lateral (values (''), (r.category)) as g(category)
  where r.status = 'CONFIRMED'
) s
group by 1, 2, 3, 4;

-- Makes the roll-ups anew. The caller sees to it that nothing changes meanwhile: by a lock on the records, or by a snapshot (REPEATABLE READ).
create function rollup.rebuild() returns void
  language plpgsql set search_path = public, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtext('rollup'));
  delete from rollup.service_delta;
  delete from rollup.service;
  delete from rollup.service_by;
  delete from rollup.presence;
  -- Sorted, so that what is read together lies together.
  insert into rollup.service (community_id, grain, day, minutes, recorded, timely)
    select community_id, grain, day, minutes, recorded, timely from rollup.service_raw where category is null order by grain, community_id, day;
  insert into rollup.service_by (community_id, day, category, minutes, recorded, timely)
    select community_id, day, category, minutes, recorded, timely from rollup.service_raw where category is not null order by 1, 2, 3;
  insert into rollup.presence (community_id, category, month, chunk, bits)
    select community_id, category, month, chunk, bits from rollup.presence_raw order by 2, 1, 3, 4;
end
$$;

create function rollup.rebuild_after_truncate() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform rollup.rebuild();
  return null;
end
$$;
create trigger roll_up_truncated after truncate on service_record for each statement execute function rollup.rebuild_after_truncate();

-- Where roll-ups and records differ, in one snapshot: the row, what is kept (roll-up and what is not folded yet) and what the records say.
create view rollup.difference as
with kept as (
  select community_id, grain, day, category, sum(minutes) as minutes, sum(recorded) as recorded, sum(timely) as timely
  from (
    select community_id, grain, day, null as category, minutes, recorded, timely from rollup.service
    union all
    select community_id, 'MONTH', day, category, minutes, recorded, timely from rollup.service_by
    union all
    select d.community_id, g.grain, g.day, g.category, d.minutes, d.recorded, d.timely
    from rollup.service_delta d
    cross join lateral (values
      ('DAY', d.day, null), ('MONTH', rollup.month_of(d.day), null), ('MONTH', rollup.month_of(d.day), d.category)
    ) as g(grain, day, category)
  ) each
  group by 1, 2, 3, 4
),
kept_bits as (
  select community_id, category, month, chunk, bit_or(bits) as bits
  from (
    select community_id, category, month, chunk, bits from rollup.presence
    union all
    select d.community_id, g.category, rollup.month_of(d.day), s.serial / 8192, set_bit(rollup.no_bits(), s.serial % 8192, 1)
    from rollup.service_delta d cross join unnest(d.serials) as s(serial) cross join lateral (values (''), (d.category)) as g(category)
  ) each
  where (community_id, month) not in (select community_id, rollup.month_of(day) from rollup.service_delta where stale)
  group by 1, 2, 3, 4
)
select 'service' as roll_up,
  concat_ws(' ', coalesce(k.community_id, r.community_id), coalesce(k.grain, r.grain), coalesce(k.day, r.day), coalesce(k.category, r.category)) as place,
  concat_ws(' ', coalesce(k.minutes, 0), coalesce(k.recorded, 0), coalesce(k.timely, 0)) as kept,
  concat_ws(' ', coalesce(r.minutes, 0), coalesce(r.recorded, 0), coalesce(r.timely, 0)) as counted
from kept k
full join (select *, coalesce(category, '') as of from rollup.service_raw) r
  on (r.community_id, r.grain, r.day, r.of) = (k.community_id, k.grain, k.day, coalesce(k.category, ''))
where (coalesce(k.minutes, 0), coalesce(k.recorded, 0), coalesce(k.timely, 0)) <> (coalesce(r.minutes, 0), coalesce(r.recorded, 0), coalesce(r.timely, 0))
union all
select 'presence', concat_ws(' ', community_id, month, chunk, nullif(category, '')), bit_count(coalesce(k.bits, rollup.no_bits())) || ' volunteers',
  bit_count(coalesce(r.bits, rollup.no_bits())) || ' volunteers'
from kept_bits k
full join (
  select * from rollup.presence_raw
  where (community_id, month) not in (select community_id, rollup.month_of(day) from rollup.service_delta where stale)
) r using (community_id, category, month, chunk)
where coalesce(k.bits, rollup.no_bits()) <> coalesce(r.bits, rollup.no_bits());

select rollup.rebuild();
