create table "appointment" ("id" text not null, "post_id" text not null, "officeholder_id" text not null, "method" text not null, "is_party_member" boolean null, "valid_from" date not null, "valid_to" date null, "version" int not null default 1, primary key ("id"));
create index "appointment_post_id_index" on "appointment" ("post_id");
create index "appointment_officeholder_id_index" on "appointment" ("officeholder_id");

create table "area" ("id" text not null, "code" text not null, "name" text not null, "short_name" text not null, "kind" text not null, "parent_id" text null, "closed_on" date null, "is_undecided" boolean not null default false, "lat" double precision null, "lng" double precision null, "boundary" jsonb null, primary key ("id"));
create index "area_code_index" on "area" ("code");
create index "area_parent_id_index" on "area" ("parent_id");

create table "area_change" ("id" text not null, "kind" text not null, "also_kinds" text[] not null, "edition_from" int not null, "edition_to" int not null, "from_rows" jsonb not null, "to_rows" jsonb not null, "candidate_rows" jsonb not null, "predecessor_ids" text[] not null, "area_ids" text[] not null, "effective_on" date not null, "status" text not null, "rule" text not null, "bulk_allowed" boolean not null, "confirmed_by_id" text null, "decided_at" timestamptz null, "note" text null, "version" int not null default 1, primary key ("id"));
create index "area_change_areas" on "area_change" using gin ("area_ids");
create index "area_change_effective_on_id_index" on "area_change" ("effective_on", "id");

create table "area_stat" ("area_id" text not null, "as_of" date not null, "source" text not null, "households" int not null, "population" int not null, "residents60_plus" int null, "residents65_plus" int null, "children0to14" int null, primary key ("area_id", "as_of", "source"));

create table "area_version" ("area_id" text not null, "valid_from" date not null, "valid_to" date null, "code" text not null, "name" text not null, "kind" text not null, "parent_code" text null, "edition_from" int not null, "edition_to" int null, primary key ("area_id", "valid_from"));
create index "area_version_code_index" on "area_version" ("code");

create table "building" ("id" text not null, "code" text not null, "compound_id" text not null, "label" text not null, "kind" text not null, "units" int null, "floors" int null, "steward_id" text null, "version" int not null default 1, primary key ("id"));
alter table "building" add constraint "building_code_unique" unique ("code");
create index "building_compound_id_index" on "building" ("compound_id");

create table "building_group" ("building_id" text not null, "valid_from" date not null, "valid_to" date null, "group_id" text not null, primary key ("building_id", "valid_from"));
create index "building_group_group_id_index" on "building_group" ("group_id");

create table "building_state" ("building_id" text not null, "valid_from" date not null, "valid_to" date null, "households" int null, primary key ("building_id", "valid_from"));

create table "calendar_day" ("year" int not null, "date" date not null, "mark" text not null, "name" text not null, primary key ("year", "date"));

create table "committee_seats" ("committee_id" text not null, "valid_from" date not null, "valid_to" date null, "member_count" int not null, "party_member_count" int null, primary key ("committee_id", "valid_from"));

create table "compound" ("id" text not null, "code" text not null, "name" text not null, "aliases" text[] not null, "built_year" int null, "total_exclusive_area" numeric(14,2) null, "owner_count" int null, "lat" double precision null, "lng" double precision null, "entrances" jsonb not null, "version" int not null default 1, primary key ("id"));
alter table "compound" add constraint "compound_code_unique" unique ("code");

create table "compound_state" ("compound_id" text not null, "valid_from" date not null, "valid_to" date null, "community_id" text not null, "types" text[] not null, "management" text not null, "company_id" text null, "host_id" text null, "households" int null, "population" int null, "residents60_plus" int null, primary key ("compound_id", "valid_from"));
create index "compound_state_community_id_valid_from_index" on "compound_state" ("community_id", "valid_from");

create table "division_edition" ("year" int not null, "cutoff_date" date not null, "published_on" date null, "source" text not null, "license" text not null, "checksum" text not null, "row_count" int not null, primary key ("year"));

create table "division_row" ("edition" int not null, "code" text not null, "name" text not null, "kind" text not null, "parent_code" text null, "area_id" text null, "presumed_area_id" text null, primary key ("edition", "code"));
create index "division_row_code_edition_index" on "division_row" ("code", "edition");

create table "membership" ("id" serial primary key, "community_id" text not null, "street_id" text not null, "district_id" text not null, "recorded_from" date null, "recorded_to" date null, "current" boolean not null);
create index "membership_community_id_index" on "membership" ("community_id");
create index "membership_street_id_index" on "membership" ("street_id");
create index "membership_district_id_index" on "membership" ("district_id");
create unique index "membership_one_current" on "membership" ("community_id") where "current";

