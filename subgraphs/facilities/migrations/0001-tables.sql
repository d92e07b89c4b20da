create table "coverage_distance" ("run_id" text not null, "compound_id" text not null, "community_id" text not null, "facility_id" text null, "metres" int null, "covered" boolean not null, "weight" int null, "estimated" boolean not null, "origin_known" boolean not null, primary key ("run_id", "compound_id"));
create index "coverage_distance_run_id_community_id_index" on "coverage_distance" ("run_id", "community_id");

create table "coverage_run" ("id" text not null, "status" text not null, "kinds" text[] not null, "method" text not null, "profile" text not null, "threshold_metres" int not null, "detour_factor" numeric(4,2) not null, "weight" text not null, "started_at" timestamptz(6) not null, "finished_at" timestamptz(6) null, "data_as_of" timestamptz(6) null, "origins" int not null default 0, "origins_estimated" int not null default 0, "facilities" int not null default 0, "covered" int not null default 0, "total" int not null default 0, "unknown_compounds" int not null default 0, "parameters_hash" text not null, "failure" text null, primary key ("id"));
create index "coverage_run_profile_method_started_at_index" on "coverage_run" ("profile", "method", "started_at");
create index "coverage_run_started_at_id_index" on "coverage_run" ("started_at", "id");

create table "facility" ("id" text not null, "name" text not null, "community_id" text not null, "compound_id" text null, "operator_id" text null, "owner_id" text null, "functions" text[] not null, "provision_mode" text not null, "opened_on" date null, "closed_on" date null, "address" text not null, "floor" text null, "lift" boolean null, "accessible_toilet" boolean null, "induction_loop" boolean null, "braille_signs" boolean null, "wheelchair_loan" boolean null, "parking" boolean null, "accessibility_checked_on" date null, "version" int not null default 1, primary key ("id"));
create index "facility_community_id_index" on "facility" ("community_id");
create index "facility_operator_id_index" on "facility" ("operator_id");

create table "facility_assurance" ("facility_id" text not null, "on" date not null, "organization_id" text not null, primary key ("facility_id", "on"));

create table "facility_share" ("facility_id" text not null, "community_id" text not null, "valid_from" date not null, "valid_to" date null, "share" numeric(7,6) not null, primary key ("facility_id", "community_id", "valid_from"));
create index "facility_share_community_id_valid_from_index" on "facility_share" ("community_id", "valid_from");

create table "facility_state" ("facility_id" text not null, "valid_from" date not null, "valid_to" date null, "status" text not null, "kind" text not null, "gross_area" numeric(12,2) null, "usable_area" numeric(12,2) null, "activity_area" numeric(12,2) null, "activity_basis" text null, "counts_toward_standard" boolean not null, "tenure" text not null, "lease_from" date null, "lease_to" date null, "serves_compounds" text[] not null, "lat" double precision null, "lng" double precision null, "step_free" boolean null, "opening_rules" jsonb null, "opening_osm" text null, "on_statutory_holiday" text not null default 'CLOSED', "on_make_up_workday" text not null default 'AS_WEEKDAY', "opening_exceptions" jsonb null, "opening_note" text null, primary key ("facility_id", "valid_from"));

create table "space" ("id" text not null, "facility_id" text not null, "name" text not null, "usable_area" numeric(12,2) null, "resident_activity" boolean not null, "capacity" int null, "bookable" boolean not null, "equipment" text[] not null, "combines" text[] not null, "version" int not null default 1, primary key ("id"));
create index "space_facility_id_index" on "space" ("facility_id");

alter table "coverage_distance" add constraint "coverage_distance_nearest" check ((facility_id is null) = (metres is null) and (not covered or metres is not null));

alter table "coverage_run" add constraint "coverage_run_failure" check ((status = 'FAILED') = (failure is not null));
alter table "coverage_run" add constraint "coverage_run_done" check (status <> 'DONE' or (finished_at is not null and data_as_of is not null));
alter table "coverage_run" add constraint "coverage_run_kinds" check (cardinality(kinds) > 0);
alter table "coverage_run" add constraint "coverage_run_status_check" check ("status" in ('QUEUED', 'RUNNING', 'DONE', 'FAILED'));
alter table "coverage_run" add constraint "coverage_run_method_check" check ("method" in ('DETOUR', 'STRAIGHT'));
alter table "coverage_run" add constraint "coverage_run_profile_check" check ("profile" in ('ADULT', 'ELDER', 'WHEELCHAIR'));
alter table "coverage_run" add constraint "coverage_run_weight_check" check ("weight" in ('HOUSEHOLDS', 'RESIDENTS_60_PLUS'));

alter table "facility" add constraint "facility_provision_mode_check" check ("provision_mode" in ('NEW_BUILD', 'RENOVATION', 'PURCHASE', 'PROJECT_ALLOCATION', 'RESOURCE_INTEGRATION', 'OTHER'));

alter table "facility_share" add constraint "facility_share_part" check (share > 0 and share <= 1);

alter table "facility_state" add constraint "facility_state_areas" check (usable_area is null or gross_area is null or usable_area <= gross_area);
alter table "facility_state" add constraint "facility_state_activity" check ((activity_area is null) = (activity_basis is null));
alter table "facility_state" add constraint "facility_state_lease" check (tenure = 'OWNED' or (lease_from is not null and lease_to is not null));
alter table "facility_state" add constraint "facility_state_point" check ((lat is null) = (lng is null));
alter table "facility_state" add constraint "facility_state_status_check" check ("status" in ('PLANNED', 'UNDER_CONSTRUCTION', 'OPEN', 'TEMPORARILY_CLOSED', 'CLOSED'));
alter table "facility_state" add constraint "facility_state_kind_check" check ("kind" in ('PARTY_MASS_SERVICE_CENTRE', 'NEIGHBOURHOOD_CENTRE', 'COMMUNITY_SERVICE_STATION', 'ELDERLY_DAY_CARE', 'CANTEEN', 'CHILDCARE', 'HEALTH_STATION', 'CULTURE_STATION', 'LIBRARY', 'SPORTS', 'MEDIATION_ROOM', 'VOLUNTEER_STATION', 'ACTIVITY_ROOM', 'CONVENIENCE_POINT', 'OUTDOOR_SPACE', 'OTHER'));
alter table "facility_state" add constraint "facility_state_activity_basis_check" check ("activity_basis" in ('GROSS', 'USABLE'));
alter table "facility_state" add constraint "facility_state_tenure_check" check ("tenure" in ('OWNED', 'LEASED', 'BORROWED', 'SHARED'));
alter table "facility_state" add constraint "facility_state_on_statutory_holiday_check" check ("on_statutory_holiday" in ('CLOSED', 'AS_SUNDAY', 'AS_WEEKDAY', 'SPECIAL'));
alter table "facility_state" add constraint "facility_state_on_make_up_workday_check" check ("on_make_up_workday" in ('CLOSED', 'AS_SUNDAY', 'AS_WEEKDAY', 'SPECIAL'));

alter table "space" add constraint "space_area" check (combines = '{}' or usable_area is null);
