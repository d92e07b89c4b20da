/**
 * Schema `vault` of a department that keeps one (privacy §10.2): who people are, encrypted row by row (`vault-cipher.ts`), apart from everything
 * else. `<name>_app` puts rows in by one function and never sees one; `<name>_vault` reads under the caller's signed row scope and deletes;
 * `<name>_figures` cannot even name the table. `<name>_owner` runs this; it may run again at any time.
 */
import type { Role } from './claims.ts';

/** Who may be shown the secrets of his communities at all; for what is the department's to decide. */
const READERS: readonly Role[] = [
  'COMMUNITY_STAFF',
  'STREET_STAFF',
  'HOTLINE_STAFF',
  'DEPARTMENT_STAFF',
  'NEIGHBOUR_LEAD',
  'GRID_WORKER',
  'MEDIATOR',
];

/** SQL that makes schema `vault` for the roles `<name>_app` and `<name>_vault`. */
export const vaultSchema = (name: string): string => `
create schema if not exists vault;
create table if not exists vault.secret (
  object_id text not null, kind text not null, community_id text, key_id text not null, ciphertext bytea not null, mark bytea,
  made_at timestamptz not null, primary key (object_id, kind));
create index if not exists secret_found_by_mark on vault.secret (kind, mark) where mark is not null;

-- Puts a secret in, in the transaction of its command. It never takes the place of another: whoever could write over a secret could give
-- somebody else's receipt a PIN of his own.
create or replace function vault.put(object_id text, kind text, community_id text, key_id text, ciphertext bytea, mark bytea) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if hub.context() is null then
    raise insufficient_privilege using message = 'permission denied for schema vault';
  end if;
  insert into vault.secret values (put.object_id, put.kind, put.community_id, put.key_id, put.ciphertext, put.mark, hub.now());
end
$$;

revoke all on schema vault from public;
revoke all on all tables in schema vault from public, ${name}_app, ${name}_figures, ${name}_vault;
revoke all on all functions in schema vault from public, ${name}_figures, ${name}_vault;
revoke all on schema vault from ${name}_figures;
grant usage on schema vault to ${name}_app, ${name}_vault;
grant execute on function vault.put to ${name}_app;
grant select, delete on vault.secret to ${name}_vault;
grant usage on schema hub to ${name}_vault;

alter table vault.secret enable row level security;
drop policy if exists vault_read on vault.secret;
create policy vault_read on vault.secret for select to ${name}_vault using ((select hub.role_is(array['SERVICE']))
  or ((select hub.role_is(array[${READERS.map((role) => `'${role}'`).join(', ')}])) and community_id = any ((select hub.communities())::text[])));
drop policy if exists vault_forget on vault.secret;
create policy vault_forget on vault.secret for delete to ${name}_vault using ((select hub.role_is(array['SERVICE'])));
`;
