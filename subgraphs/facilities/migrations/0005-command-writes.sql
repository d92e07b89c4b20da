-- What commands write, as role app under the row policies. Nothing is deleted, and what a thing is of never changes.
grant insert on facility, facility_state, facility_share, facility_assurance, space to facilities_app;
grant update (name, community_id, compound_id, operator_id, owner_id, functions, provision_mode, opened_on, closed_on, address, floor, lift,
  accessible_toilet, induction_loop, braille_signs, wheelchair_loan, parking, accessibility_checked_on, version) on facility to facilities_app;
grant update on facility_state, facility_share to facilities_app;
grant update (name, usable_area, resident_activity, capacity, bookable, equipment, combines, version) on space to facilities_app;
grant update (started_at, due_at, demanded_at, attempt, lease_until) on coverage_run to facilities_app;

-- Of equal runs one at a time waits: whoever asks for another is given that one.
create unique index coverage_run_one_waits on coverage_run (parameters_hash) where status = 'QUEUED';
-- What waits or is under way, for the process that looks every few seconds.
create index coverage_run_open on coverage_run (started_at) where status in ('QUEUED', 'RUNNING');
