/**
 * Files of objects: evidence, attachments, minutes. They are uploaded by themselves (`files.door.ts`), then a command names them by id and
 * links them to its object in its own transaction; from then on who may see the object may read them.
 *
 *     await linkFiles(ctx, input.evidenceFileIds, { type: 'Case', id }, (index) => refuse('VALIDATION_FAILED', { field: ['evidenceFileIds', `${index}`] }));
 */
import { setTimeout as pause } from 'node:timers/promises';
import { now } from './clock.ts';
import type { CommandContext } from './command.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import type { FileStore } from './files.store.ts';
import { batched } from './loader.ts';
import { NOBODY } from './row-scope.ts';
import type { Services } from './subgraph.ts';

/** A file as `FileRef` of the contract shows it. */
export interface FileRow {
  id: string;
  name: string;
  mediaType: string;
  bytes: number;
  /** Of the content as it is kept and served. */
  sha256: string;
  /** What it said beside the picture was taken out. */
  stripped: boolean;
}

/** The object that a file belongs to. */
export interface FileLink {
  objectType: string;
  objectId: string;
}

const COLUMNS = 'f.id, f.name, f.media_type as "mediaType", f.bytes, f.sha256, f.stripped';

/** A file by its id, for objects that keep the id; null for one that the caller uploaded not and nobody linked. */
export const fileById = batched<string, FileRow>(async (ctx, ids) => {
  const rows = await ctx.rows<FileRow>(`select ${COLUMNS} from hub.file f where f.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** Files of an object in the order they were uploaded, by the object's id; null for none. Only for who may see the object. */
export const filesOf = batched<string, FileRow[]>(async (ctx, objects) => {
  const rows = await ctx.rows<FileRow & { objectId: string }>(
    `select ${COLUMNS}, l.object_id as "objectId" from hub.file_link l join hub.file f on f.id = l.file_id
     where l.object_id = any($1) order by f.id`,
    [objects],
  );
  return Map.groupBy(rows, (row) => row.objectId);
});

/** Objects that a file belongs to. */
export const linksOf = (ctx: Context, fileId: string): Promise<FileLink[]> =>
  ctx.rows<FileLink>('select object_type as "objectType", object_id as "objectId" from hub.file_link where file_id = $1', [fileId]);

/**
 * Links files to an object, inside the command's transaction. They must be the caller's own uploads.
 * @param refused the error for the file at this place of the list that is not there or not his.
 */
export async function linkFiles(
  ctx: CommandContext,
  fileIds: readonly string[],
  object: { type: string; id: string },
  refused: (index: number) => Error,
): Promise<void> {
  if (fileIds.length === 0) return;
  const linked = await ctx.rows<{ id: string }>(
    `with own as (select id from hub.file where id = any($1) and client = $5 and subject is not distinct from $6),
       linked as (insert into hub.file_link (file_id, object_type, object_id, linked_at)
         select id, $2, $3, $4 from own on conflict do nothing)
     select id from own`,
    [fileIds, object.type, object.id, ctx.at, ctx.claims.client, ctx.claims.subject],
  );
  const known = new Set(linked.map(({ id }) => id));
  const missing = fileIds.findIndex((id) => !known.has(id));
  if (missing >= 0) throw refused(missing);
}

/** A file with its content, for a command that reads it: the caller's own upload, or one that is linked. Null if there is none. */
export async function fileOf(ctx: Context, id: string): Promise<{ file: FileRow; content: Buffer } | null> {
  const file = await fileById(ctx, id);
  return file && { file, content: await ctx.files.read(file.sha256) };
}

/** Uploads that no command named are removed after a day. */
const UNLINKED_MS = 24 * 3600_000;
const EVERY_MS = 3600_000;
const SWEEP_MS = 60_000;
const MOST_AT_ONCE = 500;

/** Serves whoever writes or removes one content one after the other, in all processes. */
export const CONTENT_LOCK = 'select pg_advisory_xact_lock(hashtextextended($1, 410305))';

/** Sweeps every hour; gives what ends it. */
export function startSweeping({ database, files, log }: Pick<Services, 'database' | 'log'> & { files: FileStore }): () => void {
  const ending = new AbortController();
  void (async () => {
    while (!ending.signal.aborted) {
      await sweep(database, files).catch((error: unknown) => log.warn({ reason: (error as Error).message }, 'files were not swept'));
      await pause(EVERY_MS, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    }
  })();
  return () => ending.abort();
}

/** Removes uploads of yesterday that belong to nothing, and contents that no row speaks of (any more). */
export async function sweep(database: Database, files: FileStore): Promise<void> {
  const actor = () => ({ ...NOBODY, roles: ['SERVICE' as const], deadline: Date.now() + SWEEP_MS });
  await database.write(actor(), async ({ rows }) => {
    // A file that is linked at this moment is kept by its link: the whole removal fails and goes again in an hour.
    await rows(
      `delete from hub.file where id in (select f.id from hub.file f where f.made_at < $1
         and not exists (select from hub.file_link l where l.file_id = f.id) order by f.made_at limit ${MOST_AT_ONCE})`,
      [new Date(now().getTime() - UNLINKED_MS)],
    );
  });
  for (const sha256 of await files.older()) {
    await database.write(actor(), async ({ rows }) => {
      await rows(CONTENT_LOCK, [sha256]);
      const [spoken] = await rows('select 1 as one from hub.file where sha256 = $1 limit 1', [sha256]);
      if (!spoken) await files.remove(sha256);
    });
  }
}
