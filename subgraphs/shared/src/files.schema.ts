/**
 * The tables of uploaded files, the same in every department's database (part of `hub-schema.ts`): what is kept, by whom, and which object
 * it belongs to. The bytes are on disk (`files.store.ts`).
 *
 * A file without a link is its uploader's alone, and the database keeps it so. One with a link is a matter of who may see the object, which
 * `Subgraph.mayReadFile` of the department says.
 */

/** The largest file that is taken, in bytes. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** SQL: the row's uploader is the caller. Who has no login is his application. */
const OF_CALLER = (row: string): string =>
  `${row}.client = (select hub.client()) and ${row}.subject is not distinct from (select hub.subject())`;
const SERVICE = "(select hub.role_is(array['SERVICE']))";

/** SQL that makes the tables; may run again. */
export const filesSchema = (name: string): string => `
create table if not exists hub.file (
  id text primary key, name text not null, media_type text not null, bytes integer not null check (bytes between 1 and ${MAX_FILE_BYTES}),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), stripped boolean not null,
  client text not null, subject text, organization text, made_at timestamptz not null);
create index if not exists file_by_content on hub.file (sha256);
create index if not exists file_by_age on hub.file (made_at);
create table if not exists hub.file_link (
  file_id text not null references hub.file, object_type text not null, object_id text not null, linked_at timestamptz not null,
  primary key (file_id, object_type, object_id));
create index if not exists file_link_of_object on hub.file_link (object_id);

alter table hub.file enable row level security;
alter table hub.file_link enable row level security;
drop policy if exists app_read on hub.file;
create policy app_read on hub.file for select to ${name}_app
  using (${OF_CALLER('file')} or ${SERVICE} or exists (select from hub.file_link l where l.file_id = file.id));
drop policy if exists app_write on hub.file;
create policy app_write on hub.file for insert to ${name}_app with check (${OF_CALLER('file')});
drop policy if exists app_remove on hub.file;
create policy app_remove on hub.file for delete to ${name}_app
  using (${SERVICE} and not exists (select from hub.file_link l where l.file_id = file.id));
drop policy if exists app_read on hub.file_link;
create policy app_read on hub.file_link for select to ${name}_app using (true);
drop policy if exists app_write on hub.file_link;
create policy app_write on hub.file_link for insert to ${name}_app
  with check (${SERVICE} or exists (select from hub.file f where f.id = file_id and ${OF_CALLER('f')}));
grant select, insert, delete on hub.file to ${name}_app;
grant select, insert on hub.file_link to ${name}_app;
`;
