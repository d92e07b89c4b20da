-- What triage, dispatch and work on orders write. A case may be changed by who has an order of it that is not over; as the owner's function this
-- reads without the policy of orders, which in turn asks for the case.

create function own_open_order_cases() returns setof text
  language plpgsql stable parallel restricted security definer set search_path = public, pg_temp
as $$
declare
  own text := hub.organization();
begin
  if own is not null then
    return query select case_id from dispatch_order where to_id = own and status in ('SENT', 'ACCEPTED');
  end if;
end
$$;

create table "case_evidence" ("id" text not null, "case_id" text not null, "order_id" text null, "kind" text not null, "file_id" text not null, "taken_on" date null, "added_at" timestamptz(6) not null, primary key ("id"));
create index "case_evidence_case_id_added_at_id_index" on "case_evidence" ("case_id", "added_at", "id");

create table "case_message" ("id" text not null, "case_id" text not null, "order_id" text null, "at" timestamptz(6) not null, "organization_id" text null, "text" text not null, "is_reply" boolean not null, primary key ("id"));
create index "case_message_case_id_at_id_index" on "case_message" ("case_id", "at", "id");

create table "routing_rule" ("id" text not null, "order" int not null, "category_id" text null, "area_id" text null, "management" text null, "during" text not null, "lead_id" text not null, "assist_ids" text[] not null, "superior_id" text null, "active" boolean not null default true, "version" int not null default 1, primary key ("id"));
alter table "routing_rule" add constraint "routing_rule_order_unique" unique ("order");

-- The life of a case goes on in the table of events that all objects share.
insert into hub.event (id, name, at, object_type, object_id, area_id, actor_organization, actor_role, from_state, to_state, reason)
select 'ev_' || substr(e.case_id, 4) || '_' || e.seq, e.kind, e.at, 'Case', e.case_id, c.community_id, e.actor_organization_id, e.actor_role,
  e.from_state, e.to_state, e.reason
from case_event e join grievance_case c on c.id = e.case_id order by e.at, e.case_id, e.seq;
drop table "case_event";

drop policy "app_read" on "grievance_case";

alter table "grievance_case" add "closed_at" timestamptz(6) null;
alter table "grievance_case" alter column "category_id" drop not null;
create policy "app_insert" on "grievance_case" for insert to "grievances_app" with check ((select hub.role_is(array['SERVICE'])) or ((subject_organization_id is null or subject_organization_id is distinct from (select hub.organization())) and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and id in (select own_open_order_cases())))));
create policy "app_update" on "grievance_case" for update to "grievances_app" using ((select hub.role_is(array['SERVICE'])) or ((subject_organization_id is null or subject_organization_id is distinct from (select hub.organization())) and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and id in (select own_open_order_cases()))))) with check ((select hub.role_is(array['SERVICE'])) or ((subject_organization_id is null or subject_organization_id is distinct from (select hub.organization())) and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and id in (select own_open_order_cases())))));
create policy "app_read" on "grievance_case" for select to "grievances_app" using ((select hub.role_is(array['SERVICE'])) or ((subject_organization_id is null or subject_organization_id is distinct from (select hub.organization())) and ((select hub.role_is(array['DISTRICT_LEAD'])) or ((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and id in (select own_order_cases())))));

alter table "clock_pause" add "until_at" timestamptz(6) null;
create policy "app_insert" on "clock_pause" for insert to "grievances_app" with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = clock_pause.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));
create policy "app_update" on "clock_pause" for update to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = clock_pause.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases())))))) with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = clock_pause.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));

create policy "app_insert" on "deadline_extension" for insert to "grievances_app" with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = deadline_extension.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));
create policy "app_update" on "deadline_extension" for update to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = deadline_extension.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases())))))) with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = deadline_extension.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));

