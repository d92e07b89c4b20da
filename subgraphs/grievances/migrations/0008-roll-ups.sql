-- Roll-ups of reports, follow-ups and RESOLVE clocks (design §5): what the GRV figures read instead of them. Whoever writes one, by a command, by
-- COPY or by hand, appends what changed to a delta table in the same transaction; rollup.fold() merges it into the roll-ups; a figure adds the
-- roll-ups and what is not folded yet in one statement, so it is exact at once.

create schema rollup;
grant usage on schema rollup to grievances_app, grievances_figures;

create function rollup.month_of(day date) returns date language sql immutable return date_trunc('month', day::timestamp)::date;
create function rollup.day_of(instant timestamptz) returns date language sql immutable return (instant at time zone 'Asia/Shanghai')::date;

-- Each count by the day of its own event: received on the day of receipt; due, in_time on the day on which the response is due; the others on
-- the day on which the follow-up ended. category_id is '' where a report names none yet, or a follow-up has no report.
create table rollup.report_delta (
  community_id text not null, day date not null, category_id text not null, channel text not null,
  received int not null default 0, due int not null default 0, in_time int not null default 0, ended int not null default 0,
  answered int not null default 0, resolved int not null default 0, partly int not null default 0, rated int not null default 0,
  satisfied int not null default 0, unreachable int not null default 0, refused int not null default 0, anonymous int not null default 0);

-- By community and day or month (its first day).
create table rollup.report (
  community_id text not null, grain text not null check (grain in ('DAY', 'MONTH')), day date not null,
  received int not null, due int not null, in_time int not null, ended int not null, answered int not null, resolved int not null,
  partly int not null, rated int not null, satisfied int not null, unreachable int not null, refused int not null, anonymous int not null,
  primary key (community_id, grain, day));

-- The same by month, category and channel.
create table rollup.report_by (
  community_id text not null, day date not null, category_id text not null, channel text not null,
  received int not null, due int not null, in_time int not null, ended int not null, answered int not null, resolved int not null,
  partly int not null, rated int not null, satisfied int not null, unreachable int not null, refused int not null, anonymous int not null,
  primary key (community_id, day, category_id, channel));

-- First RESOLVE clocks that do not stand still, of cases that did not go elsewhere, by the day on which they are due.
create table rollup.resolution_delta (community_id text not null, day date not null, category_id text not null, due int not null, met int not null);
create table rollup.resolution (
  community_id text not null, grain text not null check (grain in ('DAY', 'MONTH')), day date not null, due int not null, met int not null,
  primary key (community_id, grain, day));
create table rollup.resolution_by (
  community_id text not null, day date not null, category_id text not null, due int not null, met int not null,
  primary key (community_id, day, category_id));

-- These are sums over everybody's reports: for figures alone.
grant select on rollup.report_delta, rollup.report, rollup.report_by, rollup.resolution_delta, rollup.resolution, rollup.resolution_by
  to grievances_figures;

-- Changed rows of the table whose trigger runs, with sign 1 for what is there now and -1 for what was.
create function rollup.changed_rows(operation text) returns text language sql immutable
  return concat_ws(' union all ',
    case when operation <> 'DELETE' then 'select 1 as sign, n.* from new_rows n' end,
    case when operation <> 'INSERT' then 'select -1 as sign, o.* from old_rows o' end);

-- What depends on another row as well (a follow-up on the other rounds, a clock on its case) is counted under a lock on the parent, and a
-- statement that begins later sees what was committed before; in a longer snapshot it would not.
create function rollup.refuse_snapshot() returns void language plpgsql as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'follow-ups, clocks, reports and cases are written in READ COMMITTED transactions';
  end if;
end
$$;

