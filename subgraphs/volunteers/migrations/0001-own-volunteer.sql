-- What the policies of volunteers and records ask about each other. As the owner's functions they read without the policies, which would
-- otherwise ask each other in a circle; what they give is decided by the signed row scope alone.

create function own_volunteer() returns text
  language plpgsql stable parallel restricted security definer set search_path = public, pg_temp
as $$
begin
  return (select id from volunteer where subject = hub.subject());
end
$$;

-- Volunteers whose service the caller's organization recorded, or whose confirmed records a bank operator sees in his street (§5.1).
create function recorded_volunteers() returns text[]
  language plpgsql stable parallel restricted security definer set search_path = public, pg_temp
as $$
declare
  recorder text := case when hub.role_is(array['ORG_REPRESENTATIVE']) then hub.organization() end;
  street text[] := case when hub.role_is(array['BANK_OPERATOR']) then hub.communities() end;
begin
  return array(
    select distinct volunteer_id from service_record
    where recorder_id = recorder or (status = 'CONFIRMED' and community_id = any (street))
  );
end
$$;
