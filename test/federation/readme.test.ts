/** The README keeps its word: its queries answer what stands below them, its commands exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import type { Hub } from '../kit.ts';
import { DISTRICT, openHub, wholeData } from './district.ts';

const readme = readFileSync(join(checkout, 'README.md'), 'utf8');

interface Block {
  language: string;
  text: string;
}
const blocks: Block[] = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));

/** Each operation of the README with the answer that stands after it, before the next one, and the credential that stands before it. */
const examples = blocks.flatMap(({ language, text }, index) => {
  if (language !== 'graphql') return [];
  const [next] = blocks.slice(index + 1).filter((block) => ['graphql', 'json'].includes(block.language));
  const credential = blocks.slice(0, index).findLast((block) => block.text.includes('npm run token'))?.text ?? '';
  const [, role = 'DISTRICT_LEAD', area = DISTRICT] = /--role (\w+) --area (\d{12})/.exec(credential) ?? [];
  return [{ query: text, answer: next?.language === 'json' ? next.text : null, role: role as Role, area }];
});

/** The instant of an answer is no part of the promise. */
const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'dataAsOf' ? undefined : inner)));

describe('the README', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await openHub();
  });
  afterAll(() => hub?.stop());

  it('has a first query with its answer', () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples[0]?.answer).not.toBeNull();
  });

  it.each(examples.map((example, index) => [index + 1, example] as const))(
    'gets the answer it shows to query %i',
    async (_, { query, answer, role, area }) => {
      const data = wholeData(await hub.query(query, {}, await hub.token({ role, area })));
      if (answer === null) return;
      const shown = JSON.parse(answer) as { data?: unknown };
      expect(timeless(data)).toEqual(timeless(shown.data ?? shown));
    },
  );

  it('names no command that is not there', () => {
    const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const lines = blocks.filter(({ language }) => ['sh', 'bash', 'shell'].includes(language)).flatMap(({ text }) => text.split('\n'));
    const named = lines.flatMap((line) =>
      [...line.matchAll(/\bnpm (?:run (?:--?[\w-]+ )*([\w:-]+)|(start|test)\b)/g)].map(([, run, short]) => run ?? short ?? ''),
    );
    expect(named).toEqual(expect.arrayContaining(['start', 'test']));
    expect(named.filter((name) => !scripts[name])).toEqual([]);
  });
});