-- A report counts as answered by its last answer and as excluded by its last follow-up, if that ended without answer (§7.10). So a row of
-- follow_up counts unless there is a later one (for an answer: a later answer).
create function rollup.follow_up_changed() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  orphaned boolean;
begin
  perform rollup.refuse_snapshot();
  execute format(
    $sql$
    with asked as (select distinct report_id as id from (%s) changed),
    locked as (select id from report where id in (select id from asked) order by id for no key update)
    select exists (select id from asked except select id from locked)
    $sql$,
    rollup.changed_rows(tg_op)) into orphaned;
  -- Without a row to lock, nobody could say under what it counts while somebody else writes the report.
  if orphaned then
    raise exception 'a follow-up is written while its report is there' using errcode = 'foreign_key_violation';
  end if;
  execute format(
    $sql$
    with changed as materialized (%s),
    -- All rounds of the reports in question: as they are (1) and as they were (-1).
    version as materialized (
      select 1 as sign, f.* from follow_up f where f.report_id in (select report_id from changed)
      union all
      select -1, f.* from follow_up f
      where f.report_id in (select report_id from changed) and (f.report_id, f.round) not in (select report_id, round from changed where sign = 1)
      union all
      select c.* from changed c where c.sign = -1
    ),
    counted as (
      select v.community_id, rollup.day_of(v.ended_at) as day, coalesce(r.category_id, '') as category_id, coalesce(r.channel, '') as channel,
        sum(v.sign) as ended,
        sum(v.sign) filter (where v.answered_at is not null) as answered,
        sum(v.sign) filter (where v.resolved = 'RESOLVED') as resolved,
        sum(v.sign) filter (where v.resolved = 'PARTLY') as partly,
        sum(v.sign) filter (where v.answered_at is not null and v.satisfaction is not null) as rated,
        sum(v.sign) filter (where v.answered_at is not null and v.satisfaction >= 3) as satisfied,
        sum(v.sign) filter (where v.answered_at is null and v.contacted = 'UNREACHABLE') as unreachable,
        sum(v.sign) filter (where v.answered_at is null and v.contacted = 'REFUSED') as refused,
        sum(v.sign) filter (where v.answered_at is null and v.contacted = 'ANONYMOUS') as anonymous
      from version v
      left join report r on r.id = v.report_id
      where v.ended_at is not null and not exists (
        select 1 from version l where l.sign = v.sign and l.report_id = v.report_id and l.round > v.round
          and (v.answered_at is null or l.answered_at is not null))
      group by 1, 2, 3, 4
    )
    insert into rollup.report_delta (community_id, day, category_id, channel, ended, answered, resolved, partly, rated, satisfied, unreachable,
      refused, anonymous)
    select community_id, day, category_id, channel, ended, coalesce(answered, 0), coalesce(resolved, 0), coalesce(partly, 0), coalesce(rated, 0),
      coalesce(satisfied, 0), coalesce(unreachable, 0), coalesce(refused, 0), coalesce(anonymous, 0)
    from counted
    where (ended, answered, resolved, partly, rated, satisfied, unreachable, refused, anonymous) is distinct from (0, 0, 0, 0, 0, 0, 0, 0, 0)
    $sql$,
    rollup.changed_rows(tg_op));
  return null;
end
$$;

-- Follow-ups as they count, with the report that tells category and channel.
create view rollup.follow_up_counted as
select f.report_id, f.community_id, f.ended_at as at, 1 as ended, (f.answered_at is not null)::int as answered,
  coalesce(f.resolved = 'RESOLVED', false)::int as resolved, coalesce(f.resolved = 'PARTLY', false)::int as partly,
  (f.answered_at is not null and f.satisfaction is not null)::int as rated,
  (f.answered_at is not null and coalesce(f.satisfaction >= 3, false))::int as satisfied,
  (f.answered_at is null and coalesce(f.contacted = 'UNREACHABLE', false))::int as unreachable,
  (f.answered_at is null and coalesce(f.contacted = 'REFUSED', false))::int as refused,
  (f.answered_at is null and coalesce(f.contacted = 'ANONYMOUS', false))::int as anonymous
from follow_up f
where f.ended_at is not null and not exists (
  select 1 from follow_up l where l.report_id = f.report_id and l.round > f.round and (f.answered_at is null or l.answered_at is not null));