alter table "dispatch_order" add "rule_id" text null, add "escalates_id" text null, add "suspension_wanted" text null;
create unique index dispatch_order_one_lead on dispatch_order (case_id) where role = 'LEAD' and status in ('SENT', 'ACCEPTED');
create index dispatch_order_waiting on dispatch_order (accept_by) where status = 'SENT';
alter table "dispatch_order" add constraint "dispatch_order_suspension_wanted_check" check ("suspension_wanted" in ('FUNDS', 'LEGISLATION', 'SEASON'));
create policy "app_insert" on "dispatch_order" for insert to "grievances_app" with check (((select hub.role_is(array['SERVICE'])) or to_id = (select hub.organization()) or exists (select 1 from grievance_case c where c.id = dispatch_order.case_id and (select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[]))));
create policy "app_update" on "dispatch_order" for update to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or to_id = (select hub.organization()) or exists (select 1 from grievance_case c where c.id = dispatch_order.case_id and (select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])))) with check (((select hub.role_is(array['SERVICE'])) or to_id = (select hub.organization()) or exists (select 1 from grievance_case c where c.id = dispatch_order.case_id and (select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[]))));

create policy "app_insert" on "sla_clock" for insert to "grievances_app" with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = sla_clock.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));
create policy "app_update" on "sla_clock" for update to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = sla_clock.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases())))))) with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = sla_clock.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));

alter table "case_evidence" add constraint "case_evidence_kind_check" check ("kind" in ('BEFORE', 'AFTER', 'DOCUMENT'));
alter table "case_evidence" enable row level security;
create policy "app_read" on "case_evidence" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = case_evidence.case_id));
create policy "figures_read" on "case_evidence" for select to "grievances_figures" using (true);
create policy "app_insert" on "case_evidence" for insert to "grievances_app" with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = case_evidence.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));
create policy "app_update" on "case_evidence" for update to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = case_evidence.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases())))))) with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = case_evidence.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));

alter table "case_message" enable row level security;
create policy "app_read" on "case_message" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = case_message.case_id));
create policy "figures_read" on "case_message" for select to "grievances_figures" using (true);
create policy "app_insert" on "case_message" for insert to "grievances_app" with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = case_message.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));
create policy "app_update" on "case_message" for update to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = case_message.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases())))))) with check (((select hub.role_is(array['SERVICE'])) or exists (select 1 from grievance_case c where c.id = case_message.case_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and c.community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and c.id in (select own_open_order_cases()))))));

alter table "routing_rule" add constraint "routing_rule_during_check" check ("during" in ('ALWAYS', 'OFFICE_HOURS', 'OUTSIDE_OFFICE_HOURS'));

drop policy "app_read" on "report";

create policy "app_insert" on "follow_up" for insert to "grievances_app" with check (exists (select 1 from report r where r.id = follow_up.report_id));
create policy "app_update" on "follow_up" for update to "grievances_app" using (exists (select 1 from report r where r.id = follow_up.report_id)) with check (exists (select 1 from report r where r.id = follow_up.report_id));

create policy "app_insert" on "report" for insert to "grievances_app" with check (((select hub.role_is(array['SERVICE'])) or ((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])
      and exists (select 1 from grievance_case c where c.id = report.case_id))));
create policy "app_update" on "report" for update to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or ((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])
      and exists (select 1 from grievance_case c where c.id = report.case_id)))) with check (((select hub.role_is(array['SERVICE'])) or ((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])
      and exists (select 1 from grievance_case c where c.id = report.case_id))));
create policy "app_read" on "report" for select to "grievances_app" using (((select hub.role_is(array['SERVICE'])) or ((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])
      and exists (select 1 from grievance_case c where c.id = report.case_id))));

update grievance_case c set closed_at = e.at
from (select object_id, max(at) as at from hub.event where name = 'case.closed' group by object_id) e
where e.object_id = c.id and c.state = 'CLOSED';

grant insert, update on grievance_case, sla_clock, clock_pause, dispatch_order to grievances_app;
grant insert on case_message, case_evidence to grievances_app;
grant insert, update on work_calendar to grievances_app;
grant update (state, responded_at, respond_by, respond_provisional, title, redacted_text, category_id, community_id, compound_id) on report to grievances_app;
grant insert, update on follow_up to grievances_app;
