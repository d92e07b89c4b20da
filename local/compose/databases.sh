#!/bin/sh
# Run once by the postgres image, when its data folder is empty: roles and databases of the gateway and of every subgraph in HUB_SUBGRAPHS.
# Passwords come from <NAME>_OWNER_PASSWORD, <NAME>_APP_PASSWORD and, where there is such a role, <NAME>_FIGURES_PASSWORD, <NAME>_VAULT_PASSWORD.
set -eu

sql() {
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" "$@"
}

for name in gateway $HUB_SUBGRAPHS; do
  for role in owner app figures vault; do
    variable=$(printf '%s_%s_PASSWORD' "$name" "$role" | tr '[:lower:]' '[:upper:]')
    case "$role" in
      figures | vault) if ! printenv "$variable" >/dev/null; then continue; fi ;;
    esac
    sql --dbname=postgres --set=role="${name}_${role}" --set=password="$(printenv "$variable")" <<'SQL'
create role :"role" login password :'password';
SQL
  done
  sql --dbname=postgres --set=name="$name" --set=owner="${name}_owner" --set=app="${name}_app" <<'SQL'
create database :"name" owner :"owner" template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C.UTF-8';
revoke all on database :"name" from public;
grant connect on database :"name" to :"owner", :"app";
select format('grant connect on database %I to %I', :'name', rolname) from pg_roles where rolname in (:'name' || '_figures', :'name' || '_vault') \gexec
SQL
  sql --dbname="$name" --set=owner="${name}_owner" <<'SQL'
create extension ltree;
create extension btree_gist;
create extension pg_trgm;
alter schema public owner to :"owner";
SQL
done
