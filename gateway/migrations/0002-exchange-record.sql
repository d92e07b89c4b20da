-- The exchange record (qualities §12): who got which answer, for whom and why. Each gateway process is a writer with a chain of its own:
-- a line's hash is made over the line and the hash before it.
create table exchange_writer (
  id text primary key,
  begun_at timestamptz not null default now(),
  -- Number and hash of its last line.
  lines bigint not null default 0,
  head text not null default '');

create table exchange_record (
  writer text not null references exchange_writer,
  line bigint not null,
  at timestamptz not null,
  request text not null,
  client text not null,
  subject text,
  organization text,
  variant text not null,
  purpose text,
  operation text,
  operation_hash text,
  status int not null,
  answer_hash text not null,
  hash text not null,
  primary key (writer, line));
create index exchange_record_newest on exchange_record (at, writer, line);

-- Once an hour: the heads of all chains that grew, themselves a chain. `heads` is JSON text, as it was hashed.
create table exchange_anchor (
  number bigint primary key,
  at timestamptz not null,
  heads text not null,
  hash text not null);

-- The only way in for the gateway: lines that continue a chain. A batch sent again, since nobody heard of its commit, adds nothing.
create function exchange_append(writer_id text, batch jsonb) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  known exchange_writer;
  added bigint;
  last exchange_record;
begin
  insert into exchange_writer (id) values (writer_id) on conflict do nothing;
  select * into known from exchange_writer where id = writer_id for update;
  insert into exchange_record
    select writer_id, each.line, each.at, each.request, each.client, each.subject, each.organization, each.variant, each.purpose,
      each.operation, each.operation_hash, each.status, each.answer_hash, each.hash
    from jsonb_to_recordset(batch) as each (line bigint, at timestamptz, request text, client text, subject text, organization text,
      variant text, purpose text, operation text, operation_hash text, status int, answer_hash text, hash text)
    where each.line > known.lines;
  get diagnostics added = row_count;
  if added > 0 then
    select * into strict last from exchange_record where writer = writer_id and line = known.lines + added;
    update exchange_writer set lines = last.line, head = last.hash where id = writer_id;
  end if;
  return known.lines + added;
end
$$;

revoke all on function exchange_append from public;
grant execute on function exchange_append to gateway_app;
grant select on exchange_writer, exchange_record to gateway_app;
grant select, insert on exchange_anchor to gateway_app;
