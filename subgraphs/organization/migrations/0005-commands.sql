create table "former_code" ("code" text not null, "object_id" text not null, "until" date not null, primary key ("code"));
create index "former_code_object_id_index" on "former_code" ("object_id");

drop table if exists "organization_event" cascade;

alter table "appointment" enable row level security;
create policy "app_read" on "appointment" for select to "organization_app" using (true);
create policy "figures_read" on "appointment" for select to "organization_figures" using (true);
create policy "app_insert" on "appointment" for insert to "organization_app" with check (exists (select 1 from post p where p.id = appointment.post_id and exists (select 1 from organization o where o.id = p.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[])))));
create policy "app_update" on "appointment" for update to "organization_app" using (exists (select 1 from post p where p.id = appointment.post_id and exists (select 1 from organization o where o.id = p.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[]))))) with check (exists (select 1 from post p where p.id = appointment.post_id and exists (select 1 from organization o where o.id = p.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[])))));

alter table "area" enable row level security;
create policy "app_read" on "area" for select to "organization_app" using (true);
create policy "figures_read" on "area" for select to "organization_figures" using (true);
create policy "app_insert" on "area" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_update" on "area" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR']))) with check ((select hub.role_is(array['REGISTRAR'])));

alter table "area_change" enable row level security;
create policy "app_read" on "area_change" for select to "organization_app" using (true);
create policy "figures_read" on "area_change" for select to "organization_figures" using (true);
create policy "app_insert" on "area_change" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_update" on "area_change" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR']))) with check ((select hub.role_is(array['REGISTRAR'])));

alter table "area_stat" add constraint "area_stat_young_and_old" check (coalesce(children0to14, 0) + coalesce(residents65_plus, 0) <= population);
alter table "area_stat" enable row level security;
create policy "app_read" on "area_stat" for select to "organization_app" using (true);
create policy "figures_read" on "area_stat" for select to "organization_figures" using (true);
create policy "app_insert" on "area_stat" for insert to "organization_app" with check ((area_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))));
create policy "app_update" on "area_stat" for update to "organization_app" using ((area_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))) with check ((area_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))));

alter table "area_version" enable row level security;
create policy "app_read" on "area_version" for select to "organization_app" using (true);
create policy "figures_read" on "area_version" for select to "organization_figures" using (true);
create policy "app_insert" on "area_version" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_update" on "area_version" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR']))) with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_delete" on "area_version" for delete to "organization_app" using ((select hub.role_is(array['REGISTRAR'])));

alter table "building" enable row level security;
create policy "app_read" on "building" for select to "organization_app" using (true);
create policy "figures_read" on "building" for select to "organization_figures" using (true);
create policy "app_insert" on "building" for insert to "organization_app" with check (exists (select 1 from compound_state s where s.compound_id = building.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))));
create policy "app_update" on "building" for update to "organization_app" using (exists (select 1 from compound_state s where s.compound_id = building.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))))) with check (exists (select 1 from compound_state s where s.compound_id = building.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))));

alter table "building_group" enable row level security;
create policy "app_read" on "building_group" for select to "organization_app" using (true);
create policy "figures_read" on "building_group" for select to "organization_figures" using (true);
create policy "app_insert" on "building_group" for insert to "organization_app" with check (exists (select 1 from building b where b.id = building_group.building_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))))));
create policy "app_update" on "building_group" for update to "organization_app" using (exists (select 1 from building b where b.id = building_group.building_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))))) with check (exists (select 1 from building b where b.id = building_group.building_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))))));

alter table "building_state" enable row level security;
create policy "app_read" on "building_state" for select to "organization_app" using (true);
create policy "figures_read" on "building_state" for select to "organization_figures" using (true);
create policy "app_insert" on "building_state" for insert to "organization_app" with check (exists (select 1 from building b where b.id = building_state.building_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))))));
create policy "app_update" on "building_state" for update to "organization_app" using (exists (select 1 from building b where b.id = building_state.building_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))))) with check (exists (select 1 from building b where b.id = building_state.building_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))))));

alter table "calendar_day" enable row level security;
create policy "app_read" on "calendar_day" for select to "organization_app" using (true);
create policy "figures_read" on "calendar_day" for select to "organization_figures" using (true);
create policy "app_insert" on "calendar_day" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR', 'DISTRICT_LEAD'])));
create policy "app_update" on "calendar_day" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR', 'DISTRICT_LEAD']))) with check ((select hub.role_is(array['REGISTRAR', 'DISTRICT_LEAD'])));
create policy "app_delete" on "calendar_day" for delete to "organization_app" using ((select hub.role_is(array['REGISTRAR', 'DISTRICT_LEAD'])));