create function rollup.report_changed() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform rollup.refuse_snapshot();
  execute format(
    $sql$
    with changed as materialized (%s),
    -- Reports whose follow-ups count under another category or channel than before.
    moved as (
      select report_id, category_id, channel, sum(sign) as sign
      from (
        select id as report_id, coalesce(category_id, '') as category_id, channel, sign from changed
        union all
        select id, '', '', -sum(sign) from changed group by id having sum(sign) <> 0
      ) c
      group by 1, 2, 3 having sum(sign) <> 0
    ),
    counted as (
      select c.community_id, e.day, coalesce(c.category_id, '') as category_id, c.channel, sum(c.sign * e.received) as received, sum(c.sign * e.due) as due,
        sum(c.sign * e.in_time) as in_time
      from changed c
      cross join lateral (values
        (rollup.day_of(c.received_at), 1, 0, 0),
        (rollup.day_of(c.respond_by), 0, 1, coalesce(c.responded_at <= c.respond_by, false)::int)
      ) as e(day, received, due, in_time)
      where c.kind in ('HELP', 'COMPLAINT', 'SUGGESTION', 'DISPUTE') and c.state not in ('REFERRED', 'WITHDRAWN')
      group by 1, 2, 3, 4
    ),
    inserted as (
      insert into rollup.report_delta (community_id, day, category_id, channel, received, due, in_time)
      select * from counted where received <> 0 or due <> 0 or in_time <> 0
    )
    insert into rollup.report_delta (community_id, day, category_id, channel, ended, answered, resolved, partly, rated, satisfied, unreachable,
      refused, anonymous)
    select f.community_id, rollup.day_of(f.at), m.category_id, m.channel, sum(m.sign * f.ended), sum(m.sign * f.answered), sum(m.sign * f.resolved),
      sum(m.sign * f.partly), sum(m.sign * f.rated), sum(m.sign * f.satisfied), sum(m.sign * f.unreachable), sum(m.sign * f.refused),
      sum(m.sign * f.anonymous)
    from moved m
    join rollup.follow_up_counted f on f.report_id = m.report_id
    group by 1, 2, 3, 4
    $sql$,
    rollup.changed_rows(tg_op));
  return null;
end
$$;

create function rollup.clock_changed() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  orphaned boolean;
begin
  perform rollup.refuse_snapshot();
  execute format(
    $sql$
    with asked as (select distinct case_id as id from (%s) changed where kind = 'RESOLVE' and round = 1),
    locked as (select id from grievance_case where id in (select id from asked) order by id for no key update)
    select exists (select id from asked except select id from locked)
    $sql$,
    rollup.changed_rows(tg_op)) into orphaned;
  if orphaned then
    raise exception 'a clock is written while its case is there' using errcode = 'foreign_key_violation';
  end if;
  execute format(
    $sql$
    insert into rollup.resolution_delta (community_id, day, category_id, due, met)
    select k.community_id, rollup.day_of(k.due_at), coalesce(c.category_id, ''), sum(k.sign),
      sum(k.sign * coalesce(k.stopped_at <= k.due_at, false)::int)
    from (%s) k
    left join grievance_case c on c.id = k.case_id
    where k.kind = 'RESOLVE' and k.round = 1 and k.paused_since is null
      and coalesce(c.state not in ('MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN'), true)
    group by 1, 2, 3
    having sum(k.sign) <> 0 or sum(k.sign * coalesce(k.stopped_at <= k.due_at, false)::int) <> 0
    $sql$,
    rollup.changed_rows(tg_op));
  return null;
end
$$;

create function rollup.case_changed() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform rollup.refuse_snapshot();
  execute format(
    $sql$
    with changed as materialized (%s),
    -- Cases whose clock counts otherwise than before; one without a row counts, under no category.
    moved as (
      select id, category_id, sum(sign) as sign
      from (
        select id, coalesce(category_id, '') as category_id, sign from changed where state not in ('MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN')
        union all
        select id, '', -sum(sign) from changed group by id having sum(sign) <> 0
      ) c
      group by 1, 2 having sum(sign) <> 0
    )
    insert into rollup.resolution_delta (community_id, day, category_id, due, met)
    select k.community_id, rollup.day_of(k.due_at), m.category_id, sum(m.sign), sum(m.sign * coalesce(k.stopped_at <= k.due_at, false)::int)
    from moved m
    join sla_clock k on k.case_id = m.id and k.kind = 'RESOLVE' and k.round = 1 and k.paused_since is null
    group by 1, 2, 3
    $sql$,
    rollup.changed_rows(tg_op));
  return null;
