-- What is published when goes by the domain's clock, which a test may hold.

create or replace view published_case as
select c.id, c.case_no, c.category_id, c.community_id, c.received_at, p.summary,
  case c.state when 'REFERRED' then 'REFERRED' when 'SUSPENDED' then 'SHELVED' when 'CLOSED' then 'RESOLVED' else 'IN_HAND' end as state,
  case when c.state = 'CLOSED' then p.reply end as reply,
  case when c.state = 'CLOSED' then c.last_handled_at end as handled_at,
  case when c.state = 'SUSPENDED' then c.review_on end as review_on
from case_publication p
join grievance_case c on c.id = p.case_id
join case_category k on k.id = c.category_id
where p.audience = 'PUBLIC' and p.objected_at is null
  and (select hub.now()) >= case when c.state = 'SUSPENDED' then p.approved_at else greatest(p.visible_from, p.approved_at, c.received_at + interval '7 days') end
  and not k.about_people and c.state not in ('DECLINED', 'WITHDRAWN')
  and not exists (select 1 from report r where r.case_id = c.id and r.kind = 'DISPUTE');

-- The text that the triager approved for the organization complained about, for that organization alone.
create or replace view subject_case as
select c.id, c.case_no, c.category_id, c.community_id, c.compound_id, c.received_at, p.summary,
  case c.state when 'REFERRED' then 'REFERRED' when 'SUSPENDED' then 'SHELVED' when 'CLOSED' then 'RESOLVED' else 'IN_HAND' end as state
from case_publication p
join grievance_case c on c.id = p.case_id
where p.audience = 'SUBJECT' and (select hub.now()) >= p.approved_at and c.subject_organization_id = (select hub.organization());
