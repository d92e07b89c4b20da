create index grievance_case_handled on grievance_case (state, id) where state in ('HANDLED', 'FOLLOW_UP');

create index clock_pause_open on clock_pause (until_at) include (case_id) where to_at is null;
