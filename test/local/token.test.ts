import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { subgraphNames } from '../../local/environment.ts';
import { dataFolder, makeDataFolder } from '../../local/folder.ts';
import { keepSecrets } from '../../local/secrets.ts';
import { run, scratchFolder } from './scratch.ts';

function madeFolder() {
  process.env.HUB_DATA = scratchFolder();
  const folder = dataFolder();
  delete process.env.HUB_DATA;
  makeDataFolder(folder);
  keepSecrets(folder, subgraphNames());
  return folder;
}

async function claimsFor(...args: string[]) {
  const folder = madeFolder();
  const { code, out } = await run('local/token.ts', args, { HUB_DATA: folder.path });
  expect(code).toBe(0);
  const token = out.trimEnd().split('\n').at(-1)!;
  const keys = JSON.parse(readFileSync(folder.jwks, 'utf8')) as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer: 'district-hub' });
  return { payload, header: decodeProtectedHeader(token) };
}

describe('npm run token', () => {
  test('prints a token on its last line, signed by the development key', async () => {
    const { payload, header } = await claimsFor('--role', 'DISTRICT_LEAD', '--area', '410305000000');
    expect(header).toMatchObject({ alg: 'EdDSA', kid: expect.stringMatching(/^dev-/) });
    expect(payload).toMatchObject({ roles: ['DISTRICT_LEAD'], areas: ['410305000000'], variant: 'INTERNAL' });
    expect(payload).not.toHaveProperty('org');
  });

  test.each([
    ['PUBLIC', 'PUBLIC'],
    ['VOLUNTEER', 'RESIDENT'],
    ['STREET_STAFF', 'DEPARTMENT'],
    ['PARTNER_UNIT', 'PARTNER'],
    ['BI_CLIENT', 'BI'],
    ['AUDITOR', 'AUDIT'],
  ])('%s speaks variant %s', async (role, variant) => {
    expect((await claimsFor('--role', role)).payload.variant).toBe(variant);
  });

  test('takes several roles and areas, an organization, a subject, a variant and a lifetime', async () => {
    const { payload } = await claimsFor(
      ...['--role', 'STREET_STAFF', '--role', 'MEDIATOR', '--area', '410305001000', '--area', '410305002000'],
      ...['--org', 'og_1', '--sub', 'staff-7', '--variant', 'department', '--ttl', '8h'],
    );
    expect(payload).toMatchObject({
      roles: ['STREET_STAFF', 'MEDIATOR'],
      areas: ['410305001000', '410305002000'],
      org: 'og_1',
      sub: 'staff-7',
      variant: 'DEPARTMENT',
    });
    expect(payload.exp! - payload.iat!).toBe(8 * 3600);
  });

  test.each([
    [[], '--role'],
    [['--role', 'MAYOR'], 'There is no role MAYOR'],
    [['--role', 'SERVICE'], 'There is no role SERVICE'],
    [['--role', 'PUBLIC', '--area', '4103'], '4103 is no area code'],
    [['--role', 'PUBLIC', '--ttl', 'long'], 'long is no lifetime'],
    [['--role', 'PUBLIC', '--colour', 'red'], '--colour'],
  ])('says what is wrong with %j and lists the roles', async (args, sentence) => {
    const { code, out, err } = await run('local/token.ts', args, { HUB_DATA: scratchFolder() });
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain(sentence);
    expect(err).toContain('DISTRICT_LEAD, BANK_OPERATOR');
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('says that npm start makes the key', async () => {
    const { code, err } = await run('local/token.ts', ['--role', 'PUBLIC'], { HUB_DATA: scratchFolder() });
    expect(code).toBe(1);
    expect(err).toContain('run npm start once');
  });
});

describe('secrets', () => {
  test('are kept between starts, for the owner alone, and the private halves leave no trace in jwks.json', () => {
    const folder = madeFolder();
    const first = readFileSync(folder.secrets, 'utf8');
    keepSecrets(folder, subgraphNames());
    expect(readFileSync(folder.secrets, 'utf8')).toBe(first);
    expect([folder.secrets, folder.jwks].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(readFileSync(folder.jwks, 'utf8')).not.toContain('"d"');
  });

  test('a subgraph that came since gets its own', () => {
    const folder = madeFolder();
    const { subgraphs } = keepSecrets(folder, [...subgraphNames(), 'libraries']);
    expect(subgraphs.libraries?.serviceKey.kid).toBe('service-libraries-1');
    expect(readFileSync(join(folder.path, 'jwks.json'), 'utf8')).toContain('service-libraries-1');
  });
});
