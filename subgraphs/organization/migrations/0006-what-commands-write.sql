-- What the commands of §4.3 may write; which rows is for the policies. Nothing is taken away but what follows from editions and decisions, or
-- from the notice of a year, and is written anew with them.
grant insert on division_edition to organization_app;
grant insert, update (area_id, presumed_area_id) on division_row to organization_app;
grant insert, update (kind, also_kinds, from_rows, candidate_rows, predecessor_ids, area_ids, effective_on, status, confirmed_by_id, decided_at, note, version)
  on area_change to organization_app;
grant insert, update (code, name, short_name, kind, parent_id, closed_on, is_undecided) on area to organization_app;
grant insert, delete on area_version to organization_app;
grant insert, delete on membership to organization_app;
grant usage on sequence membership_id_seq to organization_app;
grant insert, update (households, population, residents60_plus, residents65_plus, children0to14) on area_stat to organization_app;

grant insert, update (code, name, aliases, built_year, total_exclusive_area, owner_count, lat, lng, entrances, version) on compound to organization_app;
grant insert, update (valid_to, community_id, types, management, company_id, host_id, households, population, residents60_plus)
  on compound_state to organization_app;
grant insert, update (code, label, kind, units, floors, steward_id, version) on building to organization_app;
grant insert, update (valid_to, households) on building_state to organization_app;
grant insert, update (valid_to) on building_group to organization_app;
grant insert on former_code to organization_app;

grant insert, update (dissolved_on, version) on organization to organization_app;
grant insert, update (valid_to, status) on organization_state to organization_app;
grant insert, update (valid_to) on organization_compound to organization_app;
grant insert, update (valid_to, version) on appointment to organization_app;

grant insert, update (status, published_on, notice_ref, version) on work_calendar to organization_app;
grant insert, delete on calendar_day to organization_app;
