/**
 * Writes the next migration of a subgraph from what its entities say and `migrations/snapshot.json` does not yet (`npm run migration`), and
 * tells whether entities, snapshot and migrations agree. What no entity can say (a function, an exclusion constraint) is a migration written
 * by hand, with the next number; it stays, although the entities do not know of it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MigrationGenerator, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { type DatabaseDefinition, migrationFiles, migrationsOf } from './migrate.ts';

const NO_TABLES = { namespaces: ['public'], name: 'public', tables: [], views: [], nativeEnums: {} };

/** An index or a constraint that no entity knows of is no difference; one that changed is made anew as well, and that shows. */
const WRITTEN_BY_HAND = /^(drop index|alter table \S+ drop constraint) "[^"]+";$/gm;

/** Writes plain SQL, forward only: `0002-add-notes.sql`. */
class SqlMigrationGenerator extends MigrationGenerator {
  override async generate(diff: { up: string[]; down: string[] }, path = '', title = 'change'): Promise<[string, string]> {
    const last =
      migrationFiles(pathToFileURL(`${path}/`))
        .at(-1)
        ?.slice(0, 4) ?? '0';
    const file = `${String(Number(last) + 1).padStart(4, '0')}-${title}.sql`;
    const sql = `${diff.up.join('\n').trim()}\n`;
    writeFileSync(`${path}/${file}`, sql);
    return [sql, file];
  }

  generateMigrationFile(): string {
    throw new Error('migrations are SQL files');
  }
}

/**
 * Writes the migration that the entities need, and the new snapshot. Needs no database.
 * @param title kebab-case words for the file's name.
 * @returns the file's name, or null if the entities say nothing new.
 */
export async function writeMigration(definition: DatabaseDefinition, title: string): Promise<string | null> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(title)) throw new Error(`"${title}" is no title: write it like add-opening-hours`);
  const folder = migrationsOf(definition);
  mkdirSync(folder, { recursive: true });
  const snapshot = new URL('snapshot.json', folder);
  if (!existsSync(snapshot)) writeFileSync(snapshot, JSON.stringify(NO_TABLES));
  const orm = openOrm(definition);
  try {
    const { fileName } = await orm.migrator.create(fileURLToPath(folder), false, false, title);
    return fileName || null;
  } finally {
    await orm.close();
  }
}

/**
 * What the entities say and a migrated database lacks, as SQL; empty if they agree, as a test demands.
 * @param ownerUrl a database that was just migrated.
 */
export async function checkMigrations(definition: DatabaseDefinition, ownerUrl: string): Promise<string> {
  const orm = openOrm(definition, ownerUrl);
  try {
    if (await orm.migrator.checkSchema())
      return `-- snapshot.json is behind the entities: run npm run migration -- ${definition.name} <title>`;
    const difference = await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: true, dropTables: false });
    return difference.replace(WRITTEN_BY_HAND, '').trim();
  } finally {
    await orm.close();
  }
}

function openOrm(definition: DatabaseDefinition, clientUrl = 'postgresql://nobody@127.0.0.1:1/nothing'): MikroORM {
  return new MikroORM({
    entities: [...definition.entities],
    clientUrl,
    extensions: [Migrator],
    metadataCache: { enabled: false },
    migrations: { path: fileURLToPath(migrationsOf(definition)), emit: 'ts', snapshotName: 'snapshot', generator: SqlMigrationGenerator },
    // Schemas `hub`, `rollup` and `vault`, functions and triggers are written by hand.
    schemaGenerator: { ignoreRoutines: true, ignoreTriggers: true, ignoreSchema: ['hub', 'rollup', 'vault'] },
  });
}
