/** More than the gateway can take: told at once when to come again, the dear first, and the rest is answered. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Admission, type Place, priorityOf } from '../../gateway/src/admission.ts';
import { Refusal } from '../../gateway/src/refusal.ts';
import type { Gateway } from '../../gateway/src/server.ts';
import { ask, DEPARTMENTS, openGateway, volunteers } from './world.ts';

let gateway: Gateway & { url: string };
beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  gateway = await openGateway({ requestConcurrency: 20, subgraphTimeoutMs: 20_000, requestTimeoutMs: 20_000 });
});
afterEach(() => {
  for (const department of DEPARTMENTS) department.reset();
});
afterAll(async () => {
  await gateway?.close();
  for (const department of DEPARTMENTS) await department.stop();
});

describe('200 requests at a time where 20 may be in work', () => {
  it('are all answered: some with data, the others with 503, OVERLOADED and when to come again', async () => {
    await ask(gateway.url, '{ slogan }');
    volunteers.delayMs = 1_500;
    const replies = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const response = await fetch(`${gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: `{ slogan activities(first: ${n % 9}) { id } }` }),
        });
        const body = (await response.json()) as {
          data?: { slogan: string };
          errors?: { message: string; extensions: Record<string, unknown> }[];
        };
        return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
      }),
    );
    const answered = replies.filter(({ status }) => status === 200);
    const refused = replies.filter(({ status }) => status === 503);
    expect(answered.length + refused.length).toBe(200);
    expect(answered.length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeGreaterThanOrEqual(50);
    for (const { body } of answered) expect(body.data?.slogan).toBe('人人参与');
    for (const { body, retryAfter } of refused) {
      expect(retryAfter).toMatch(/^[123]$/);
      expect(body.data).toBeUndefined();
      expect(body.errors?.[0]?.extensions).toMatchObject({
        code: 'OVERLOADED',
        messageEn: expect.stringContaining(`Try again in ${retryAfter} s`),
        details: { limit: 'requestsInWork', max: expect.any(Number), value: expect.any(Number), retryAfterSeconds: Number(retryAfter) },
      });
    }
    expect(new Set(refused.map(({ retryAfter }) => retryAfter)).size, 'they do not all come back at once').toBe(3);
    volunteers.delayMs = 0;
    expect((await ask(gateway.url, '{ slogan }')).data).toEqual({ slogan: '人人参与' });
  });

  it('do not keep anybody from seeing how the gateway is', async () => {
    volunteers.delayMs = 1_500;
    const many = Promise.all(Array.from({ length: 60 }, (_, n) => ask(gateway.url, `{ slogan activities(first: ${n % 9}) { id } }`)));
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    await many;
  });
});

describe('the last places', () => {
  const dear = { cost: 5_000, budget: 10_000 };
  const ordinary = { cost: 1_000, budget: 10_000 };
  const cheap = { cost: 10, budget: 10_000 };
  const outcome = (work: () => void): string => {
    try {
      work();
      return 'taken';
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      return (error as Refusal).extensions.code as string;
    }
  };
  /** Takes places until so many are taken. */
  const filled = (places: number): { admission: Admission; held: Place[] } => {
    const admission = new Admission(10);
    return { admission, held: Array.from({ length: places }, () => admission.enter()) };
  };

  it.each([
    [3, ['taken', 'taken', 'taken', 'taken']],
    [6, ['OVERLOADED', 'taken', 'taken', 'taken']],
    [8, ['OVERLOADED', 'OVERLOADED', 'taken', 'taken']],
  ])('with %i of 10 taken, are for what costs little or was registered', (places, expected) => {
    const { admission } = filled(places);
    const tried = [dear, ordinary, cheap, { ...dear, isRegistered: true }].map((known) => {
      const place = admission.enter();
      const result = outcome(() => place.know(known));
      place.leave();
      return result;
    });
    expect(tried).toEqual(expected);
  });

  it('taken, nobody is let in until one is left, and nobody leaves twice', () => {
    const { admission, held } = filled(10);
    expect(outcome(() => admission.enter())).toBe('OVERLOADED');
    held[0]!.leave();
    held[0]!.leave();
    expect(admission.taken).toBe(9);
    admission.enter();
    expect(outcome(() => admission.enter())).toBe('OVERLOADED');
  });

  it('are for departments that ask on behalf of a request in work, however dear', () => {
    const { admission } = filled(8);
    const place = admission.enter();
    place.know({ isService: true });
    expect(outcome(() => place.know(dear))).toBe('taken');
    expect(priorityOf(dear)).toBe('DEAR');
  });
});
