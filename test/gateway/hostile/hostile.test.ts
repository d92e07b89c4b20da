import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CORPUS } from './corpus.ts';
import { Target } from './run.ts';
import { shop } from './world.ts';

const MAX_CPU_MS = 50;
/** A collector that is not due yet keeps some. */
const MAX_GROWTH = 48 * 1024 * 1024;

describe('a hostile request', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start();
    for (let i = 0; i < 100; i++) await target.answersGood();
  });
  afterAll(() => target?.stop());

  it('is one of sixty at least, each of another kind', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
  });

  it.each(CORPUS.map((hostile) => [hostile.name, hostile] as const))(
    '%s: is refused at once, and the next is answered',
    async (_, hostile) => {
      shop.reset();
      const { cpuMs, isAlive, status, code, limit } = await target.send(hostile, hostile.status === 408 ? 1 : 5);
      expect({ status, code, limit }).toEqual({ status: hostile.status, code: hostile.code, limit: hostile.limit ?? null });
      expect(isAlive).toBe(true);
      expect(cpuMs).toBeLessThanOrEqual(MAX_CPU_MS);
      // Nothing reached the department but the good requests after it.
      expect(shop.asked.every(({ query }) => query.includes('item(id: "i1")'))).toBe(true);
    },
  );

  it('leaves no memory behind, however often it comes', async () => {
    const once = target.memory();
    for (const hostile of CORPUS) if (hostile.status !== 408) await target.send(hostile, 3);
    expect(target.memory() - once).toBeLessThan(MAX_GROWTH);
  }, 240_000);
});
