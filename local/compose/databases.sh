#!/bin/sh
# Run once by the postgres image, when its data folder is empty: roles and databases of every subgraph in HUB_SUBGRAPHS.
# Passwords come from <NAME>_OWNER_PASSWORD, <NAME>_APP_PASSWORD, <NAME>_FIGURES_PASSWORD and, where a vault is kept, <NAME>_VAULT_PASSWORD.
set -eu

sql() {
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" "$@"
}

for name in $HUB_SUBGRAPHS; do
  for role in owner app figures vault; do
    variable=$(printf '%s_%s_PASSWORD' "$name" "$role" | tr '[:lower:]' '[:upper:]')
    if [ "$role" = vault ] && ! printenv "$variable" >/dev/null; then continue; fi
    sql --dbname=postgres --set=role="${name}_${role}" --set=password="$(printenv "$variable")" <<'SQL'
create role :"role" login password :'password';
SQL
  done
  sql --dbname=postgres --set=name="$name" --set=owner="${name}_owner" --set=app="${name}_app" --set=figures="${name}_figures" <<'SQL'
create database :"name" owner :"owner" template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C.UTF-8';
revoke all on database :"name" from public;
grant connect on database :"name" to :"owner", :"app", :"figures";
select format('grant connect on database %I to %I', :'name', rolname) from pg_roles where rolname = :'name' || '_vault' \gexec
SQL
  sql --dbname="$name" --set=owner="${name}_owner" <<'SQL'
create extension ltree;
create extension btree_gist;
create extension pg_trgm;
alter schema public owner to :"owner";
SQL
done
