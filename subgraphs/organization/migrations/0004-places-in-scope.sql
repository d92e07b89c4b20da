-- The caller's communities, and every street and district all of whose present communities are his: where staff may found and change
-- organizations (§4.3). What it gives is decided by the signed row scope alone.
create function places_in_scope() returns text[]
  language plpgsql stable parallel restricted set search_path = public, pg_temp
as $$
declare
  mine text[] := hub.communities();
begin
  return mine || array(
    select place
    from membership m, unnest(array[m.street_id, m.district_id]) place
    where m.current and (m.recorded_to is null or m.recorded_to > hub.today())
    group by place
    having bool_and(m.community_id = any (mine))
  );
end
$$;
