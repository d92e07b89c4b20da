-- Of one thing, no two dated rows hold on the same day (overview §2.3).
alter table appointment add constraint appointment_one_at_a_time exclude using gist
  (post_id with =, officeholder_id with =, daterange(valid_from, valid_to) with &&);
alter table area_version add constraint area_version_one_at_a_time exclude using gist
  (area_id with =, daterange(valid_from, valid_to) with &&);
alter table building_group add constraint building_group_one_at_a_time exclude using gist
  (building_id with =, daterange(valid_from, valid_to) with &&);
alter table building_state add constraint building_state_one_at_a_time exclude using gist
  (building_id with =, daterange(valid_from, valid_to) with &&);
alter table committee_seats add constraint committee_seats_one_at_a_time exclude using gist
  (committee_id with =, daterange(valid_from, valid_to) with &&);
alter table compound_state add constraint compound_state_one_at_a_time exclude using gist
  (compound_id with =, daterange(valid_from, valid_to) with &&);
alter table organization_compound add constraint organization_compound_one_at_a_time exclude using gist
  (organization_id with =, compound_id with =, daterange(valid_from, valid_to) with &&);
alter table organization_state add constraint organization_state_one_at_a_time exclude using gist
  (organization_id with =, daterange(valid_from, valid_to) with &&);
alter table membership add constraint membership_one_at_a_time exclude using gist
  (community_id with =, daterange(recorded_from, recorded_to) with &&);

-- Two places never hold one code on one day (§3.2).
alter table area_version add constraint area_version_one_holder exclude using gist
  (code with =, daterange(valid_from, valid_to) with &&);