create table "officeholder" ("id" text not null, "public_name" text not null, "version" int not null default 1, primary key ("id"));

create table "officeholder_contact" ("officeholder_id" text not null, "full_name" text not null, "work_phone" text null, primary key ("officeholder_id"));

create table "organization" ("id" text not null, "kind" text not null, "name" text not null, "uscc" text null, "party_level" text null, "self_governance_kinds" text[] not null default '{}', "parent_id" text null, "area_id" text null, "founded_on" date null, "dissolved_on" date null, "party_member_count" int null, "full_member_count" int null, "address" text null, "phone" text null, "service_phone" text null, "hours" text null, "version" int not null default 1, primary key ("id"));
alter table "organization" add constraint "organization_uscc_unique" unique ("uscc");
create index "organization_parent_id_index" on "organization" ("parent_id");
create index "organization_area_id_index" on "organization" ("area_id");

create table "organization_compound" ("organization_id" text not null, "compound_id" text not null, "valid_from" date not null, "valid_to" date null, primary key ("organization_id", "compound_id", "valid_from"));
create index "organization_compound_compound_id_valid_from_index" on "organization_compound" ("compound_id", "valid_from");

create table "organization_event" ("seq" bigserial primary key, "tx" xid8 not null default pg_current_xact_id(), "id" text not null, "name" text not null, "at" timestamptz not null, "object_id" text not null, "other_id" text null, "area_id" text null, "effective_on" date null);
alter table "organization_event" add constraint "organization_event_id_unique" unique ("id");
create index "organization_event_tx_seq_index" on "organization_event" ("tx", "seq");

create table "organization_state" ("organization_id" text not null, "valid_from" date not null, "valid_to" date null, "status" text not null, primary key ("organization_id", "valid_from"));

create table "owners_committee" ("id" text not null, "organization_id" text not null, "compound_id" text not null, "term" int not null, "elected_on" date null, "term_starts_on" date null, "expires_on" date null, "filed_on" date null, "dissolved_on" date null, "version" int not null default 1, primary key ("id"));
create index "owners_committee_compound_id_expires_on_index" on "owners_committee" ("compound_id", "expires_on");
alter table "owners_committee" add constraint "owners_committee_organization_id_term_unique" unique ("organization_id", "term");

create table "post" ("id" text not null, "organization_id" text not null, "code" text not null, "seats" int not null, "version" int not null default 1, primary key ("id"));
create index "post_organization_id_index" on "post" ("organization_id");
alter table "post" add constraint "post_organization_id_code_unique" unique ("organization_id", "code");

create table "work_calendar" ("year" int not null, "status" text not null, "published_on" date null, "notice_ref" text null, "version" int not null default 1, primary key ("year"));

alter table "appointment" add constraint "appointment_method_check" check ("method" in ('ELECTED', 'APPOINTED', 'CO_OPTED', 'RECOMMENDED'));

alter table "area" add constraint "area_kind_check" check ("kind" in ('CITY', 'COUNTY', 'DISTRICT', 'STREET', 'TOWN', 'TOWNSHIP', 'ENTERPRISE_UNIT', 'SPECIAL_ZONE', 'COMMUNITY', 'VILLAGE', 'QUASI_COMMUNITY', 'QUASI_VILLAGE'));

alter table "area_change" add constraint "area_change_decided" check ((status = 'PROPOSED') = (decided_at is null));
alter table "area_change" add constraint "area_change_kind_check" check ("kind" in ('CREATED', 'ABOLISHED', 'RENAMED', 'RECODED', 'TRANSFERRED', 'SPLIT', 'MERGED', 'RECLASSIFIED'));
alter table "area_change" add constraint "area_change_status_check" check ("status" in ('PROPOSED', 'CONFIRMED', 'REJECTED'));
alter table "area_change" add constraint "area_change_rule_check" check ("rule" in ('SAME_CODE_SAME_CORE', 'UNIQUE_CORE', 'SAME_CODE_OTHER_CORE', 'NONE'));

alter table "area_stat" add constraint "area_stat_counts" check (households >= 0 and population >= 0);
alter table "area_stat" add constraint "area_stat_ages" check (residents60_plus <= population and residents65_plus <= coalesce(residents60_plus, population));
alter table "area_stat" add constraint "area_stat_source_check" check ("source" in ('CENSUS', 'POLICE_REGISTER', 'COMMUNITY_COUNT', 'ESTIMATE'));

