create table "grievance_case" ("id" text not null, "case_no" text not null, "title" text not null, "category_id" text not null, "community_id" text not null, "compound_id" text null, "state" text not null, "urgency" text not null, "received_at" timestamptz(6) not null, "of_public_interest" boolean not null default false, "owner_id" text not null, "subject_organization_id" text null, "summary" text null, "result" text null, "suspended_for" text null, "review_on" date null, "merged_into_id" text null, "referral_channel" text null, "referral_reason" text null, "referral_informed_at" timestamptz(6) null, "referral_guidance" text null, "reopen_count" int not null default 0, "last_handled_at" timestamptz(6) null, "version" int not null default 1, primary key ("id"));
alter table "grievance_case" add constraint "grievance_case_case_no_unique" unique ("case_no");
create index "grievance_case_compound_id_index" on "grievance_case" ("compound_id");
create index "grievance_case_merged_into_id_index" on "grievance_case" ("merged_into_id");
create index "grievance_case_community_id_received_at_id_index" on "grievance_case" ("community_id", "received_at", "id");
create index "grievance_case_received_at_id_index" on "grievance_case" ("received_at", "id");
create index "grievance_case_owner_id_received_at_id_index" on "grievance_case" ("owner_id", "received_at", "id");
create index grievance_case_open on grievance_case (community_id, state)
        where state not in ('CLOSED', 'REFERRED', 'DECLINED', 'MERGED', 'WITHDRAWN');
create index grievance_case_not_counted on grievance_case (id)
        where state in ('MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN');
create index grievance_case_subject on grievance_case (subject_organization_id, id) where subject_organization_id is not null;

create table "case_category" ("id" text not null, "code" text not null, "name_zh" text not null, "name_en" text not null, "parent_id" text null, "default_urgency" text not null, "statutory_channel" text null, "about_people" boolean not null default false, "active" boolean not null default true, "version" int not null default 1, primary key ("id"));
alter table "case_category" add constraint "case_category_code_unique" unique ("code");
create index "case_category_parent_id_index" on "case_category" ("parent_id");

create table "case_event" ("case_id" text not null, "seq" int not null, "at" timestamptz(6) not null, "kind" text not null, "from_state" text null, "to_state" text null, "actor_organization_id" text null, "actor_role" text not null, "reason" text null, primary key ("case_id", "seq"));

create table "case_publication" ("case_id" text not null, "audience" text not null, "summary" text not null, "reply" text null, "approved_at" timestamptz(6) not null, "approved_by_id" text not null, "visible_from" timestamptz(6) not null, "objected_at" timestamptz(6) null, primary key ("case_id", "audience"));

create table "clock_pause" ("case_id" text not null, "from_at" timestamptz(6) not null, "to_at" timestamptz(6) null, "reason" text not null, "approved_by_id" text null, primary key ("case_id", "from_at"));

create table "deadline_extension" ("id" text not null, "case_id" text not null, "requested_by_id" text not null, "requested_at" timestamptz(6) not null, "reason" text not null, "granted" boolean null, "decided_by_id" text null, "decided_at" timestamptz(6) null, "new_due_at" timestamptz(6) null, primary key ("id"));
create index "deadline_extension_case_id_index" on "deadline_extension" ("case_id");

create table "dispatch_order" ("id" text not null, "case_id" text not null, "community_id" text not null, "urgency" text not null, "to_id" text not null, "dispatcher_id" text not null, "role" text not null, "status" text not null, "policy_id" text not null, "dispatched_at" timestamptz(6) not null, "accept_by" timestamptz(6) not null, "accept_warn_at" timestamptz(6) not null, "accept_provisional" boolean not null default false, "accepted_at" timestamptz(6) null, "started_at" timestamptz(6) null, "returned_at" timestamptz(6) null, "return_reason" text null, "return_note" text null, "proposed_id" text null, "superior_id" text null, "handler_id" text null, "contact_needed" boolean not null default false, "return_forbidden" boolean not null default false, "due_at" timestamptz(6) not null, "ended_at" timestamptz(6) null, "result" text null, "version" int not null default 1, primary key ("id"));
create index "dispatch_order_case_id_index" on "dispatch_order" ("case_id");
create index dispatch_order_of_organization on dispatch_order (to_id, dispatched_at)
        include (case_id, role, status, accept_by, accepted_at, returned_at, ended_at, due_at);
