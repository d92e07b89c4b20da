-- The process makes coverage runs itself, as role app. A run is closed once and its distances are never changed.
grant insert on coverage_run, coverage_distance to facilities_app;
grant update (status, finished_at, data_as_of, origins, origins_estimated, facilities, covered, total, unknown_compounds, parameters_hash, failure) on coverage_run to facilities_app;
create function coverage_run_stays() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.status in ('DONE', 'FAILED') then
    raise exception 'coverage run % is closed', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger coverage_run_stays before update on coverage_run for each row execute function coverage_run_stays();
