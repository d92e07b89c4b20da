/**
 * Schema `hub`, the same in every department's database: the keys and the check of the signed row scope (`row-scope.ts`), and what the roles
 * may do. `<name>_owner` runs it; it may run again at any time.
 *
 * Policies ask it as `(select hub.communities())`, so that PostgreSQL checks the signature once per statement and not once per row.
 */
import { filesSchema } from './files.schema.ts';
import { MAX_LIFE_SECONDS } from './row-scope.ts';

/** SQL that makes schema `hub` for the roles `<name>_app` and `<name>_figures`. */
export const hubSchema = (name: string): string => `
create schema if not exists hub;

-- Read by the owner and by hub.context() alone. The secret as HMAC uses it: padded to a block, and masked for the inner and the outer hash.
create table if not exists hub.scope_key (id text primary key, inner_pad bytea not null, outer_pad bytea not null);
create table if not exists hub.migration (name text primary key, checksum text not null, applied_at timestamptz not null default now());

-- The claims of the caller, or null if they are missing, forged, expired or made for another backend process.
-- Restricted to the leader of a parallel plan: a worker has another process id.
create or replace function hub.context() returns jsonb
  language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  given text := current_setting('hub.context', true);
  signed text;
  key hub.scope_key;
  claims jsonb;
  life numeric;
begin
  if given is null or given !~ '^[A-Za-z0-9_-]{1,40}[.][A-Za-z0-9+/]+={0,2}[.][0-9a-f]{64}$' then
    return null;
  end if;
  signed := left(given, -65);
  select * into key from hub.scope_key where id = split_part(given, '.', 1);
  if not found then
    return null;
  end if;
  -- HMAC-SHA-256. Digests are compared, so that the time it takes tells nothing of the right mark.
  if sha256(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(signed, 'UTF8')))) <> sha256(decode(right(given, 64), 'hex')) then
    return null;
  end if;
  claims := convert_from(decode(split_part(signed, '.', 2), 'base64'), 'UTF8');
  life := (claims ->> 'exp')::numeric - extract(epoch from clock_timestamp());
  if (claims ->> 'pid')::int <> pg_backend_pid() or life <= 0 or life > ${MAX_LIFE_SECONDS} then
    return null;
  end if;
  return claims;
end
$$;

-- Stable ids of the caller's communities; empty without a valid context.
create or replace function hub.communities() returns text[]
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return array(select jsonb_array_elements_text(hub.context() -> 'communities'));

-- Does the caller hold one of these roles?
create or replace function hub.role_is(roles text[]) returns boolean
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return coalesce((hub.context() -> 'roles') ?| roles, false);

create or replace function hub.variant() returns text
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return hub.context() ->> 'variant';

create or replace function hub.organization() returns text
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return hub.context() ->> 'organization';

create or replace function hub.subject() returns text
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return hub.context() ->> 'subject';

create or replace function hub.client() returns text
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return hub.context() ->> 'client';

-- The domain's clock: the machine's, or the instant at which a test holds it, which the signed context alone can say.
create or replace function hub.now() returns timestamptz
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return coalesce((hub.context() ->> 'now')::timestamptz, pg_catalog.now());

create or replace function hub.today() returns date
  language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  return (hub.now() at time zone 'Asia/Shanghai')::date;

-- Answers of commands by their keys (overview §3.4), written with the effect; input is a mark over the canonical input and the caller.
create table if not exists hub.idempotency (
  client text not null, command text not null, key text not null, input text not null, answer jsonb, made_at timestamptz not null,
  primary key (client, command, key));

-- What changed (overview §3.4): written in the transaction of the change, never edited. tx is that transaction, so that readers can stay below
-- those that have not ended yet.
create table if not exists hub.event (
  seq bigint generated always as identity primary key, tx xid8 not null default pg_current_xact_id(), id text not null unique, name text not null,
  at timestamptz not null, object_type text not null, object_id text not null, other_type text, other_id text, area_id text, "on" date,
  actor_organization text, actor_role text not null, from_state text, to_state text, reason text);
create index if not exists event_in_commit_order on hub.event (tx, seq);
create index if not exists event_of_object on hub.event (object_id, seq);

-- How far the events of another department have taken effect here (consumer.ts), moved in the transaction of the effect.
create table if not exists hub.cursor (name text primary key, cursor text, event_id text);
${filesSchema(name)}
revoke all on schema hub from public;
revoke create on schema public from public;
-- Nobody but the owner makes objects, temporary ones included: a function of one's own could look at rows before a policy does.
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
grant usage on schema hub, public to ${name}_app, ${name}_figures;
grant select, insert, update (answer) on hub.idempotency to ${name}_app;
grant select, insert on hub.event to ${name}_app;
grant select, insert, update on hub.cursor to ${name}_app;
alter default privileges in schema public grant select on tables to ${name}_app, ${name}_figures;
`;