end
$$;

create trigger roll_up_inserted after insert on report
  referencing new table as new_rows for each statement execute function rollup.report_changed();
create trigger roll_up_updated after update on report
  referencing new table as new_rows old table as old_rows for each statement execute function rollup.report_changed();
create trigger roll_up_deleted after delete on report
  referencing old table as old_rows for each statement execute function rollup.report_changed();

create trigger roll_up_inserted after insert on follow_up
  referencing new table as new_rows for each statement execute function rollup.follow_up_changed();
create trigger roll_up_updated after update on follow_up
  referencing new table as new_rows old table as old_rows for each statement execute function rollup.follow_up_changed();
create trigger roll_up_deleted after delete on follow_up
  referencing old table as old_rows for each statement execute function rollup.follow_up_changed();

create trigger roll_up_inserted after insert on sla_clock
  referencing new table as new_rows for each statement execute function rollup.clock_changed();
create trigger roll_up_updated after update on sla_clock
  referencing new table as new_rows old table as old_rows for each statement execute function rollup.clock_changed();
create trigger roll_up_deleted after delete on sla_clock
  referencing old table as old_rows for each statement execute function rollup.clock_changed();

create trigger roll_up_inserted after insert on grievance_case
  referencing new table as new_rows for each statement execute function rollup.case_changed();
create trigger roll_up_updated after update on grievance_case
  referencing new table as new_rows old table as old_rows for each statement execute function rollup.case_changed();
create trigger roll_up_deleted after delete on grievance_case
  referencing old table as old_rows for each statement execute function rollup.case_changed();

-- Merges some of what is not folded yet (all, unless a great load left much) and tells how many rows that was; null when somebody else is at it,
-- and it is left to him.
-- What is taken and what is added belong to one statement, so to one snapshot: nothing is missed or counted twice.
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
    delete from rollup.report_delta where ctid = any (array(select ctid from rollup.report_delta limit 50000)) returning *
  ),
  taken_clocks as (
    delete from rollup.resolution_delta where ctid = any (array(select ctid from rollup.resolution_delta limit 50000)) returning *
  ),
  reports as (
    insert into rollup.report as r (community_id, grain, day, received, due, in_time, ended, answered, resolved, partly, rated, satisfied, unreachable, refused, anonymous)
    select d.community_id, g.grain, g.first, sum(received), sum(due), sum(in_time), sum(ended), sum(answered), sum(resolved), sum(partly), sum(rated), sum(satisfied),
      sum(unreachable), sum(refused), sum(anonymous)
    from taken d cross join lateral (values ('DAY', d.day), ('MONTH', rollup.month_of(d.day))) as g(grain, first)
    group by 1, 2, 3
    on conflict (community_id, grain, day) do update
      set received = r.received + excluded.received, due = r.due + excluded.due, in_time = r.in_time + excluded.in_time,
        ended = r.ended + excluded.ended, answered = r.answered + excluded.answered, resolved = r.resolved + excluded.resolved,
        partly = r.partly + excluded.partly, rated = r.rated + excluded.rated, satisfied = r.satisfied + excluded.satisfied,
        unreachable = r.unreachable + excluded.unreachable, refused = r.refused + excluded.refused,
        anonymous = r.anonymous + excluded.anonymous
  ),
  reports_by as (
    insert into rollup.report_by as r (community_id, day, category_id, channel, received, due, in_time, ended, answered, resolved, partly, rated, satisfied, unreachable, refused, anonymous)
    select community_id, rollup.month_of(day), category_id, channel, sum(received), sum(due), sum(in_time), sum(ended), sum(answered), sum(resolved), sum(partly), sum(rated), sum(satisfied),
      sum(unreachable), sum(refused), sum(anonymous)
    from taken
    group by 1, 2, 3, 4
    on conflict (community_id, day, category_id, channel) do update
      set received = r.received + excluded.received, due = r.due + excluded.due, in_time = r.in_time + excluded.in_time,
        ended = r.ended + excluded.ended, answered = r.answered + excluded.answered, resolved = r.resolved + excluded.resolved,
        partly = r.partly + excluded.partly, rated = r.rated + excluded.rated, satisfied = r.satisfied + excluded.satisfied,
        unreachable = r.unreachable + excluded.unreachable, refused = r.refused + excluded.refused,
        anonymous = r.anonymous + excluded.anonymous
  ),
  resolutions as (
    insert into rollup.resolution as r (community_id, grain, day, due, met)
    select d.community_id, g.grain, g.first, sum(due), sum(met)
    from taken_clocks d cross join lateral (values ('DAY', d.day), ('MONTH', rollup.month_of(d.day))) as g(grain, first)
    group by 1, 2, 3
    on conflict (community_id, grain, day) do update
      set due = r.due + excluded.due, met = r.met + excluded.met
  ),
  resolutions_by as (
    insert into rollup.resolution_by as r (community_id, day, category_id, due, met)
    select community_id, rollup.month_of(day), category_id, sum(due), sum(met)
    from taken_clocks
    group by 1, 2, 3
    on conflict (community_id, day, category_id) do update
      set due = r.due + excluded.due, met = r.met + excluded.met
  )
  select (select count(*) from taken) + (select count(*) from taken_clocks) into folded;
  return folded;
