create table "activity" ("id" text not null, "title" text not null, "organizer_id" text not null, "community_id" text not null, "compound_id" text null, "venue_id" text null, "lat" double precision null, "lng" double precision null, "category" text not null, "description" text not null, "beneficiaries" text null, "status" text not null, "risk_level" text not null, "insured" boolean not null, "starts_at" timestamptz(6) not null, "ends_at" timestamptz(6) not null, "version" int not null default 1, primary key ("id"));
create index "activity_compound_id_index" on "activity" ("compound_id");
create index "activity_venue_id_index" on "activity" ("venue_id");
create index "activity_community_id_starts_at_index" on "activity" ("community_id", "starts_at");
create index "activity_organizer_id_starts_at_index" on "activity" ("organizer_id", "starts_at");
create index "activity_starts_at_id_index" on "activity" ("starts_at", "id");

create table "service_record" ("id" text not null, "volunteer_id" text not null, "activity_id" text not null, "community_id" text not null, "category" text not null, "recorder_id" text not null, "on" date not null, "place" text not null, "starts_at" timestamptz(6) not null, "ends_at" timestamptz(6) not null, "minutes" int not null, "content" text not null, "responsible" text null, "recorded_by" text not null, "evaluation" text null, "status" text not null, "notice_from" date null, "notice_to" date null, "confirmed_at" timestamptz(6) null, "dispute_reason" text null, "corrects_id" text null, "national_sync" text null, "national_sync_reason" text null, "version" int not null default 1, primary key ("id"));
create index "service_record_activity_id_index" on "service_record" ("activity_id");
alter table "service_record" add constraint "service_record_corrects_id_unique" unique ("corrects_id");
create index "service_record_community_id_on_index" on "service_record" ("community_id", "on");
create index "service_record_recorder_id_on_id_index" on "service_record" ("recorder_id", "on", "id");
create index "service_record_volunteer_id_on_id_index" on "service_record" ("volunteer_id", "on", "id");
create index service_record_confirmed on service_record (community_id, "on") include (category, minutes, volunteer_id) where status = 'CONFIRMED';

create table "shift" ("id" text not null, "activity_id" text not null, "starts_at" timestamptz(6) not null, "ends_at" timestamptz(6) not null, "capacity" int not null, "min_age" int null, "check_in_methods" text[] not null, primary key ("id"));
create index "shift_activity_id_index" on "shift" ("activity_id");

create table "skill_tag" ("code" text not null, "name_zh" text not null, "name_en" text not null, primary key ("code"));

create table "volunteer" ("id" text not null, "serial" int not null, "number" text not null, "display_name" text not null, "subject" text null, "joined_on" date not null, "age_band" text not null, "guardian_consent_on" date null, "skills" text[] not null, "version" int not null default 1, primary key ("id"));
alter table "volunteer" add constraint "volunteer_serial_unique" unique ("serial");
alter table "volunteer" add constraint "volunteer_number_unique" unique ("number");
alter table "volunteer" add constraint "volunteer_subject_unique" unique ("subject");

create table "volunteer_home" ("volunteer_id" text not null, "valid_from" date not null, "valid_to" date null, "community_id" text not null, primary key ("volunteer_id", "valid_from"));
create index "volunteer_home_community_id_valid_from_index" on "volunteer_home" ("community_id", "valid_from");

create table "volunteer_state" ("volunteer_id" text not null, "valid_from" date not null, "valid_to" date null, "status" text not null, primary key ("volunteer_id", "valid_from"));

