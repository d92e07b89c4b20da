-- Officeholders one of whose posts is at a place that holds a community of the caller's: whom staff may read by full name (§4.2). As the
-- owner's function it is asked once per statement; what it gives is decided by the signed row scope alone.

create function holders_in_scope() returns text[]
  language plpgsql stable parallel restricted security definer set search_path = public, pg_temp
as $$
declare
  mine text[] := case when hub.variant() = 'DEPARTMENT' then hub.communities() end;
begin
  return array(
    select distinct a.officeholder_id
    from membership m
    join organization o on o.area_id in (m.community_id, m.street_id, m.district_id)
    join post p on p.organization_id = o.id
    join appointment a on a.post_id = p.id
    where m.current and m.community_id = any (mine)
  );
end
$$;