create index "dispatch_order_due_at_id_index" on "dispatch_order" ("due_at", "id");
create index "dispatch_order_dispatched_at_id_index" on "dispatch_order" ("dispatched_at", "id");
create index "dispatch_order_community_id_due_at_id_index" on "dispatch_order" ("community_id", "due_at", "id");

create table "follow_up" ("report_id" text not null, "round" int not null, "community_id" text not null, "asked_at" timestamptz(6) not null, "asked_by" text not null, "attempts" int not null, "contacted" text null, "resolved" text null, "satisfaction" int null, "answered_at" timestamptz(6) null, "ended_at" timestamptz(6) null, primary key ("report_id", "round"));
create index follow_up_ended on follow_up (community_id, ended_at) include (answered_at, resolved, satisfaction, contacted, round, report_id);
create index follow_up_later on follow_up (report_id, round) include (answered_at) where round > 1;

create table "report" ("id" text not null, "receipt_no" text not null, "kind" text not null, "channel" text not null, "anonymity" text not null, "state" text not null, "category_id" text not null, "community_id" text not null, "compound_id" text null, "received_at" timestamptz(6) not null, "withdrawn_at" timestamptz(6) null, "respond_by" timestamptz(6) not null, "respond_provisional" boolean not null default false, "responded_at" timestamptz(6) null, "title" text not null, "redacted_text" text not null, "case_id" text not null, "origin_case_id" text not null, primary key ("id"));
alter table "report" add constraint "report_receipt_no_unique" unique ("receipt_no");
create index "report_case_id_index" on "report" ("case_id");
create index report_received on report (community_id, received_at) include (kind, state, category_id, channel);
create index report_respond_by on report (community_id, respond_by) include (kind, state, responded_at, category_id, channel);

create table "sla_clock" ("case_id" text not null, "kind" text not null, "round" int not null, "community_id" text not null, "policy_id" text not null, "started_at" timestamptz(6) not null, "due_at" timestamptz(6) not null, "warn_at" timestamptz(6) not null, "provisional" boolean not null default false, "stopped_at" timestamptz(6) null, "cancelled_at" timestamptz(6) null, "paused_since" timestamptz(6) null, primary key ("case_id", "kind", "round"));
create index sla_clock_first_resolve on sla_clock (community_id, due_at) include (stopped_at, paused_since, case_id)
        where kind = 'RESOLVE' and round = 1;
create index sla_clock_running on sla_clock (case_id) include (kind, due_at, warn_at, paused_since)
        where stopped_at is null and cancelled_at is null;

create table "sla_policy" ("id" text not null, "category_id" text null, "urgency" text not null, "accept_amount" int not null, "accept_unit" text not null, "respond_amount" int not null, "respond_unit" text not null, "resolve_amount" int not null, "resolve_unit" text not null, "report_in_amount" int not null, "report_in_unit" text not null, "max_extensions" int not null, "extension_amount" int null, "extension_unit" text null, "effective_from" date not null, "effective_to" date null, "version" int not null default 1, primary key ("id"));

create table "work_calendar" ("year" int not null, "status" text not null, "holidays" date[] not null, "make_up_workdays" date[] not null, primary key ("year"));