alter table "activity" add constraint "activity_hazard_insured" check (risk_level = 'ORDINARY' or insured or status in ('DRAFT', 'CANCELLED'));
alter table "activity" add constraint "activity_category_check" check ("category" in ('ELDERLY_CARE', 'DISABILITY', 'CHILDREN', 'ENVIRONMENT', 'ORDER', 'CULTURE', 'SPORTS', 'LEGAL', 'MEDIATION', 'HEALTH', 'REPAIR', 'DIGITAL_HELP', 'EMERGENCY', 'PARTY_SERVICE', 'OTHER'));
alter table "activity" add constraint "activity_beneficiaries_check" check ("beneficiaries" in ('ELDERS', 'CHILDREN', 'DISABLED_PERSONS', 'FAMILIES', 'ALL_RESIDENTS', 'COMPOUND'));
alter table "activity" add constraint "activity_status_check" check ("status" in ('DRAFT', 'OPEN', 'RUNNING', 'FINISHED', 'RECORDED', 'CANCELLED'));
alter table "activity" add constraint "activity_risk_level_check" check ("risk_level" in ('ORDINARY', 'HAZARDOUS'));

alter table "service_record" add constraint "service_record_minutes" check (minutes > 0 and minutes % 5 = 0);
alter table "service_record" add constraint "service_record_confirmed_at" check (status <> 'CONFIRMED' or confirmed_at is not null);
alter table "service_record" add constraint "service_record_category_check" check ("category" in ('ELDERLY_CARE', 'DISABILITY', 'CHILDREN', 'ENVIRONMENT', 'ORDER', 'CULTURE', 'SPORTS', 'LEGAL', 'MEDIATION', 'HEALTH', 'REPAIR', 'DIGITAL_HELP', 'EMERGENCY', 'PARTY_SERVICE', 'OTHER'));
alter table "service_record" add constraint "service_record_evaluation_check" check ("evaluation" in ('AIM_MET', 'AIM_PARTLY_MET', 'AIM_NOT_MET'));
alter table "service_record" add constraint "service_record_status_check" check ("status" in ('DRAFT', 'NOTICED', 'DISPUTED', 'CONFIRMED', 'CORRECTED', 'VOIDED'));
alter table "service_record" add constraint "service_record_national_sync_check" check ("national_sync" in ('PENDING', 'SENT', 'ACCEPTED', 'REJECTED'));
alter table "service_record" enable row level security;
create policy "app_read" on "service_record" for select to "volunteers_app" using (volunteer_id = (select own_volunteer()) or (select hub.role_is(array['AUDITOR']))
      or ((select hub.role_is(array['ORG_REPRESENTATIVE'])) and recorder_id = (select hub.organization()))
      or ((select hub.role_is(array['BANK_OPERATOR'])) and status = 'CONFIRMED' and community_id = any ((select hub.communities())::text[])));
create policy "figures_read" on "service_record" for select to "volunteers_figures" using (true);

alter table "shift" add constraint "shift_order" check (starts_at < ends_at and capacity > 0);

alter table "volunteer" add constraint "volunteer_age_band_check" check ("age_band" in ('UNDER_14', 'FROM_14_TO_17', 'ADULT'));
alter table "volunteer" enable row level security;
create policy "app_read" on "volunteer" for select to "volunteers_app" using (subject = (select hub.subject()) or (select hub.role_is(array['AUDITOR'])) or ((select hub.role_is(array['ORG_REPRESENTATIVE', 'BANK_OPERATOR'])) and id = any ((select recorded_volunteers())::text[])));
create policy "figures_read" on "volunteer" for select to "volunteers_figures" using (true);

alter table "volunteer_home" enable row level security;
create policy "app_read" on "volunteer_home" for select to "volunteers_app" using (volunteer_id = (select own_volunteer()));
create policy "figures_read" on "volunteer_home" for select to "volunteers_figures" using (true);

alter table "volunteer_state" add constraint "volunteer_state_status_check" check ("status" in ('PENDING_CONSENT', 'ACTIVE', 'PAUSED', 'LEFT'));
alter table "volunteer_state" enable row level security;
create policy "app_read" on "volunteer_state" for select to "volunteers_app" using (volunteer_id = (select own_volunteer()));
create policy "figures_read" on "volunteer_state" for select to "volunteers_figures" using (true);