end
$$;
revoke execute on function rollup.fold() from public;
grant execute on function rollup.fold() to grievances_app;

-- Each event of a report, a follow-up or a clock with what it counts: read for the days before and after whole months where a breakdown is asked.
create view rollup.report_fact as
select r.community_id, r.received_at as at, coalesce(r.category_id, '') as category_id, r.channel, 1 as received, 0 as due, 0 as in_time, 0 as ended, 0 as answered,
  0 as resolved, 0 as partly, 0 as rated, 0 as satisfied, 0 as unreachable, 0 as refused, 0 as anonymous
from report r
where r.kind in ('HELP', 'COMPLAINT', 'SUGGESTION', 'DISPUTE') and r.state not in ('REFERRED', 'WITHDRAWN')
union all
select r.community_id, r.respond_by, coalesce(r.category_id, ''), r.channel, 0, 1, coalesce(r.responded_at <= r.respond_by, false)::int, 0, 0, 0, 0, 0, 0, 0, 0, 0
from report r
where r.kind in ('HELP', 'COMPLAINT', 'SUGGESTION', 'DISPUTE') and r.state not in ('REFERRED', 'WITHDRAWN')
union all
select f.community_id, f.at, coalesce(r.category_id, ''), coalesce(r.channel, ''), 0, 0, 0, f.ended, f.answered, f.resolved, f.partly, f.rated,
  f.satisfied, f.unreachable, f.refused, f.anonymous
from rollup.follow_up_counted f
left join report r on r.id = f.report_id;

create view rollup.resolution_fact as
select k.community_id, k.due_at as at, coalesce(c.category_id, '') as category_id, 1 as due, coalesce(k.stopped_at <= k.due_at, false)::int as met
from sla_clock k
left join grievance_case c on c.id = k.case_id
where k.kind = 'RESOLVE' and k.round = 1 and k.paused_since is null
  and coalesce(c.state not in ('MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN'), true);
grant select on rollup.report_fact, rollup.resolution_fact to grievances_figures;

-- What the roll-ups shall be, straight from the facts; category_id and channel are null in sums of all.
create view rollup.report_raw as
select t.community_id, g.grain, g.day, g.category_id, g.channel,
  sum(received)::int as received, sum(due)::int as due, sum(in_time)::int as in_time, sum(ended)::int as ended,
  sum(answered)::int as answered, sum(resolved)::int as resolved, sum(partly)::int as partly, sum(rated)::int as rated,
  sum(satisfied)::int as satisfied, sum(unreachable)::int as unreachable, sum(refused)::int as refused, sum(anonymous)::int as anonymous
