-- Who may ask for tokens with a key of its own (private_key_jwt): partner units and BI tools. Written by the owner alone (npm run client).
create table client (
  id text primary key check (id ~ '^[A-Za-z0-9._-]{3,64}$'),
  name text not null check (length(name) between 1 and 200),
  role text not null check (role in ('PARTNER_UNIT', 'BI_CLIENT')),
  -- Stable id of the organization it stands for.
  organization text check (length(organization) between 1 and 100),
  area_codes text[] not null default '{}',
  -- Public keys as a JWK set; several while one takes the place of another.
  keys jsonb not null check (jsonb_typeof(keys -> 'keys') = 'array'),
  registered_at timestamptz not null default now(),
  check (role <> 'PARTNER_UNIT' or organization is not null));

-- Client ids whose credentials no longer count, registered here or vouched for by another issuer.
create table revocation (
  client text primary key check (length(client) between 1 and 200),
  reason text,
  revoked_at timestamptz not null default now());

-- Assertions that were used, until they would have ended by themselves: each counts once.
create table client_assertion (
  client text not null,
  jti text not null,
  expires_at timestamptz not null,
  primary key (client, jti));
create index client_assertion_ended on client_assertion (expires_at);

grant usage on schema public to gateway_app;
grant select on client, revocation to gateway_app;
grant select, insert, delete on client_assertion to gateway_app;
