import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { gatewayVariables } from '../../gateway/src/config.ts';
import { checkout } from '../../local/folder.ts';

/** Rows of the table of settings: name and default as the page tells them. */
const told = new Map(
  readFileSync(join(checkout, 'gateway/README.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => /^`[A-Z_]+(<NAME>)?`$/.test(cells[1] ?? ''))
    .map(([, name = '', meaning = '', , byDefault = '']) => [name.slice(1, -1), { meaning, byDefault: byDefault.replaceAll('`', '') }]),
);
const PER_SUBGRAPH = ['SUBGRAPH_URL_<NAME>', 'SUBGRAPH_KEYS_<NAME>'];
/** Not in the schema: the file is looked for beside the program, the address is what the gateway listens at. */
const IN_WORDS: Record<string, string> = { SUPERGRAPH: 'schema/supergraph.graphql', PUBLIC_URL: "this machine's" };

test('the page for operators tells every setting, and no other', () => {
  expect([...told.keys()].sort()).toEqual([...Object.keys(gatewayVariables), ...PER_SUBGRAPH].sort());
  for (const [name, { meaning }] of told) expect(meaning.length, name).toBeGreaterThan(10);
});

test.each(Object.entries(gatewayVariables))('%s has the default that is told', (name, schema: z.ZodType) => {
  const value = schema.safeParse(undefined).data;
  expect(told.get(name)?.byDefault).toBe(IN_WORDS[name] ?? String(value ?? ''));
});