from (
  select community_id, rollup.day_of(at) as day, category_id, channel,
    sum(received) as received, sum(due) as due, sum(in_time) as in_time, sum(ended) as ended, sum(answered) as answered,
    sum(resolved) as resolved, sum(partly) as partly, sum(rated) as rated, sum(satisfied) as satisfied, sum(unreachable) as unreachable,
    sum(refused) as refused, sum(anonymous) as anonymous
  from rollup.report_fact group by 1, 2, 3, 4
) t
cross join lateral (values
  ('DAY', t.day, null, null), ('MONTH', rollup.month_of(t.day), null, null), ('MONTH', rollup.month_of(t.day), t.category_id, t.channel)
) as g(grain, day, category_id, channel)
group by 1, 2, 3, 4, 5;

create view rollup.resolution_raw as
select t.community_id, g.grain, g.day, g.category_id, sum(t.due)::int as due, sum(t.met)::int as met
from (
  select community_id, rollup.day_of(at) as day, category_id, sum(due) as due, sum(met) as met from rollup.resolution_fact group by 1, 2, 3
) t
cross join lateral (values
  ('DAY', t.day, null), ('MONTH', rollup.month_of(t.day), null), ('MONTH', rollup.month_of(t.day), t.category_id)
) as g(grain, day, category_id)
group by 1, 2, 3, 4;

-- Makes the roll-ups anew. The caller sees to it that nothing changes meanwhile: by a lock on the facts, or by a snapshot (REPEATABLE READ).
create function rollup.rebuild() returns void
  language plpgsql set search_path = public, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtext('rollup'));
  delete from rollup.report_delta;
  delete from rollup.report;
  delete from rollup.report_by;
  delete from rollup.resolution_delta;
  delete from rollup.resolution;
  delete from rollup.resolution_by;
  -- Sorted, so that what is read together lies together.
  insert into rollup.report
    select community_id, grain, day, received, due, in_time, ended, answered, resolved, partly, rated, satisfied, unreachable, refused, anonymous
    from rollup.report_raw where category_id is null order by grain, community_id, day;
  insert into rollup.report_by
    select community_id, day, category_id, channel, received, due, in_time, ended, answered, resolved, partly, rated, satisfied, unreachable, refused, anonymous
    from rollup.report_raw where category_id is not null order by 1, 2, 3, 4;
  insert into rollup.resolution
    select community_id, grain, day, due, met from rollup.resolution_raw where category_id is null order by grain, community_id, day;
  insert into rollup.resolution_by
    select community_id, day, category_id, due, met from rollup.resolution_raw where category_id is not null order by 1, 2, 3;
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
create trigger roll_up_truncated after truncate on report for each statement execute function rollup.rebuild_after_truncate();
create trigger roll_up_truncated after truncate on follow_up for each statement execute function rollup.rebuild_after_truncate();
create trigger roll_up_truncated after truncate on sla_clock for each statement execute function rollup.rebuild_after_truncate();
create trigger roll_up_truncated after truncate on grievance_case for each statement execute function rollup.rebuild_after_truncate();

