import fc from 'fast-check';
import { execute, NoUnusedVariablesRule, parse, specifiedRules, validate } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/server.ts';
import { monolith, questions } from './monolith.ts';
import { ask, DEPARTMENTS, openGateway } from './world.ts';

let gateway: Gateway & { url: string };
beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  gateway = await openGateway({ subgraphTimeoutMs: 8_000 });
});
afterAll(async () => {
  await gateway.close();
  for (const department of DEPARTMENTS) await department.stop();
});

const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);
const USED = 'used: __type(name: "Query") @include(if: $no) @skip(if: $yes) { name }';

it('a graph of three departments answers like one schema that holds everything', { timeout: 120_000 }, async () => {
  const schema = monolith();
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(questions(schema), async (question) => {
      const text = question
        .replace('{', '{')
        .replace(
          /^(query\([^)]*\) \{)/,
          `$1 ${USED} n: activities(first: $n) @include(if: $no) { id } l: areas @include(if: $no) { volunteerSummary(label: $l) { label } } `,
        );
      const document = parse(text);
      fc.pre(validate(schema, document, RULES).length === 0);
      const expected = await execute({ schema, document });
      expect(expected.errors).toBeUndefined();
      const reply = await ask(gateway.url, text);
      expect(reply.errors).toBeUndefined();
      expect(JSON.stringify(reply.data)).toBe(JSON.stringify(expected.data));
      for (const count of Object.values(reply.extensions?.debug?.requests ?? {}))
        expect(count).toBeLessThanOrEqual(reply.extensions!.debug!.stages);
      compared++;
    }),
    { numRuns: Number(process.env.QUESTIONS ?? 150), seed: Number(process.env.SEED ?? 20261124) },
  );
  expect(compared).toBeGreaterThan(50);
});