alter table "area_version" add constraint "area_version_kind_check" check ("kind" in ('CITY', 'COUNTY', 'DISTRICT', 'STREET', 'TOWN', 'TOWNSHIP', 'ENTERPRISE_UNIT', 'SPECIAL_ZONE', 'COMMUNITY', 'VILLAGE', 'QUASI_COMMUNITY', 'QUASI_VILLAGE'));

alter table "building" add constraint "building_serial" check ((kind = 'AUXILIARY') = (right(code, 3) >= '901'));
alter table "building" add constraint "building_kind_check" check ("kind" in ('RESIDENTIAL', 'MIXED', 'COMMERCIAL', 'AUXILIARY'));

alter table "calendar_day" add constraint "calendar_day_mark_check" check ("mark" in ('HOLIDAY', 'MAKE_UP'));

alter table "committee_seats" add constraint "committee_seats_party" check (party_member_count <= member_count);

alter table "compound_state" add constraint "compound_state_company" check ((management = 'PROPERTY_COMPANY') = (company_id is not null));
alter table "compound_state" add constraint "compound_state_host" check ((management in ('COMMUNITY_HOSTED', 'UNIT_HOSTED')) = (host_id is not null));
alter table "compound_state" add constraint "compound_state_types" check (cardinality(types) > 0);
alter table "compound_state" add constraint "compound_state_ages" check (residents60_plus <= population);
alter table "compound_state" add constraint "compound_state_management_check" check ("management" in ('PROPERTY_COMPANY', 'SELF_MANAGED', 'COMMUNITY_HOSTED', 'UNIT_HOSTED', 'NONE'));

alter table "division_row" add constraint "division_row_kind_check" check ("kind" in ('CITY', 'COUNTY', 'DISTRICT', 'STREET', 'TOWN', 'TOWNSHIP', 'ENTERPRISE_UNIT', 'SPECIAL_ZONE', 'COMMUNITY', 'VILLAGE', 'QUASI_COMMUNITY', 'QUASI_VILLAGE'));

alter table "officeholder_contact" enable row level security;
create policy "app_read" on "officeholder_contact" for select to "organization_app" using ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR'])) or officeholder_id = any ((select holders_in_scope())::text[]));
create policy "figures_read" on "officeholder_contact" for select to "organization_figures" using (true);

alter table "organization" add constraint "organization_members" check (full_member_count <= party_member_count);
alter table "organization" add constraint "organization_kind_check" check ("kind" in ('STREET_PARTY_WORKING_COMMITTEE', 'COMMUNITY_PARTY_ORG', 'COMPOUND_PARTY_BRANCH', 'BUILDING_PARTY_GROUP', 'RESIDENTS_COMMITTEE', 'OWNERS_COMMITTEE', 'PROPERTY_MANAGEMENT_COMMITTEE', 'PROPERTY_COMPANY', 'DEPARTMENT', 'STREET_OFFICE', 'STATIONED_UNIT', 'SOCIAL_ORGANIZATION', 'VOLUNTEER_TEAM', 'MERCHANT', 'SELF_GOVERNANCE_GROUP', 'MEDIATION_COMMITTEE', 'OTHER'));
alter table "organization" add constraint "organization_party_level_check" check ("party_level" in ('COMMITTEE', 'GENERAL_BRANCH', 'BRANCH', 'JOINT_BRANCH', 'GROUP'));

alter table "organization_state" add constraint "organization_state_status_check" check ("status" in ('PLANNED', 'ACTIVE', 'SUSPENDED', 'DISSOLVED'));

alter table "owners_committee" add constraint "owners_committee_term" check (expires_on > term_starts_on and expires_on <= (term_starts_on + '5 years'::interval));
alter table "owners_committee" add constraint "owners_committee_filing" check (filed_on >= elected_on);

alter table "post" add constraint "post_seats" check (seats > 0);
alter table "post" add constraint "post_code_check" check ("code" in ('PARTY_SECRETARY', 'DEPUTY_SECRETARY', 'COMMITTEE_MEMBER', 'GROUP_LEADER', 'OC_CHAIR', 'OC_VICE_CHAIR', 'OC_MEMBER', 'RC_DIRECTOR', 'PROPERTY_MANAGER', 'NEIGHBOUR_LEAD', 'BUILDING_STEWARD', 'MEDIATOR', 'LIAISON'));

alter table "work_calendar" add constraint "work_calendar_notice" check (status <> 'PUBLISHED' or notice_ref is not null);
alter table "work_calendar" add constraint "work_calendar_status_check" check ("status" in ('PUBLISHED', 'PROVISIONAL'));
