create table "space_past" ("space_id" text not null, "until" date not null, "is_room" boolean not null, "usable_area" numeric(12,2) null, "resident_activity" boolean not null, primary key ("space_id", "until"));

alter table "space_past" enable row level security;
create policy "app_read" on "space_past" for select to "facilities_app" using (true);
create policy "figures_read" on "space_past" for select to "facilities_figures" using (true);
create policy "app_insert" on "space_past" for insert to "facilities_app" with check (exists (select 1 from space p join facility f on f.id = p.facility_id where p.id = space_past.space_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));
create policy "app_update" on "space_past" for update to "facilities_app" using (exists (select 1 from space p join facility f on f.id = p.facility_id where p.id = space_past.space_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE']))))) with check (exists (select 1 from space p join facility f on f.id = p.facility_id where p.id = space_past.space_id and (((select hub.role_is(array['COMMUNITY_STAFF', 'STREET_STAFF'])) and f.community_id = any ((select hub.communities())::text[]))
    or ((select hub.role_is(array['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'])) and f.operator_id = (select hub.organization()))
    or (select hub.role_is(array['SERVICE'])))));

-- Written once, by the command that changes the space.
grant insert on space_past to facilities_app;
