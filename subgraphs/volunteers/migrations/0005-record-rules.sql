-- What commands on volunteers and records need beyond their tables (§5.2).

-- Nobody serves in two places at once. Corrected and voided records no longer say that he did. 64 bits of hash stand for the id, because ids that
-- begin alike make a poor tree: 12 µs a row instead of 55. That two volunteers share them and serve at the same time will not be seen.
alter table service_record add constraint service_record_overlap exclude using gist
  (hashtextextended(volunteer_id, 0) with =, tstzrange(starts_at, ends_at) with &&) where (status in ('DRAFT', 'NOTICED', 'DISPUTED', 'CONFIRMED'));

-- A volunteer's place in bit strings; gaps do no harm.
create sequence volunteer_serial as int;
select setval('volunteer_serial', coalesce(max(serial), 0) + 1, false) from volunteer;

-- Who records service names a volunteer by his exact number, also one whose service his organization has not recorded before. Those volunteers
-- stay locked to the end of the transaction, in the order of their ids, so that two who record for the same one are judged in turn.
create function lock_volunteers(numbers text[], ids text[]) returns table (id text, number text)
  language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if not hub.role_is(array['ORG_REPRESENTATIVE']) then
    raise insufficient_privilege using message = 'only a recorder names volunteers';
  end if;
  return query
    select v.id, v.number from volunteer v where v.number = any (numbers) or v.id = any (ids) order by v.id for no key update of v;
end
$$;

-- Services that cannot be recorded, by their place in the arrays, and the first rule that each would break. They are judged against what stands
-- recorded by any organization and against each other, so the volunteers must be locked. Tells no more than that.
create function judge_service(volunteers text[], days date[], starts timestamptz[], ends timestamptz[], minutes int[], day_limit int)
  returns table (n int, problem text)
  language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if not hub.role_is(array['ORG_REPRESENTATIVE']) then
    raise insufficient_privilege using message = 'only a recorder records service';
  end if;
  return query
    with line as (
      select l.n::int as n, l.volunteer_id, l.day, tstzrange(l.starts_at, l.ends_at) as span, l.minutes
      from unnest(volunteers, days, starts, ends, minutes) with ordinality as l (volunteer_id, day, starts_at, ends_at, minutes, n)
    ),
    recorded as (
      select r.volunteer_id, r."on" as day, tstzrange(r.starts_at, r.ends_at) as span, r.minutes
      from service_record r
      where r.volunteer_id = any (volunteers) and r.status in ('DRAFT', 'NOTICED', 'DISPUTED', 'CONFIRMED')
        and r."on" between (select min(l.day) - 1 from line l) and (select max(l.day) + 1 from line l)
    ),
    judged as (
      select l.n, case
        when s.status is null or s.status = 'LEFT' then 'NOT_A_VOLUNTEER'
        when s.status = 'PENDING_CONSENT' then 'GUARDIAN_REQUIRED'
        when exists (select 1 from recorded r where r.volunteer_id = l.volunteer_id and r.span && l.span)
          or exists (select 1 from line o where o.n < l.n and o.volunteer_id = l.volunteer_id and o.span && l.span) then 'RECORD_OVERLAP'
        when coalesce((select sum(r.minutes) from recorded r where r.volunteer_id = l.volunteer_id and r.day = l.day), 0)
          + (select sum(o.minutes) from line o where o.volunteer_id = l.volunteer_id and o.day = l.day) > day_limit then 'DAY_LIMIT'
      end as problem
      from line l
      left join volunteer_state s on s.volunteer_id = l.volunteer_id and s.valid_from <= l.day and (s.valid_to is null or l.day < s.valid_to)
    )
    select j.n, j.problem from judged j where j.problem is not null order by j.n;
end
$$;

-- May the caller dispute this record: as the volunteer, as a member of the organization or as auditor? Null for nobody's business.
create function disputer_of(volunteer text, recorder text) returns text
  language sql stable security definer set search_path = public, pg_temp
as $$
  select case
    when hub.role_is(array['AUDITOR']) then 'AUDITOR'
    when volunteer = own_volunteer() then 'VOLUNTEER'
    when recorder = hub.organization() and hub.role_is(array['ORG_REPRESENTATIVE', 'RESIDENT', 'VOLUNTEER']) then 'MEMBER'
  end
$$;

-- The record that the caller is about to dispute, locked; nothing for nobody's business. A member does not see the record itself.
create function record_to_dispute(record text)
  returns table (id text, status text, "on" date, "communityId" text, "noticeTo" date, "confirmedAt" timestamptz, version int, disputer text)
  language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return query
    select r.id, r.status, r."on", r.community_id, r.notice_to, r.confirmed_at, r.version, disputer_of(r.volunteer_id, r.recorder_id)
    from service_record r where r.id = record and disputer_of(r.volunteer_id, r.recorder_id) is not null for update of r;
end
$$;

create function dispute_record(record text, why text) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  update service_record r set status = 'DISPUTED', dispute_reason = why, disputed_by = hub.subject(), version = r.version + 1
  where r.id = record and r.status in ('NOTICED', 'CONFIRMED') and disputer_of(r.volunteer_id, r.recorder_id) is not null;
  if not found then
    raise insufficient_privilege using message = 'not yours to dispute';
  end if;
end
$$;

-- The notice board of an organization for its members (公示): nobody under 14 by his name.
create function record_notices(organization text)
  returns table (record_id text, display_name text, activity_title text, "on" date, minutes int, notice_to date)
  language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return query
    select r.id, case v.age_band when 'UNDER_14' then right(v.number, 4) else v.display_name end, a.title, r."on", r.minutes, r.notice_to
    from service_record r
    join volunteer v on v.id = r.volunteer_id
    join activity a on a.id = r.activity_id
    where r.recorder_id = organization and organization = hub.organization() and r.status = 'NOTICED';
end
$$;

revoke execute on function lock_volunteers, judge_service, record_to_dispute, dispute_record, record_notices, disputer_of from public;
grant execute on function lock_volunteers, judge_service, record_to_dispute, dispute_record, record_notices to volunteers_app;

-- What a record says of the service never changes; a correction is a new record.
grant insert on activity, shift, service_record, volunteer, volunteer_home, volunteer_state to volunteers_app;
grant update (status, notice_from, notice_to, confirmed_at, dispute_reason, disputed_by, national_sync, national_sync_reason, version)
  on service_record to volunteers_app;
grant usage on sequence volunteer_serial to volunteers_app;