alter table "grievance_case" add constraint "grievance_case_merged" check ((state = 'MERGED') = (merged_into_id is not null) and merged_into_id <> id);
alter table "grievance_case" add constraint "grievance_case_referral" check ((referral_channel is null) = (referral_guidance is null));
alter table "grievance_case" add constraint "grievance_case_state_check" check ("state" in ('RECEIVED', 'TRIAGED', 'DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'HANDLED', 'FOLLOW_UP', 'CLOSED', 'REOPENED', 'RETURNED', 'SUSPENDED', 'IN_MEDIATION', 'MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN'));
alter table "grievance_case" add constraint "grievance_case_urgency_check" check ("urgency" in ('EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT'));
alter table "grievance_case" add constraint "grievance_case_suspended_for_check" check ("suspended_for" in ('FUNDS', 'LEGISLATION', 'SEASON'));
alter table "grievance_case" add constraint "grievance_case_referral_channel_check" check ("referral_channel" in ('PETITION', 'LITIGATION', 'ARBITRATION', 'ADMIN_REVIEW', 'EMERGENCY_LINE', 'DISCIPLINE', 'OTHER_JURISDICTION'));
alter table "grievance_case" enable row level security;
create policy "app_read" on "grievance_case" for select to "grievances_app" using ((subject_organization_id is null or subject_organization_id is distinct from (select hub.organization())) and ((select hub.role_is(array['DISTRICT_LEAD'])) or ((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])) or ((select hub.role_is(array['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'])) and id in (select own_order_cases()))));
create policy "figures_read" on "grievance_case" for select to "grievances_figures" using (true);

alter table "case_category" add constraint "case_category_parent" check (parent_id <> id);
alter table "case_category" add constraint "case_category_default_urgency_check" check ("default_urgency" in ('EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT'));
alter table "case_category" add constraint "case_category_statutory_channel_check" check ("statutory_channel" in ('PETITION', 'LITIGATION', 'ARBITRATION', 'ADMIN_REVIEW', 'EMERGENCY_LINE', 'DISCIPLINE', 'OTHER_JURISDICTION'));

alter table "case_event" add constraint "case_event_from_state_check" check ("from_state" in ('RECEIVED', 'TRIAGED', 'DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'HANDLED', 'FOLLOW_UP', 'CLOSED', 'REOPENED', 'RETURNED', 'SUSPENDED', 'IN_MEDIATION', 'MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN'));
alter table "case_event" add constraint "case_event_to_state_check" check ("to_state" in ('RECEIVED', 'TRIAGED', 'DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'HANDLED', 'FOLLOW_UP', 'CLOSED', 'REOPENED', 'RETURNED', 'SUSPENDED', 'IN_MEDIATION', 'MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN'));
alter table "case_event" enable row level security;
create policy "app_read" on "case_event" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = case_event.case_id));
create policy "figures_read" on "case_event" for select to "grievances_figures" using (true);

alter table "case_publication" add constraint "case_publication_audience_check" check ("audience" in ('PUBLIC', 'PARTNER', 'SUBJECT'));
alter table "case_publication" enable row level security;
create policy "app_read" on "case_publication" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = case_publication.case_id));
create policy "figures_read" on "case_publication" for select to "grievances_figures" using (true);

alter table "clock_pause" add constraint "clock_pause_order" check (from_at < to_at);
alter table "clock_pause" add constraint "clock_pause_reason_check" check ("reason" in ('WAITING_REPORTER', 'FORCE_MAJEURE', 'SUSPENDED'));
alter table "clock_pause" enable row level security;
create policy "app_read" on "clock_pause" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = clock_pause.case_id));
create policy "figures_read" on "clock_pause" for select to "grievances_figures" using (true);

alter table "deadline_extension" add constraint "deadline_extension_decided" check ((granted is null) = (decided_at is null));
alter table "deadline_extension" enable row level security;
create policy "app_read" on "deadline_extension" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = deadline_extension.case_id));
create policy "figures_read" on "deadline_extension" for select to "grievances_figures" using (true);

alter table "dispatch_order" add constraint "dispatch_order_returned" check ((status = 'RETURNED') = (returned_at is not null));
alter table "dispatch_order" add constraint "dispatch_order_ended" check ((status in ('DONE', 'CANCELLED', 'ESCALATED')) = (ended_at is not null));
alter table "dispatch_order" add constraint "dispatch_order_urgency_check" check ("urgency" in ('EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT'));
alter table "dispatch_order" add constraint "dispatch_order_role_check" check ("role" in ('LEAD', 'ASSIST'));
alter table "dispatch_order" add constraint "dispatch_order_status_check" check ("status" in ('SENT', 'ACCEPTED', 'RETURNED', 'ESCALATED', 'DONE', 'CANCELLED'));
alter table "dispatch_order" add constraint "dispatch_order_return_reason_check" check ("return_reason" in ('NOT_OUR_DUTY', 'WRONG_AREA', 'MISSING_INFORMATION', 'DUPLICATE', 'STATUTORY_CHANNEL'));
alter table "dispatch_order" enable row level security;
create policy "app_read" on "dispatch_order" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = dispatch_order.case_id));
create policy "figures_read" on "dispatch_order" for select to "grievances_figures" using (true);

