import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { type GraphQLInputType, type GraphQLSchema, getNamedType, graphql, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { ValueError } from '../../subgraphs/shared/src/domain/value-error.ts';
import { COMMON_ERRORS, HubError } from '../../subgraphs/shared/src/errors.ts';
import { buildSubgraph } from '../../subgraphs/shared/src/subgraph.ts';
import type { TestDatabase } from '../database.ts';
import type { CommandSpec, Dice, Invariant, Play, Stage, Way } from './spec.ts';

/** `GENERATED_RUNS=2000 npx vitest run test/<department>/generated.test.ts` plays longer. */
const RUNS = Number(process.env.GENERATED_RUNS ?? 100);
const CLIENTS = 8;
const COMMANDS_EACH = 8;
/** How often every code must have been answered; the runs of CI are enough for that. */
const LEAST = 20;
/** Common codes that every department's commands answer. */
const COMMON = ['FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED', 'VERSION_CONFLICT', 'IDEMPOTENCY_KEY_REQUIRED', 'IDEMPOTENCY_KEY_REUSED'];

/** Keys are kept with their effect, and none without an answer. */
const KEYS: Invariant[] = [{ name: 'a key without an answer', sql: 'select * from hub.idempotency where answer is null' }];

/** A small generator (mulberry32): equal seeds give equal throws. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { int, pick: (list) => list[int(0, list.length - 1)] as never, chance: (percent) => int(1, 100) <= percent };
}

interface Sent {
  name: string;
  input: Record<string, unknown>;
  caller: Partial<Claims>;
}
interface Called {
  name: string;
  way: Way;
}
interface Told {
  ok: boolean;
  errors: { code: string; message: string; messageEn: string }[];
}

/** The generated test of a department (issue: bad input): random commands, valid and invalid, from eight clients; afterwards nothing is half-written. */
export function playDepartment(stage: Stage): void {
  const { schema } = buildSubgraph(stage.definition);
  const reached = new Map<string, number>();
  let kept = 0;
  let world: TestDatabase;
  let parts: Partial<Context>;

  beforeAll(async () => {
    ({ world, parts } = await stage.open());
  }, 120_000);
  afterAll(() => world?.drop());

  const own = Object.entries(stage.errors).filter(([, { when }]) => !when.startsWith('Warning:'));
  const due = [...COMMON, ...own.map(([code]) => code)].filter((code) => stage.later[code] === undefined);
  const missing = (least: number): string[] => due.filter((code) => (reached.get(code) ?? 0) < least);
  const count = (code: string): void => void reached.set(code, (reached.get(code) ?? 0) + 1);

  async function send({ name, input, caller }: Sent): Promise<void> {
    const contextValue = world.context({ deadline: Date.now() + 60_000, ...caller }, parts);
    const source = `mutation ($input: ${inputTypeOf(schema, name)}!) { it: ${name}(input: $input) { ok errors { code message messageEn } } }`;
    const { data, errors } = await graphql({ schema, source, contextValue, variableValues: { input } });
    const [error] = errors ?? [];
    if (error) {
      const cause = error.originalError;
      if (!(cause instanceof HubError || cause instanceof ValueError))
        throw new Error(`${name} ${JSON.stringify(input)}: ${error.message}`, { cause });
      return count(cause.code);
    }
    const told = data?.it as Told;
    expect(told.ok, `${name} ${JSON.stringify(told.errors)}`).toBe(told.errors.length === 0);
    if (told.ok) kept += 1;
    for (const { code, message, messageEn } of told.errors) {
      expect([message, messageEn].every((text) => text.length > 0)).toBe(true);
      count(code);
    }
  }

  async function client(seed: number, number: number): Promise<void> {
    const dice = diceOf(seed * CLIENTS + number);
    const sent: Sent[] = [];
    for (let n = 0; n < COMMANDS_EACH; n++) {
      const again = sent.length > 0 && dice.chance(15) ? repeat(dice, dice.pick(sent)) : null;
      const call = again ?? (await compose(dice, `client-${number}`));
      if (!call) continue;
      sent.push(call);
      await send(call);
    }
  }

  async function compose(dice: Dice, clientId: string): Promise<Sent | null> {
    const caller = { ...dice.pick(stage.callers), client: clientId };
    const { name, way } = dice.chance(30) ? (rareWay(dice) ?? anyWay(dice)) : anyWay(dice);
    const play: Play = { dice, caller, rows: async (sql, params) => (await world.owner.query(sql, params)).rows as never };
    const input = await way(play);
    return input ? { name, caller, input: withKey(schema, name, input, dice) } : null;
  }

  const anyWay = (dice: Dice): Called => {
    const { name, ways } = dice.pick(stage.commands);
    return { name, way: ways[dice.pick(Object.keys(ways))] as Way };
  };

  /** A way to a code that has hardly come yet: what is rare by chance would need many more runs. */
  const rareWay = (dice: Dice): Called | null => {
    const rare = missing(2 * LEAST);
    const called = stage.commands.flatMap(({ name, ways }) =>
      rare.filter((code) => ways[code]).map((code) => ({ name, way: ways[code] as Way })),
    );
    return called.length === 0 ? null : dice.pick(called);
  };

  async function check(): Promise<void> {
    for (const { name, sql } of [...KEYS, ...stage.invariants]) {
      const { rows } = await world.owner.query(sql);
      expect(rows, name).toEqual([]);
    }
  }

  async function run(seed: number): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(seed, number)));
    await check();
  }

  describe(`${stage.definition.name} under random commands`, () => {
    it('keeps its invariants, and refuses with a code', { timeout: 3_600_000 }, async () => {
      const seed = process.env.GENERATED_SEED ? Number(process.env.GENERATED_SEED) : randomInt(2 ** 31);
      await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 30 }), run), { numRuns: RUNS, seed, endOnFailure: true });
    });

    it('reaches every code', { timeout: 3_600_000 }, async () => {
      for (let more = 0; more < RUNS && missing(LEAST).length > 0; more++) await run(randomInt(2 ** 30));
      const counts = Object.fromEntries([...reached].sort(([a], [b]) => (a < b ? -1 : 1)));
      process.stdout.write(`${stage.definition.name}: ${kept} commands kept; refused: ${JSON.stringify(counts)}\n`);
      expect(missing(LEAST)).toEqual([]);
      // What is said to come later does not come already, and names a code.
      const known = new Set([...Object.keys(COMMON_ERRORS), ...Object.keys(stage.errors)]);
      expect(Object.keys(stage.later).filter((code) => !known.has(code) || reached.has(code))).toEqual([]);
    });
  });
}

