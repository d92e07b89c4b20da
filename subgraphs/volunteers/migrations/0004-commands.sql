alter table "activity" add "insurance_file_id" text null, add "with_coins" boolean not null default false;
alter table "activity" enable row level security;
create policy "app_read" on "activity" for select to "volunteers_app" using (true);
create policy "figures_read" on "activity" for select to "volunteers_figures" using (true);
create policy "app_insert" on "activity" for insert to "volunteers_app" with check ((((select hub.role_is(array['ORG_REPRESENTATIVE'])) and organizer_id = (select hub.organization()))
      or ((select hub.role_is(array['COMMUNITY_STAFF'])) and community_id = any ((select hub.communities())::text[]))));
create policy "app_update" on "activity" for update to "volunteers_app" using ((((select hub.role_is(array['ORG_REPRESENTATIVE'])) and organizer_id = (select hub.organization()))
      or ((select hub.role_is(array['COMMUNITY_STAFF'])) and community_id = any ((select hub.communities())::text[])))) with check ((((select hub.role_is(array['ORG_REPRESENTATIVE'])) and organizer_id = (select hub.organization()))
      or ((select hub.role_is(array['COMMUNITY_STAFF'])) and community_id = any ((select hub.communities())::text[]))));

alter table "service_record" add "project_name" text null, add "disputed_by" text null, add "coefficients" text[] not null default '{}';
create policy "app_insert" on "service_record" for insert to "volunteers_app" with check (((select hub.role_is(array['ORG_REPRESENTATIVE'])) and recorder_id = (select hub.organization())
      and exists (select 1 from activity a where a.id = activity_id and a.organizer_id = recorder_id)));
create policy "app_update" on "service_record" for update to "volunteers_app" using (((select hub.role_is(array['ORG_REPRESENTATIVE'])) and recorder_id = (select hub.organization())
      and exists (select 1 from activity a where a.id = activity_id and a.organizer_id = recorder_id))) with check (((select hub.role_is(array['ORG_REPRESENTATIVE'])) and recorder_id = (select hub.organization())
      and exists (select 1 from activity a where a.id = activity_id and a.organizer_id = recorder_id)));

alter table "shift" add "coefficients" text[] not null default '{}';
alter table "shift" enable row level security;
create policy "app_read" on "shift" for select to "volunteers_app" using (true);
create policy "figures_read" on "shift" for select to "volunteers_figures" using (true);
create policy "app_insert" on "shift" for insert to "volunteers_app" with check (exists (select 1 from activity a where a.id = activity_id and (((select hub.role_is(array['ORG_REPRESENTATIVE'])) and a.organizer_id = (select hub.organization()))
      or ((select hub.role_is(array['COMMUNITY_STAFF'])) and a.community_id = any ((select hub.communities())::text[])))));
create policy "app_update" on "shift" for update to "volunteers_app" using (exists (select 1 from activity a where a.id = activity_id and (((select hub.role_is(array['ORG_REPRESENTATIVE'])) and a.organizer_id = (select hub.organization()))
      or ((select hub.role_is(array['COMMUNITY_STAFF'])) and a.community_id = any ((select hub.communities())::text[]))))) with check (exists (select 1 from activity a where a.id = activity_id and (((select hub.role_is(array['ORG_REPRESENTATIVE'])) and a.organizer_id = (select hub.organization()))
      or ((select hub.role_is(array['COMMUNITY_STAFF'])) and a.community_id = any ((select hub.communities())::text[])))));

create policy "app_insert" on "volunteer" for insert to "volunteers_app" with check (((select hub.role_is(array['RESIDENT', 'VOLUNTEER'])) and subject = (select hub.subject())) or ((select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'])) and subject is null));
create policy "app_update" on "volunteer" for update to "volunteers_app" using (((select hub.role_is(array['RESIDENT', 'VOLUNTEER'])) and subject = (select hub.subject())) or ((select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'])) and subject is null)) with check (((select hub.role_is(array['RESIDENT', 'VOLUNTEER'])) and subject = (select hub.subject())) or ((select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'])) and subject is null));

create policy "app_insert" on "volunteer_home" for insert to "volunteers_app" with check (volunteer_id = (select own_volunteer()) or (select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'])));
create policy "app_update" on "volunteer_home" for update to "volunteers_app" using (volunteer_id = (select own_volunteer()) or (select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF']))) with check (volunteer_id = (select own_volunteer()) or (select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'])));

create policy "app_insert" on "volunteer_state" for insert to "volunteers_app" with check (volunteer_id = (select own_volunteer()) or (select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'])));
create policy "app_update" on "volunteer_state" for update to "volunteers_app" using (volunteer_id = (select own_volunteer()) or (select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF']))) with check (volunteer_id = (select own_volunteer()) or (select hub.role_is(array['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'])));
