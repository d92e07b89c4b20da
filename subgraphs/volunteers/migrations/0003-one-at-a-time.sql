-- A volunteer has one home community and one status on any day (§5.6).
alter table volunteer_home add constraint volunteer_home_one_at_a_time exclude using gist
  (volunteer_id with =, daterange(valid_from, valid_to) with &&);
alter table volunteer_state add constraint volunteer_state_one_at_a_time exclude using gist
  (volunteer_id with =, daterange(valid_from, valid_to) with &&);
