/**
 * `npm run client -- add|key|revoke|list …`: who may ask the gateway for tokens with a key of its own (partner units, BI tools). Works on the
 * hub of this machine, running or not; elsewhere OWNER_DATABASE_URL is the login of gateway_owner. A revocation takes effect within a minute.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { JSONWebKeySet } from 'jose';
import type pg from 'pg';
import { DEVELOPMENT_CLIENT } from '../gateway/src/identity.ts';
import { parseJwks } from '../gateway/src/issuers.ts';
import { withOwner } from './database-access.ts';
import { withClient } from './databases.ts';
import { GATEWAY } from './environment.ts';
import { fail, Trouble } from './trouble.ts';

const ROLES = ['PARTNER_UNIT', 'BI_CLIENT'];

const USAGE = `Usage 用法:
  npm run client -- add ID --role ROLE --key FILE [--org ORGANIZATION] [--area CODE …] [--name NAME]
  npm run client -- key ID --key FILE          its public keys from now on 更换公钥
  npm run client -- revoke ID [--reason TEXT]  also of a client that another issuer vouches for 撤销
  npm run client -- list
  ID      3 to 64 letters, digits, dots, dashes
  --role  ${ROLES.join(' or ')}; a PARTNER_UNIT needs --org, the stable id of its organization
  --key   file with one public key (JWK with a kid) or several ({"keys": […]})`;

const wrong = (en: string, zh: string): Trouble => new Trouble(`${en}\n${USAGE}`, zh);

/** What the command line asks for. */
export type Order =
  | { verb: 'add'; id: string; role: string; organization: string | null; areas: string[]; name: string; keys: JSONWebKeySet }
  | { verb: 'key'; id: string; keys: JSONWebKeySet }
  | { verb: 'revoke'; id: string; reason: string | null }
  | { verb: 'list' };

/** Reads the command line and the file of keys. @throws Trouble that says what is wrong */
export function readOrder(args: string[]): Order {
  const { positionals, values } = parse(args);
  const [verb = '', id = '', ...rest] = positionals;
  if (rest.length > 0) throw wrong(`${rest[0]} is one word too many.`, '参数过多。');
  if (verb === 'list' && id === '') return { verb };
  if (!['add', 'key', 'revoke'].includes(verb)) throw wrong('Say add, key, revoke or list.', '请指明 add、key、revoke 或 list。');
  if (verb === 'revoke' && id !== '') return { verb, id, reason: values.reason ?? null };
  if (!/^[A-Za-z0-9._-]{3,64}$/.test(id) || id === DEVELOPMENT_CLIENT)
    throw wrong(`${id || 'Nothing'} is no id of a client.`, '客户端标识有误。');
  const keys = readKeys(values.key);
  if (verb === 'key') return { verb, id, keys };
  const role = values.role ?? '';
  if (!ROLES.includes(role)) throw wrong(`The role is ${ROLES.join(' or ')}.`, `角色须为 ${ROLES.join(' 或 ')}。`);
  if (role === 'PARTNER_UNIT' && !values.org) throw wrong('A PARTNER_UNIT needs --org.', '共建单位须以 --org 指明所代表的单位。');
  const areas = values.area ?? [];
  const noCode = areas.find((code) => !/^\d{12}$/.test(code));
  if (noCode !== undefined) throw wrong(`${noCode} is no area code: it has 12 digits.`, `${noCode} 不是区划代码：应为 12 位数字。`);
  return { verb: 'add', id, role, organization: values.org ?? null, areas, name: values.name ?? id, keys };
}

const option = { type: 'string' } as const;

function parse(args: string[]) {
  try {
    const options = {
      role: option,
      key: option,
      org: option,
      area: { type: 'string', multiple: true },
      name: option,
      reason: option,
    } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message, '参数有误。');
  }
}

function readKeys(file: string | undefined): JSONWebKeySet {
  if (file === undefined) throw wrong('Name the file of its public keys by --key.', '请以 --key 指明公钥文件。');
  try {
    const given = JSON.parse(readFileSync(file, 'utf8')) as object;
    const keys = parseJwks(JSON.stringify('keys' in given ? given : { keys: [given] }));
    if (keys.keys.length > 0) return keys;
  } catch {
    // Told below, without what is in the file.
  }
  throw wrong(`${file} holds no public keys with ids (JWK with kty and kid, no private part).`, `${file} 中没有带 kid 的公钥。`);
}

/** Carries out an order as gateway_owner. @returns what to tell. @throws Trouble for a client that is or is not there */
export async function carryOut(order: Order, client: pg.Client): Promise<string> {
  if (order.verb === 'list') return listed(client);
  const { id } = order;
  if (order.verb === 'revoke') {
    const sql = 'insert into revocation (client, reason) values ($1, $2) on conflict do nothing';
    await client.query(sql, [id, order.reason]);
    return `${id} is revoked; within a minute nothing of it counts any more.  已撤销，一分钟内生效`;
  }
  const keys = JSON.stringify(order.keys);
  if (order.verb === 'key') {
    const { rowCount } = await client.query('update client set keys = $2 where id = $1', [id, keys]);
    if (!rowCount) throw new Trouble(`There is no client ${id}.`, `没有客户端 ${id}。`);
    return `${id} has new keys.  公钥已更换`;
  }
  const sql = `insert into client (id, name, role, organization, area_codes, keys)
    select $1, $2, $3, $4, $5, $6 where not exists (select 1 from revocation where client = $1) on conflict do nothing`;
  const { rowCount } = await client.query(sql, [id, order.name, order.role, order.organization, order.areas, keys]);
  if (!rowCount) throw new Trouble(`${id} is registered or was revoked: take another id.`, `${id} 已登记或已撤销：请换用其他标识。`);
  return `${id} is registered. It sends its assertion to POST /oauth/token.  已登记`;
}

async function listed(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string; told: string; revoked: boolean }>(
    `select coalesce(c.id, r.client) as id, r.client is not null as revoked,
       coalesce(concat_ws(' ', c.role, c.organization, array_to_string(c.area_codes, ',')), 'of another issuer') as told
     from client c full join revocation r on r.client = c.id order by 1`,
  );
  if (rows.length === 0) return 'There is no client.  尚无客户端';
  return rows.map(({ id, told, revoked }) => `${id}  ${told}${revoked ? '  revoked 已撤销' : ''}`).join('\n');
}

async function main(): Promise<void> {
  const order = readOrder(process.argv.slice(2));
  const told = await withOwner(GATEWAY, 'npm run client', (ownerUrl) => withClient(ownerUrl, (client) => carryOut(order, client)));
  process.stdout.write(`${told}\n`);
}

if (import.meta.main) await main().catch((error) => fail(error, ''));
