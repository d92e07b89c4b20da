/**
 * `npm run token -- --role ROLE --area CODE` prints a token for the hub on this machine, alone on the last line, signed by the development
 * key that `npm start` made. Works whether the hub runs or not.
 */
import { parseArgs } from 'node:util';
import { ROLES, type Role, VARIANTS, type Variant } from '../subgraphs/shared/src/claims.ts';
import { type Credential, DAY_SECONDS, issueToken } from './credential.ts';
import { dataFolder } from './folder.ts';
import { readSecrets } from './secrets.ts';
import { fail, Trouble } from './trouble.ts';

/** Roles a person or a client may carry (contract: `ViewerRole`). */
const ISSUED = ROLES.filter((role) => role !== 'SERVICE');
const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: DAY_SECONDS };
const LONGEST_SECONDS = 366 * DAY_SECONDS;

const USAGE = `Usage 用法: npm run token -- --role ROLE [--area CODE] [--variant VARIANT] [--org ID] [--sub SUBJECT] [--ttl 8h]
  --role     ${ISSUED.join(', ')}
  --area     12-digit area code (区划代码), e.g. 410305000000
  --variant  ${VARIANTS.join(', ')} (by default that of the first role)
  --ttl      lifetime, a number and s, m, h or d; by default 24h
--role and --area may be given several times.`;

const wrong = (en: string, zh: string): Trouble => new Trouble(`${en}\n${USAGE}`, zh);

/** Reads the command line. @throws Trouble that says what is wrong and lists the roles */
export function readArguments(args: string[]): Credential {
  const values = parse(args);
  const roles = (values.role ?? []).flatMap((text) => text.split(',')).map((role) => role.trim().toUpperCase());
  if (roles.length === 0) throw wrong('A token needs --role.', '缺少 --role。');
  const unknown = roles.find((role) => !(ISSUED as string[]).includes(role));
  if (unknown !== undefined) throw wrong(`There is no role ${unknown}.`, `没有角色 ${unknown}。`);
  const areas = (values.area ?? []).flatMap((text) => text.split(','));
  const noCode = areas.find((code) => !/^\d{12}$/.test(code));
  if (noCode !== undefined) throw wrong(`${noCode} is no area code: it has 12 digits.`, `${noCode} 不是区划代码：应为 12 位数字。`);
  const variant = values.variant?.toUpperCase();
  if (variant !== undefined && !(VARIANTS as readonly string[]).includes(variant)) {
    throw wrong(`There is no variant ${variant}.`, `没有视图 ${variant}。`);
  }
  return {
    roles: roles as Role[],
    areas,
    variant: variant as Variant | undefined,
    org: values.org,
    subject: values.sub,
    seconds: readLifetime(values.ttl ?? '24h'),
  };
}

const option = { type: 'string' } as const;
const several = { type: 'string', multiple: true } as const;

function parse(args: string[]) {
  try {
    const options = { role: several, area: several, variant: option, org: option, sub: option, ttl: option };
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    throw wrong((error as Error).message, '参数有误。');
  }
}

function readLifetime(text: string): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? 0);
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw wrong(`${text} is no lifetime: write 30m, 8h or 7d, a year at most.`, `${text} 不是有效时长。`);
}

async function main(): Promise<void> {
  const credential = readArguments(process.argv.slice(2));
  const secrets = readSecrets(dataFolder());
  if (!secrets) {
    throw new Trouble('There is no development key yet: run npm start once, which makes it.', '尚无开发密钥：请先执行一次 npm start。');
  }
  process.stdout.write(`${await issueToken(secrets.developmentKey, credential)}\n`);
}

if (import.meta.main) await main().catch((error) => fail(error, ''));