const inputTypeOf = (schema: GraphQLSchema, name: string): string => {
  const type = schema
    .getMutationType()
    ?.getFields()
    [name]?.args.find((each) => each.name === 'input')?.type;
  if (!type) throw new Error(`there is no mutation ${name}`);
  return getNamedType(type).name;
};

const takesKey = (schema: GraphQLSchema, name: string): boolean => {
  const type = schema.getMutationType()?.getFields()[name]?.args[0]?.type as GraphQLInputType;
  const named = getNamedType(type);
  return isInputObjectType(named) && named.getFields().idempotencyKey !== undefined;
};

let keys = 0;
/** Most keys are new; some are too short. */
function withKey(schema: GraphQLSchema, name: string, input: Record<string, unknown>, dice: Dice): Record<string, unknown> {
  if (!takesKey(schema, name)) return input;
  keys += 1;
  return { ...input, idempotencyKey: dice.chance(4) ? 'short' : `generated-${process.pid}-${keys}` };
}

/** The same call once more, sometimes with something else under the same key. */
function repeat(dice: Dice, { name, input, caller }: Sent): Sent {
  if (dice.chance(50)) return { name, input, caller };
  return { name, input, caller: { ...caller, subject: `other-${dice.int(1, 1000)}` } };
}

export type { CommandSpec };
