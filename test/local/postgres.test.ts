import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withClient } from '../../local/databases.ts';
import { freePort, lives, type PostgresOptions, startPostgres } from '../../local/postgres.ts';
import { Trouble } from '../../local/trouble.ts';
import { eventually, scratchFolder, startScript } from './scratch.ts';

function options(): PostgresOptions {
  const folder = scratchFolder();
  chmodSync(folder, 0o711);
  return { folder: join(folder, 'postgres'), password: 'quote\'s "and" @:/', log: join(folder, 'postgres.log'), throwAway: true };
}

/** A start that is refused: its sentence, in one line and with its Chinese beside it. */
async function refusal(wish: PostgresOptions): Promise<string> {
  const error = await startPostgres(wish).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Trouble);
  const { message, messageZh } = error as Trouble;
  expect(message).not.toContain('\n');
  expect(messageZh).toMatch(/\p{Script=Han}/u);
  return message;
}

describe('the embedded PostgreSQL', () => {
  test('is version 18, UTF-8 by the builtin provider, on IPv4 loopback alone, and keeps what was committed', async () => {
    const wish = options();
    const first = await startPostgres(wish);
    await withClient(first.url('postgres'), async (client) => {
      const { rows } = await client.query(
        `select current_setting('server_version_num')::int / 10000 as version, current_setting('listen_addresses') as addresses,
                current_setting('unix_socket_directories') as sockets, pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale
         from pg_database where datname = 'postgres'`,
      );
      expect(rows).toEqual([{ version: 18, addresses: '127.0.0.1', sockets: '', encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' }]);
      await client.query(`create table kept as select '王府庄社区' as name`);
    });
    await first.stop();
    expect(lives(first.pid)).toBe(false);

    const second = await startPostgres(wish);
    const names = await withClient(second.url('postgres'), async (client) => (await client.query('select name from kept')).rows);
    await second.stop();
    expect(names).toEqual([{ name: '王府庄社区' }]);
  });

  test('has the extensions that the departments use', async () => {
    const postgres = await startPostgres(options());
    await withClient(postgres.url('postgres'), (client) =>
      client.query(`create extension ltree; create extension btree_gist; create extension pg_trgm; create extension pgcrypto`),
    );
    await postgres.stop();
  });

  test('asks for the password', async () => {
    const postgres = await startPostgres(options());
    const refused = withClient(postgres.url('postgres', 'postgres', 'wrong'), (client) => client.query('select 1'));
    await expect(refused).rejects.toThrow(/password authentication failed/);
    await postgres.stop();
  });

  test('leaves a half-made data folder alone and says what to do', async () => {
    const wish = options();
    mkdirSync(join(wish.folder, 'base'), { recursive: true });
    expect(await refusal(wish)).toMatch(/only half made.*npm run reset/);
  });

  test('leaves the data of another major version alone and says which it was', async () => {
    const wish = options();
    mkdirSync(join(wish.folder, 'global'), { recursive: true });
    writeFileSync(join(wish.folder, 'PG_VERSION'), '17\n');
    writeFileSync(join(wish.folder, 'global', 'pg_control'), '');
    expect(await refusal(wish)).toMatch(/PostgreSQL 17.*brings 18.*npm run reset/);
  });

  test('says which port is taken', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    expect(await refusal({ ...options(), port })).toContain(`Port ${port}`);
    other.close();
  });

  test('throws away what an interrupted initdb left', async () => {
    const wish = options();
    mkdirSync(`${wish.folder}.making-1`);
    const postgres = await startPostgres(wish);
    await postgres.stop();
  });

  test('ends, like every child, when the supervisor is killed', async () => {
    const folder = scratchFolder();
    chmodSync(folder, 0o711);
    const { child, report } = await startScript<{ postgres: number; child: number }>('test/local/fixture.supervisor.ts', [folder]);
    expect([lives(report.postgres), lives(report.child)]).toEqual([true, true]);
    child.kill('SIGKILL');
    expect(await eventually(() => !lives(report.postgres) && !lives(report.child), 8_000)).toBe(true);

    // It ended in order: the next start has nothing to recover.
    const wish = { folder: join(folder, 'postgres'), password: 'fixture', log: join(folder, 'second.log'), throwAway: true };
    const next = await startPostgres(wish);
    await next.stop();
  });
});