alter table "follow_up" add constraint "follow_up_satisfaction" check (satisfaction >= 1 and satisfaction <= 5);
alter table "follow_up" add constraint "follow_up_answer" check ((answered_at is null) = (resolved is null) and (answered_at is null or ended_at = answered_at));
alter table "follow_up" add constraint "follow_up_asked_by_check" check ("asked_by" in ('HOTLINE', 'STREET_OTHER_UNIT', 'SELF_SERVICE'));
alter table "follow_up" add constraint "follow_up_contacted_check" check ("contacted" in ('REACHED', 'UNREACHABLE', 'REFUSED', 'ANONYMOUS'));
alter table "follow_up" add constraint "follow_up_resolved_check" check ("resolved" in ('RESOLVED', 'PARTLY', 'NOT_RESOLVED'));
alter table "follow_up" enable row level security;
create policy "app_read" on "follow_up" for select to "grievances_app" using (exists (select 1 from report r where r.id = follow_up.report_id));
create policy "figures_read" on "follow_up" for select to "grievances_figures" using (true);

alter table "report" add constraint "report_kind_check" check ("kind" in ('CONSULT', 'HELP', 'COMPLAINT', 'SUGGESTION', 'COMMEND', 'DISPUTE'));
alter table "report" add constraint "report_channel_check" check ("channel" in ('MINI_PROGRAM', 'HOTLINE_12345', 'COUNTER', 'NEIGHBOUR_LEAD', 'GRID_PATROL', 'JOINT_MEETING', 'PARTNER_UNIT', 'PAPER', 'IMPORT'));
alter table "report" add constraint "report_anonymity_check" check ("anonymity" in ('NAMED_TO_CHAIN', 'ANONYMOUS_WITH_RECEIPT', 'FULLY_ANONYMOUS'));
alter table "report" add constraint "report_state_check" check ("state" in ('RECEIVED', 'IN_HAND', 'SHELVED', 'ANSWERED', 'CLOSED', 'REFERRED', 'DECLINED', 'WITHDRAWN'));
alter table "report" enable row level security;
create policy "app_read" on "report" for select to "grievances_app" using ((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'])) and community_id = any ((select hub.communities())::text[])
      and exists (select 1 from grievance_case c where c.id = report.case_id));
create policy "figures_read" on "report" for select to "grievances_figures" using (true);

alter table "sla_clock" add constraint "sla_clock_one_end" check (stopped_at is null or (cancelled_at is null and paused_since is null));
alter table "sla_clock" add constraint "sla_clock_kind_check" check ("kind" in ('RESPOND', 'RESOLVE', 'FOLLOW_UP'));
alter table "sla_clock" enable row level security;
create policy "app_read" on "sla_clock" for select to "grievances_app" using (exists (select 1 from grievance_case c where c.id = sla_clock.case_id));
create policy "figures_read" on "sla_clock" for select to "grievances_figures" using (true);

alter table "sla_policy" add constraint "sla_policy_extension" check ((max_extensions = 0) = (extension_amount is null) and (extension_amount is null) = (extension_unit is null));
alter table "sla_policy" add constraint "sla_policy_urgency_check" check ("urgency" in ('EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT'));
alter table "sla_policy" add constraint "sla_policy_accept_unit_check" check ("accept_unit" in ('ELAPSED_MINUTES', 'ELAPSED_HOURS', 'OFFICE_HOURS', 'WORKING_DAYS'));
alter table "sla_policy" add constraint "sla_policy_respond_unit_check" check ("respond_unit" in ('ELAPSED_MINUTES', 'ELAPSED_HOURS', 'OFFICE_HOURS', 'WORKING_DAYS'));
alter table "sla_policy" add constraint "sla_policy_resolve_unit_check" check ("resolve_unit" in ('ELAPSED_MINUTES', 'ELAPSED_HOURS', 'OFFICE_HOURS', 'WORKING_DAYS'));
alter table "sla_policy" add constraint "sla_policy_report_in_unit_check" check ("report_in_unit" in ('ELAPSED_MINUTES', 'ELAPSED_HOURS', 'OFFICE_HOURS', 'WORKING_DAYS'));
alter table "sla_policy" add constraint "sla_policy_extension_unit_check" check ("extension_unit" in ('ELAPSED_MINUTES', 'ELAPSED_HOURS', 'OFFICE_HOURS', 'WORKING_DAYS'));

alter table "work_calendar" add constraint "work_calendar_status_check" check ("status" in ('PUBLISHED', 'PROVISIONAL'));
