-- Of one urgency and category, no two versions of the deadlines hold on the same day (§7.3).
alter table sla_policy add constraint sla_policy_one_at_a_time exclude using gist
  (urgency with =, coalesce(category_id, '') with =, daterange(effective_from, effective_to) with &&);
