create table "receipt_guard" ("receipt_no" text not null, "wrong_at" timestamptz[] not null, "locked_until" timestamptz(6) null, "touched_at" timestamptz(6) not null, primary key ("receipt_no"));
create index "receipt_guard_touched_at_index" on "receipt_guard" ("touched_at");

create table "report_access" ("id" text not null, "at" timestamptz(6) not null, "case_id" text not null, "organization_id" text null, "role" text not null, "purpose" text not null, "in_full" boolean not null, primary key ("id"));
create index "report_access_case_id_at_id_index" on "report_access" ("case_id", "at", "id");

alter table "follow_up" add "attempted_on" date null, add "comment" text null;

alter table "report" add "building_id" text null, add "external_no" text null, add "redaction" text not null default 'SURE', add "publication_objected_at" timestamptz(6) null;
alter table "report" alter column "category_id" drop not null;
create unique index report_external_no on report (channel, external_no) where external_no is not null;
alter table "report" add constraint "report_redaction_check" check ("redaction" in ('SURE', 'UNSURE', 'DECIDED'));

alter table "receipt_guard" enable row level security;

alter table "report_access" enable row level security;
create policy "app_read" on "report_access" for select to "grievances_app" using ((select hub.role_is(array['AUDITOR', 'PRIVACY_OFFICER'])));
create policy "figures_read" on "report_access" for select to "grievances_figures" using (true);
create policy "app_insert" on "report_access" for insert to "grievances_app" with check (organization_id is null or organization_id = (select hub.organization()));
create policy "app_update" on "report_access" for update to "grievances_app" using (organization_id is null or organization_id = (select hub.organization())) with check (organization_id is null or organization_id = (select hub.organization()));

grant insert, update (state, withdrawn_at, responded_at, publication_objected_at, redaction) on report to grievances_app;
grant insert on report_access to grievances_app;

-- Somebody gives a PIN for a receipt. The attempt counts as a wrong one until receipt_opened takes it back, so that many at once get no more than
-- five. Gives the instant by which it is known; null while the receipt is locked. Counts of others that are long over go with it.
create function receipt_attempt(receipt text) returns timestamptz
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  attempt timestamptz := hub.now();
  guard receipt_guard;
  wrong timestamptz[];
begin
  delete from receipt_guard where receipt_no in (
    select receipt_no from receipt_guard where touched_at < attempt - interval '2 hours' and receipt_no <> receipt limit 5 for update skip locked);
  insert into receipt_guard (receipt_no, wrong_at, touched_at) values (receipt, '{}', attempt) on conflict do nothing;
  select * into guard from receipt_guard where receipt_no = receipt for update;
  if guard.locked_until > attempt then
    return null;
  end if;
  -- Those that led to a lock which is over do not count again.
  wrong := array(select w from unnest(guard.wrong_at) w where guard.locked_until is null and w > attempt - interval '1 hour');
  while attempt = any (wrong) loop
    attempt := attempt + interval '1 microsecond';
  end loop;
  wrong := wrong || attempt;
  update receipt_guard
  set wrong_at = wrong, touched_at = attempt, locked_until = case when cardinality(wrong) >= 5 then attempt + interval '1 hour' end
  where receipt_no = receipt;
  return attempt;
end
$$;

-- The PIN of that attempt was right.
create function receipt_opened(receipt text, attempt timestamptz) returns void
  language sql security definer set search_path = public, pg_temp
begin atomic
  update receipt_guard
  set wrong_at = array_remove(wrong_at, attempt),
    locked_until = case when cardinality(array_remove(wrong_at, attempt)) >= 5 then locked_until end
  where receipt_no = receipt;
end;

revoke all on function receipt_attempt(text), receipt_opened(text, timestamptz) from public;
grant execute on function receipt_attempt(text), receipt_opened(text, timestamptz) to grievances_app;

-- A later objection of a reporter hides what was published (§7.8).
create or replace view published_case as
select c.id, c.case_no, c.category_id, c.community_id, c.received_at, p.summary,
  case c.state when 'REFERRED' then 'REFERRED' when 'SUSPENDED' then 'SHELVED' when 'CLOSED' then 'RESOLVED' else 'IN_HAND' end as state,
  case when c.state = 'CLOSED' then p.reply end as reply,
  case when c.state = 'CLOSED' then c.last_handled_at end as handled_at,
  case when c.state = 'SUSPENDED' then c.review_on end as review_on
from case_publication p
join grievance_case c on c.id = p.case_id
join case_category k on k.id = c.category_id
where p.audience = 'PUBLIC' and p.objected_at is null
  and (select hub.now()) >= case when c.state = 'SUSPENDED' then p.approved_at else greatest(p.visible_from, p.approved_at, c.received_at + interval '7 days') end
  and not k.about_people and c.state not in ('DECLINED', 'WITHDRAWN')
  and not exists (select 1 from report r where r.case_id = c.id and (r.kind = 'DISPUTE' or r.publication_objected_at is not null));
