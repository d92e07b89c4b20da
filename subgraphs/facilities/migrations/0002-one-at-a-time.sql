-- Effective-dated state: of one thing, no two rows hold on the same day.
alter table facility_state add constraint facility_state_one_at_a_time exclude using gist
  (facility_id with =, daterange(valid_from, valid_to) with &&);
alter table facility_share add constraint facility_share_one_at_a_time exclude using gist
  (facility_id with =, community_id with =, daterange(valid_from, valid_to) with &&);
