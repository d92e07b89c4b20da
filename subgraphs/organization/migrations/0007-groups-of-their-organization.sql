drop policy "app_insert" on "building_group";
drop policy "app_update" on "building_group";

create policy "app_insert" on "building_group" for insert to "organization_app" with check (exists (select 1 from organization o where o.id = building_group.group_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[]))));
create policy "app_update" on "building_group" for update to "organization_app" using (exists (select 1 from organization o where o.id = building_group.group_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[])))) with check (exists (select 1 from organization o where o.id = building_group.group_id and ((select hub.role_is(array['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) or o.area_id = any ((select places_in_scope())::text[]))));
