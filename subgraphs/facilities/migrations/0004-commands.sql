alter table "coverage_distance" enable row level security;
create policy "app_read" on "coverage_distance" for select to "facilities_app" using (true);
create policy "figures_read" on "coverage_distance" for select to "facilities_figures" using (true);
create policy "app_insert" on "coverage_distance" for insert to "facilities_app" with check ((select hub.role_is(array['SERVICE'])));
create policy "app_update" on "coverage_distance" for update to "facilities_app" using ((select hub.role_is(array['SERVICE']))) with check ((select hub.role_is(array['SERVICE'])));

alter table "coverage_run" add "due_at" timestamptz(6) null, add "demanded_at" timestamptz(6) null, add "attempt" int not null default 0, add "lease_until" timestamptz(6) null;
alter table "coverage_run" enable row level security;
create policy "app_read" on "coverage_run" for select to "facilities_app" using (true);
create policy "figures_read" on "coverage_run" for select to "facilities_figures" using (true);
create policy "app_insert" on "coverage_run" for insert to "facilities_app" with check ((select hub.role_is(array['STREET_STAFF', 'DEPARTMENT_STAFF', 'DISTRICT_LEAD', 'SERVICE'])));
create policy "app_update" on "coverage_run" for update to "facilities_app" using ((select hub.role_is(array['STREET_STAFF', 'DEPARTMENT_STAFF', 'DISTRICT_LEAD', 'SERVICE']))) with check ((select hub.role_is(array['STREET_STAFF', 'DEPARTMENT_STAFF', 'DISTRICT_LEAD', 'SERVICE'])));

alter table "facility" enable row level security;
create policy "app_read" on "facility" for select to "facilities_app" using (true);
create policy "figures_read" on "facility" for select to "facilities_figures" using (true);
create policy "app_insert" on "facility" for insert to "facilities_app" with check ((((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE']))));
create policy "app_update" on "facility" for update to "facilities_app" using ((((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))) with check ((((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE']))));

alter table "facility_assurance" enable row level security;
create policy "app_read" on "facility_assurance" for select to "facilities_app" using (true);
create policy "figures_read" on "facility_assurance" for select to "facilities_figures" using (true);
create policy "app_insert" on "facility_assurance" for insert to "facilities_app" with check (exists (select 1 from facility f where f.id = facility_assurance.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));
create policy "app_update" on "facility_assurance" for update to "facilities_app" using (exists (select 1 from facility f where f.id = facility_assurance.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE']))))) with check (exists (select 1 from facility f where f.id = facility_assurance.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));

alter table "facility_share" enable row level security;
create policy "app_read" on "facility_share" for select to "facilities_app" using (true);
create policy "figures_read" on "facility_share" for select to "facilities_figures" using (true);
create policy "app_insert" on "facility_share" for insert to "facilities_app" with check (exists (select 1 from facility f where f.id = facility_share.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));
create policy "app_update" on "facility_share" for update to "facilities_app" using (exists (select 1 from facility f where f.id = facility_share.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE']))))) with check (exists (select 1 from facility f where f.id = facility_share.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));

alter table "facility_state" add "location_given" jsonb null, add "location_precision" text null;
alter table "facility_state" add constraint "facility_state_location_precision_check" check ("location_precision" in ('ENTRANCE', 'BUILDING', 'COMPOUND', 'COMMUNITY'));
alter table "facility_state" enable row level security;
create policy "app_read" on "facility_state" for select to "facilities_app" using (true);
create policy "figures_read" on "facility_state" for select to "facilities_figures" using (true);
create policy "app_insert" on "facility_state" for insert to "facilities_app" with check (exists (select 1 from facility f where f.id = facility_state.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));
create policy "app_update" on "facility_state" for update to "facilities_app" using (exists (select 1 from facility f where f.id = facility_state.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE']))))) with check (exists (select 1 from facility f where f.id = facility_state.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));

alter table "space" enable row level security;
create policy "app_read" on "space" for select to "facilities_app" using (true);
create policy "figures_read" on "space" for select to "facilities_figures" using (true);
create policy "app_insert" on "space" for insert to "facilities_app" with check (exists (select 1 from facility f where f.id = space.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));
create policy "app_update" on "space" for update to "facilities_app" using (exists (select 1 from facility f where f.id = space.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE']))))) with check (exists (select 1 from facility f where f.id = space.facility_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));
