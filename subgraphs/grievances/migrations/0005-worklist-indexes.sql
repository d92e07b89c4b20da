create index "dispatch_order_status_due_at_id_index" on "dispatch_order" ("status", "due_at", "id");
create index dispatch_order_urgency on dispatch_order ((array_position(array['EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT'], urgency)), due_at, id);

create index sla_clock_late on sla_clock (community_id, due_at) include (case_id, kind)
        where stopped_at is null and cancelled_at is null and paused_since is null;
