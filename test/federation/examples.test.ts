/** The example operations of every variant, run through the whole hub by a credential of that variant (issue: at least ten each). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema, isEnumType, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VARIANTS, type Variant } from '../../subgraphs/shared/src/claims.ts';
import type { Hub } from '../kit.ts';
import { codesOf, DISTRICT, HUBEI_ROAD, openHub, WANGFUZHUANG, wholeData } from './district.ts';

const root = join(import.meta.dirname, '..', '..');
const folderOf = (variant: Variant) => join(root, 'gateway', 'operations', 'examples', variant.toLowerCase());
const examplesOf = (variant: Variant) =>
  readdirSync(folderOf(variant)).map((file) => ({ file, text: readFileSync(join(folderOf(variant), file), 'utf8') }));
const schemaOf = (variant: Variant): GraphQLSchema =>
  buildSchema(readFileSync(join(root, 'schema', 'variants', `${variant.toLowerCase()}.graphql`), 'utf8'));

let hub: Hub;
const tokens = new Map<Variant, string | undefined>();
beforeAll(async () => {
  hub = await openHub();
  const [volunteer] = await hub.sql<{ subject: string }>(
    'volunteers',
    'select subject from volunteer where subject is not null order by serial limit 1',
  );
  tokens.set('PUBLIC', undefined);
  tokens.set('RESIDENT', await hub.token({ role: 'VOLUNTEER', sub: volunteer!.subject }));
  tokens.set('PARTNER', await hub.token({ role: 'PARTNER_UNIT', area: HUBEI_ROAD }));
  tokens.set('DEPARTMENT', await hub.token({ role: 'STREET_STAFF', area: HUBEI_ROAD }));
  tokens.set('BI', await hub.token({ role: 'BI_CLIENT', area: DISTRICT }));
  tokens.set('AUDIT', await hub.token({ role: 'AUDITOR', area: DISTRICT }));
  tokens.set('INTERNAL', await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT }));
});
afterAll(() => hub?.stop());

describe.each(VARIANTS)('the examples of %s', (variant) => {
  it('are ten or more, each with what it is for in both languages, and fit its schema', () => {
    const schema = schemaOf(variant);
    expect(examplesOf(variant).length).toBeGreaterThanOrEqual(10);
    for (const { file, text } of examplesOf(variant)) {
      expect(text, file).toMatch(/^# [^\n]*[一-鿿][^\n]*\n# [A-Z][ -~’]+\n(query|mutation) [A-Z]\w+/);
      expect(validate(schema, parse(text)), file).toEqual([]);
    }
  });

  it('are answered without an error, and with something', async () => {
    for (const { file, text } of examplesOf(variant)) {
      const asked = () => hub.query<Record<string, unknown>>(text, {}, tokens.get(variant));
      const first = await asked();
      // A busy machine's first read of a table may take longer than its second.
      const answer = codesOf(first).includes('SOURCE_UNAVAILABLE') ? await asked() : first;
      expect(answer.errors, file).toEqual([]);
      expect(answer.extensions.partial, file).toBeUndefined();
      expect(answer.status, file).toBe(200);
      expect(Object.values(answer.data ?? {}).filter((value) => value !== null).length, file).toBeGreaterThan(0);
    }
  });
});

describe('bi', () => {
  const LEVELS: [level: string, code: string][] = [
    ['DISTRICT', DISTRICT],
    ['STREET', HUBEI_ROAD],
    ['COMMUNITY', WANGFUZHUANG],
  ];
  const DEPARTMENTS = ['organization', 'volunteer', 'facility', 'grievance'] as const;
  const keysOf = (department: string): string[] => {
    const type = schemaOf('INTERNAL').getType(`${department[0]!.toUpperCase()}${department.slice(1)}Kpi`);
    return isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
  };

  it.each(LEVELS)('reaches every figure at the level %s: a value, or why there is none', async (level, code) => {
    for (const department of DEPARTMENTS) {
      const keys = keysOf(department);
      const answer = await hub.query(
        `query ($code: AreaCode!) { area(code: $code) {
          one: ${department}Summary(period: { grain: YEAR, start: "2025-01-01", end: "2026-01-01" }) { kpis { key value reason suppressed } }
          table: ${department}Kpis(keys: [${keys.join(' ')}], input: { level: ${level}, grain: YEAR, from: "2025-01-01", to: "2026-01-01" }) { rows { area { id } key value reason suppressed } } } }`,
        { code },
        tokens.get('BI'),
      );
      const { one, table } = wholeData(answer).area;
      expect(one.kpis.map(({ key }: { key: string }) => key).sort()).toEqual([...keys].sort());
      expect([...new Set(table.rows.map(({ key }: { key: string }) => key))].sort()).toEqual([...keys].sort());
      for (const { key, value, reason } of [...one.kpis, ...table.rows]) expect(value === null ? reason : value, key).not.toBeNull();
    }
  });
});

describe('the SDL of a variant', () => {
  it('is read by token, and is the public one without; introspection says where', async () => {
    for (const variant of VARIANTS) {
      const token = tokens.get(variant);
      const reply = await fetch(new URL('/schema.graphql', hub.url), {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
      expect(reply.status).toBe(200);
      const file = join(root, 'schema', 'variants', `${variant.toLowerCase()}.graphql`);
      expect((await reply.text()) === readFileSync(file, 'utf8'), variant).toBe(true);
    }
  });
});