-- Where roll-ups and facts differ, in one snapshot: the row, what is kept (roll-up and what is not folded yet) and what the facts say.
create view rollup.difference as
with kept as (
  select community_id, grain, day, category_id, channel, sum(received) as received, sum(due) as due, sum(in_time) as in_time, sum(ended) as ended, sum(answered) as answered,
    sum(resolved) as resolved, sum(partly) as partly, sum(rated) as rated, sum(satisfied) as satisfied, sum(unreachable) as unreachable,
    sum(refused) as refused, sum(anonymous) as anonymous
  from (
    select community_id, grain, day, null as category_id, null as channel, received, due, in_time, ended, answered, resolved, partly, rated, satisfied, unreachable, refused, anonymous
    from rollup.report
    union all
    select community_id, 'MONTH', day, category_id, channel, received, due, in_time, ended, answered, resolved, partly, rated, satisfied, unreachable, refused, anonymous
    from rollup.report_by
    union all
    select d.community_id, g.grain, g.day, g.category_id, g.channel, d.received, d.due, d.in_time, d.ended, d.answered, d.resolved, d.partly, d.rated, d.satisfied, d.unreachable, d.refused, d.anonymous
    from rollup.report_delta d
    cross join lateral (values
      ('DAY', d.day, null, null), ('MONTH', rollup.month_of(d.day), null, null), ('MONTH', rollup.month_of(d.day), d.category_id, d.channel)
    ) as g(grain, day, category_id, channel)
  ) each
  group by 1, 2, 3, 4, 5
),
kept_resolutions as (
  select community_id, grain, day, category_id, sum(due) as due, sum(met) as met
  from (
    select community_id, grain, day, null as category_id, due, met from rollup.resolution
    union all
    select community_id, 'MONTH', day, category_id, due, met from rollup.resolution_by
    union all
    select d.community_id, g.grain, g.day, g.category_id, d.due, d.met
    from rollup.resolution_delta d
    cross join lateral (values
      ('DAY', d.day, null), ('MONTH', rollup.month_of(d.day), null), ('MONTH', rollup.month_of(d.day), d.category_id)
    ) as g(grain, day, category_id)
  ) each
  group by 1, 2, 3, 4
)
select 'report' as roll_up,
  concat_ws(' ', coalesce(k.community_id, r.community_id), coalesce(k.grain, r.grain), coalesce(k.day, r.day), coalesce(k.category_id, r.category_id),
    coalesce(k.channel, r.channel)) as place,
  concat_ws(' ', coalesce(k.received, 0), coalesce(k.due, 0), coalesce(k.in_time, 0), coalesce(k.ended, 0), coalesce(k.answered, 0),
    coalesce(k.resolved, 0), coalesce(k.partly, 0), coalesce(k.rated, 0), coalesce(k.satisfied, 0), coalesce(k.unreachable, 0),
    coalesce(k.refused, 0), coalesce(k.anonymous, 0)) as kept,
  concat_ws(' ', coalesce(r.received, 0), coalesce(r.due, 0), coalesce(r.in_time, 0), coalesce(r.ended, 0), coalesce(r.answered, 0),
    coalesce(r.resolved, 0), coalesce(r.partly, 0), coalesce(r.rated, 0), coalesce(r.satisfied, 0), coalesce(r.unreachable, 0),
    coalesce(r.refused, 0), coalesce(r.anonymous, 0)) as counted
from kept k
full join rollup.report_raw r
  on (r.community_id, r.grain, r.day, coalesce(r.category_id, '-'), coalesce(r.channel, '-'))
    = (k.community_id, k.grain, k.day, coalesce(k.category_id, '-'), coalesce(k.channel, '-'))
where (coalesce(k.received, 0), coalesce(k.due, 0), coalesce(k.in_time, 0), coalesce(k.ended, 0), coalesce(k.answered, 0),
    coalesce(k.resolved, 0), coalesce(k.partly, 0), coalesce(k.rated, 0), coalesce(k.satisfied, 0), coalesce(k.unreachable, 0),
    coalesce(k.refused, 0), coalesce(k.anonymous, 0))
  <> (coalesce(r.received, 0), coalesce(r.due, 0), coalesce(r.in_time, 0), coalesce(r.ended, 0), coalesce(r.answered, 0),
    coalesce(r.resolved, 0), coalesce(r.partly, 0), coalesce(r.rated, 0), coalesce(r.satisfied, 0), coalesce(r.unreachable, 0),
    coalesce(r.refused, 0), coalesce(r.anonymous, 0))
union all
select 'resolution',
  concat_ws(' ', coalesce(k.community_id, r.community_id), coalesce(k.grain, r.grain), coalesce(k.day, r.day), coalesce(k.category_id, r.category_id)),
  concat_ws(' ', coalesce(k.due, 0), coalesce(k.met, 0)), concat_ws(' ', coalesce(r.due, 0), coalesce(r.met, 0))
from kept_resolutions k
full join rollup.resolution_raw r
  on (r.community_id, r.grain, r.day, coalesce(r.category_id, '-')) = (k.community_id, k.grain, k.day, coalesce(k.category_id, '-'))
where (coalesce(k.due, 0), coalesce(k.met, 0)) <> (coalesce(r.due, 0), coalesce(r.met, 0));

select rollup.rebuild();