alter table "compound" enable row level security;
create policy "app_read" on "compound" for select to "organization_app" using (true);
create policy "figures_read" on "compound" for select to "organization_figures" using (true);
create policy "app_insert" on "compound" for insert to "organization_app" with check (exists (select 1 from compound_state s where s.compound_id = compound.id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))));
create policy "app_update" on "compound" for update to "organization_app" using (exists (select 1 from compound_state s where s.compound_id = compound.id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))))) with check (exists (select 1 from compound_state s where s.compound_id = compound.id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))));

alter table "compound_state" enable row level security;
create policy "app_read" on "compound_state" for select to "organization_app" using (true);
create policy "figures_read" on "compound_state" for select to "organization_figures" using (true);
create policy "app_insert" on "compound_state" for insert to "organization_app" with check ((community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))));
create policy "app_update" on "compound_state" for update to "organization_app" using ((community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))) with check ((community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))));

alter table "division_edition" enable row level security;
create policy "app_read" on "division_edition" for select to "organization_app" using (true);
create policy "figures_read" on "division_edition" for select to "organization_figures" using (true);
create policy "app_insert" on "division_edition" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_update" on "division_edition" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR']))) with check ((select hub.role_is(array['REGISTRAR'])));

alter table "division_row" enable row level security;
create policy "app_read" on "division_row" for select to "organization_app" using (true);
create policy "figures_read" on "division_row" for select to "organization_figures" using (true);
create policy "app_insert" on "division_row" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_update" on "division_row" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR']))) with check ((select hub.role_is(array['REGISTRAR'])));

alter table "membership" enable row level security;
create policy "app_read" on "membership" for select to "organization_app" using (true);
create policy "figures_read" on "membership" for select to "organization_figures" using (true);
create policy "app_insert" on "membership" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_update" on "membership" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR']))) with check ((select hub.role_is(array['REGISTRAR'])));
create policy "app_delete" on "membership" for delete to "organization_app" using ((select hub.role_is(array['REGISTRAR'])));

alter table "organization" enable row level security;
create policy "app_read" on "organization" for select to "organization_app" using (true);
create policy "figures_read" on "organization" for select to "organization_figures" using (true);
create policy "app_insert" on "organization" for insert to "organization_app" with check (((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or area_id = any ((select places_in_scope())::text[])));
create policy "app_update" on "organization" for update to "organization_app" using (((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or area_id = any ((select places_in_scope())::text[]))) with check (((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or area_id = any ((select places_in_scope())::text[])));

alter table "organization_compound" enable row level security;
create policy "app_read" on "organization_compound" for select to "organization_app" using (true);
create policy "figures_read" on "organization_compound" for select to "organization_figures" using (true);
create policy "app_insert" on "organization_compound" for insert to "organization_app" with check (exists (select 1 from organization o where o.id = organization_compound.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[]))));
create policy "app_update" on "organization_compound" for update to "organization_app" using (exists (select 1 from organization o where o.id = organization_compound.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[])))) with check (exists (select 1 from organization o where o.id = organization_compound.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[]))));

alter table "organization_state" enable row level security;
create policy "app_read" on "organization_state" for select to "organization_app" using (true);
create policy "figures_read" on "organization_state" for select to "organization_figures" using (true);
create policy "app_insert" on "organization_state" for insert to "organization_app" with check (exists (select 1 from organization o where o.id = organization_state.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[]))));
create policy "app_update" on "organization_state" for update to "organization_app" using (exists (select 1 from organization o where o.id = organization_state.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[])))) with check (exists (select 1 from organization o where o.id = organization_state.organization_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[]))));

alter table "work_calendar" enable row level security;
create policy "app_read" on "work_calendar" for select to "organization_app" using (true);
create policy "figures_read" on "work_calendar" for select to "organization_figures" using (true);
create policy "app_insert" on "work_calendar" for insert to "organization_app" with check ((select hub.role_is(array['REGISTRAR', 'DISTRICT_LEAD'])));
create policy "app_update" on "work_calendar" for update to "organization_app" using ((select hub.role_is(array['REGISTRAR', 'DISTRICT_LEAD']))) with check ((select hub.role_is(array['REGISTRAR', 'DISTRICT_LEAD'])));

alter table "former_code" enable row level security;
create policy "app_read" on "former_code" for select to "organization_app" using (true);
create policy "figures_read" on "former_code" for select to "organization_figures" using (true);
create policy "app_insert" on "former_code" for insert to "organization_app" with check ((exists (select 1 from compound_state s where s.compound_id = former_code.object_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))) or exists (select 1 from building b where b.id = former_code.object_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))))));
create policy "app_update" on "former_code" for update to "organization_app" using ((exists (select 1 from compound_state s where s.compound_id = former_code.object_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))) or exists (select 1 from building b where b.id = former_code.object_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE']))))))) with check ((exists (select 1 from compound_state s where s.compound_id = former_code.object_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))) or exists (select 1 from building b where b.id = former_code.object_id and exists (select 1 from compound_state s where s.compound_id = b.compound_id and s.valid_to is null and (s.community_id = any ((select hub.communities())::text[]) or (select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])))))));
