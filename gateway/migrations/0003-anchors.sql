-- How far the anchors tell of a chain, so that an anchor is made without a look at all those before it.
alter table exchange_writer add column anchored bigint not null default 0;
create index exchange_writer_grown on exchange_writer (id) where anchored < lines;

-- The only way in for anchors: each continues the last one.
create function exchange_anchor_add(new_number bigint, new_at timestamptz, new_heads text, new_hash text) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
  if new_number <> coalesce((select max(number) from exchange_anchor), 0) + 1 then
    raise exception 'anchor % does not continue the last one', new_number;
  end if;
  insert into exchange_anchor (number, at, heads, hash) values (new_number, new_at, new_heads, new_hash);
  update exchange_writer w set anchored = greatest(w.anchored, (head.value ->> 'lines')::bigint)
    from jsonb_each(new_heads::jsonb) as head where head.key = w.id;
end
$$;

revoke all on function exchange_anchor_add from public;
grant execute on function exchange_anchor_add to gateway_app;
revoke insert on exchange_anchor from gateway_app;
