import 'reflect-metadata';
import { graphql } from 'graphql';
import { Arg, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { Command, type CommandContext } from '../../subgraphs/shared/src/command.ts';
import { Payload } from '../../subgraphs/shared/src/common.type.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { errorsOf, HubError, Refusals } from '../../subgraphs/shared/src/errors.ts';
import { requireCommunity } from '../../subgraphs/shared/src/scope.ts';
import { buildSubgraph } from '../../subgraphs/shared/src/subgraph.ts';
import { beginState, expectVersion, refusing } from '../../subgraphs/shared/src/write.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

// The smallest department that acts: jars in communities, into which marbles are put.

const { refuse } = errorsOf({
  JAR_FULL: { zh: '罐子已满。', en: 'The jar is full.', when: 'A jar holds 100 marbles.' },
  JAR_TWICE: { zh: '罐子已存在。', en: 'There is such a jar.', when: 'A second jar with the same id.' },
});

@ObjectType()
class Jar {
  @Field(() => ID) id!: string;
  @Field(() => Int) marbles!: number;
  @Field(() => Int) version!: number;
}
@ObjectType()
class JarPayload extends Payload {
  @Field(() => Jar, { nullable: true }) jar!: Jar | null;
}
@InputType()
class MakeJarInput {
  @Field(() => String) idempotencyKey!: string;
  @Field(() => String, { nullable: true }) clientMutationId!: string | null;
  @Field(() => ID) id!: string;
  @Field(() => String) communityId!: string;
}
@InputType()
class AddMarblesInput {
  @Field(() => String) idempotencyKey!: string;
  @Field(() => ID) id!: string;
  @Field(() => Int) marbles!: number;
  @Field(() => String, { nullable: true }) fault!: string | null;
}
@InputType()
class LabelJarInput {
  @Field(() => ID) id!: string;
  @Field(() => Int) expectedVersion!: number;
}
@InputType()
class PourInput {
  @Field(() => ID) from!: string;
  @Field(() => ID) to!: string;
}

const jar = async ({ rows }: Pick<CommandContext, 'rows'>, id: string): Promise<Jar> => {
  const [row] = await rows<Jar>('select id, marbles, version from jar where id = $1 for update', [id]);
  if (!row) throw refuse('NOT_FOUND', { field: ['id'] });
  return row;
};
const put = async ({ rows }: CommandContext, id: string, n: number): Promise<Jar> => {
  const [row] = await rows<Jar>(
    'update jar set marbles = marbles + $2, version = version + 1 where id = $1 returning id, marbles, version',
    [id, n],
  );
  if (!row) throw refuse('NOT_FOUND');
  return row;
};

let prepareFails = false;
const prepare = async (): Promise<string> => {
  if (prepareFails) throw new HubError('SOURCE_UNAVAILABLE');
  return 'asked';
};

@Resolver()
class JarResolver {
  @Query(() => Int)
  one(): number {
    return 1;
  }

  @Command(() => JarPayload, ['COMMUNITY_STAFF', 'DISTRICT_LEAD'], 'Makes a jar.', prepare)
  async makeJar(@Arg('input', () => MakeJarInput) input: MakeJarInput, @Ctx() ctx: CommandContext, asked?: string) {
    expect(asked).toBe('asked');
    const made = ctx.rows<Jar>('insert into jar (id, community_id) values ($1, $2) returning id, marbles, version', [
      input.id,
      input.communityId,
    ]);
    const [row] = await refusing(made, { jar_pkey: () => refuse('JAR_TWICE', { field: ['id'] }) });
    ctx.record({ name: 'jar.made', objectType: 'Jar', objectId: input.id, areaId: input.communityId, on: '2026-03-01', to: 'EMPTY' });
    return { jar: row };
  }

  @Command(() => JarPayload, ['COMMUNITY_STAFF'])
  async addMarbles(@Arg('input', () => AddMarblesInput) input: AddMarblesInput, @Ctx() ctx: CommandContext) {
    const before = await jar(ctx, input.id);
    if (input.marbles <= 0) {
      throw new Refusals([refuse('VALIDATION_FAILED', { field: ['marbles'] }), refuse('JAR_FULL', { details: { limit: 100 } })]);
    }
    if (before.marbles + input.marbles > 100) throw refuse('JAR_FULL', { field: ['marbles'], details: { limit: 100 } });
    const row = await put(ctx, input.id, input.marbles);
    ctx.record({ name: 'jar.filled', objectType: 'Jar', objectId: input.id, reason: '请回电 13800138000' });
    if (input.fault === 'BUG') throw new Error('a bug');
    if (input.fault === 'KILLED') await ctx.rows('select pg_terminate_backend(pg_backend_pid())');
    if (input.fault === 'SCOPE') requireCommunity(ctx, 'ar_9');
    return { jar: row };
  }

  @Command(() => JarPayload, ['COMMUNITY_STAFF'])
  async labelJar(@Arg('input', () => LabelJarInput) input: LabelJarInput, @Ctx() ctx: CommandContext) {
    const { version } = await jar(ctx, input.id);
    expectVersion(version, input.expectedVersion);
    return { jar: await put(ctx, input.id, 0) };
  }

  @Command(() => JarPayload, ['COMMUNITY_STAFF'])
  async pour(@Arg('input', () => PourInput) input: PourInput, @Ctx() ctx: CommandContext) {
    await put(ctx, input.from, -1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { jar: await put(ctx, input.to, 1) };
  }
}

const { schema } = buildSubgraph({ name: 'fixture', entities: [], types: [], resolvers: [JarResolver], references: {} });

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(fixture);
  await world.owner.query(`
    create table jar (id text primary key, community_id text not null, marbles int not null default 0, version int not null default 1);
    alter table jar enable row level security;
    create policy read on jar for select to fixture_app using (true);
    create policy make on jar for insert to fixture_app with check (community_id = any ((select hub.communities())::text[]));
    create policy change on jar for update to fixture_app using (community_id = any ((select hub.communities())::text[]));
    grant select, insert, update on jar to fixture_app;
    create table jar_state (jar_id text, valid_from date, valid_to date, colour text, litres numeric(9,3), primary key (jar_id, valid_from),
      exclude using gist (jar_id with =, daterange(valid_from, valid_to) with &&));
    grant select, insert, update on jar_state to fixture_app;`);
});
afterAll(() => world?.drop());

const STAFF: Partial<Claims> = {
  roles: ['COMMUNITY_STAFF'],
  variant: 'DEPARTMENT',
  subject: 'u1',
  organization: 'or_1',
  communities: ['ar_1'],
};
interface Told {
  jar: Jar | null;
  ok: boolean;
  errors: { code: string; field: string[] | null; details: unknown }[];
  clientMutationId: string | null;
}
/** Sends one mutation as its caller would; answers the payload, and whether it was a replay, or throws the GraphQL error. */
async function send(name: string, type: string, input: object, claims: Partial<Claims> = STAFF) {
  let replayed = false;
  const contextValue: Context = world.context(claims, {
    replayed: () => {
      replayed = true;
    },
  });
  const source = `mutation ($input: ${type}!) { it: ${name}(input: $input) { ok errors { code field details } clientMutationId jar { id marbles version } } }`;
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues: { input } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return { ...(data?.it as Told), replayed };
}
const make = (id: string, extra: object = {}, claims?: Partial<Claims>) =>
  send('makeJar', 'MakeJarInput', { idempotencyKey: `make-jar-${id}`, id, communityId: 'ar_1', ...extra }, claims);
const add = (id: string, key: string, marbles: number, fault?: string, claims?: Partial<Claims>) =>
  send('addMarbles', 'AddMarblesInput', { idempotencyKey: key, id, marbles, fault }, claims);
const marbles = async (id: string): Promise<number> =>
  (await world.owner.query('select marbles from jar where id = $1', [id])).rows[0]?.marbles;
const events = async (id: string) => (await world.owner.query('select * from hub.event where object_id = $1 order by seq', [id])).rows;

describe('a command', () => {
  it('answers the object, and says in an event who did what', async () => {
    expect(await make('a', { clientMutationId: 'mine' })).toEqual({
      ok: true,
      errors: [],
      clientMutationId: 'mine',
      replayed: false,
      jar: { id: 'a', marbles: 0, version: 1 },
    });
    expect(await events('a')).toMatchObject([
      {
        name: 'jar.made',
        object_type: 'Jar',
        area_id: 'ar_1',
        on: '2026-03-01',
        actor_organization: 'or_1',
        actor_role: 'COMMUNITY_STAFF',
        to_state: 'EMPTY',
      },
    ]);
  });

  it('that breaks a rule says code and field, and leaves nothing, so that the key is free', async () => {
    await make('b');
    expect(await add('b', 'too-many-b', 101)).toMatchObject({
      ok: false,
      jar: null,
      errors: [{ code: 'JAR_FULL', field: ['marbles'], details: { limit: 100 } }],
    });
    expect((await add('b', 'too-many-b', -1)).errors.map(({ code }) => code)).toEqual(['VALIDATION_FAILED', 'JAR_FULL']);
    expect(await add('b', 'too-many-b', 3)).toMatchObject({ ok: true, jar: { marbles: 3 } });
    expect(await make('b', { idempotencyKey: 'another-key' })).toMatchObject({ ok: false, errors: [{ code: 'JAR_TWICE', field: ['id'] }] });
    expect((await events('b')).map(({ name }) => name)).toEqual(['jar.made', 'jar.filled']);
  });

  it('is for its roles, inside the scope of the caller', async () => {
    await make('r');
    await add('r', 'three-marbles', 3);
    await expect(add('r', 'as-a-lead', 1, undefined, { ...STAFF, roles: ['DISTRICT_LEAD'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(add('r', 'as-nobody', 1, undefined, { roles: ['PUBLIC'], variant: 'PUBLIC' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(add('r', 'elsewhere', 1, 'SCOPE')).rejects.toMatchObject({ code: 'OUT_OF_AREA_SCOPE' });
    expect(await marbles('r')).toBe(3);
  });

  it('cannot touch a row outside the scope, whatever it tries', async () => {
    await expect(make('far', { communityId: 'ar_2' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await world.owner.query(`insert into jar (id, community_id) values ('far', 'ar_2')`);
    expect(await add('far', 'far-away-1', 1)).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    expect(await marbles('far')).toBe(0);
  });

  it('with an old version is a conflict that tells the present one', async () => {
    await make('v');
    expect(await send('labelJar', 'LabelJarInput', { id: 'v', expectedVersion: 1 })).toMatchObject({ ok: true, jar: { version: 2 } });
    expect(await send('labelJar', 'LabelJarInput', { id: 'v', expectedVersion: 1 })).toMatchObject({
      errors: [{ code: 'VERSION_CONFLICT', details: { version: 2 } }],
    });
  });

  it('that loses a race for locks goes again', async () => {
    await make('left');
    await make('right');
    await Promise.all([add('left', 'fill-left', 10), add('right', 'fill-right', 10)]);
    const pours = await Promise.all([
      send('pour', 'PourInput', { from: 'left', to: 'right' }),
      send('pour', 'PourInput', { from: 'right', to: 'left' }),
    ]);
    expect(pours.map(({ ok }) => ok)).toEqual([true, true]);
    expect([await marbles('left'), await marbles('right')]).toEqual([10, 10]);
  });

  it('takes no id without a character, no text that shows nothing, half a character, a zero byte, no end or a mistyped year', async () => {
    for (const [id, communityId] of [
      ['', 'ar_1'],
      ['x', ''],
      ['\ud800', 'ar_1'],
      ['x\u0000', 'ar_1'],
      ['x'.repeat(20_001), 'ar_1'],
      ['\u200b \u2060', 'ar_1'],
      ['1899-12-31', 'ar_1'],
      ['x', '9999-12-31T00:00:00+08:00'],
    ] as const) {
      const { ok, errors } = await make(id, { communityId, idempotencyKey: 'not-a-sound-one' });
      expect([ok, errors.map(({ code, field }) => [code, field])]).toEqual([
        false,
        [['VALIDATION_FAILED', [communityId === 'ar_1' ? 'id' : 'communityId']]],
      ]);
    }
  });

  it('with a text that no column holds is told so', async () => {
    expect(await make('n', { communityId: 'ar_\u0000' })).toMatchObject({ ok: false, errors: [{ code: 'VALIDATION_FAILED' }] });
  });
});

describe('an idempotency key', () => {
  it('has one effect and equal answers under 32 requests at once', async () => {
    await make('k');
    const answers = await Promise.all(Array.from({ length: 32 }, () => add('k', 'thirty-two', 7)));
    expect(await marbles('k')).toBe(7);
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(31);
    expect(new Set(answers.map(({ replayed: _, ...answer }) => JSON.stringify(answer))).size).toBe(1);
    expect((await events('k')).map(({ name }) => name)).toEqual(['jar.made', 'jar.filled']);
  });

  it('gives the first answer although the object has changed since', async () => {
    await make('l');
    await add('l', 'first-effect', 7);
    await add('l', 'later-effect', 1);
    expect(await add('l', 'first-effect', 7)).toMatchObject({ replayed: true, jar: { marbles: 7 } });
  });

  it('is good for one input of one caller and one command', async () => {
    await make('q');
    await add('q', 'only-for-this', 7);
    for (const again of [add('q', 'only-for-this', 8), add('q', 'only-for-this', 7, undefined, { ...STAFF, subject: 'u2' })]) {
      expect(await again).toMatchObject({ ok: false, errors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }] });
    }
    expect(await make('q2', { idempotencyKey: 'only-for-this' })).toMatchObject({ ok: true, replayed: false });
    expect(await add('q', 'only-for-this', 7, undefined, { ...STAFF, client: 'another' })).toMatchObject({ ok: true, replayed: false });
    expect(await marbles('q')).toBe(14);
  });

  it('takes the same input in another order, with another clientMutationId', async () => {
    await make('o', { clientMutationId: 'first' });
    const again = await send('makeJar', 'MakeJarInput', {
      communityId: 'ar_1',
      clientMutationId: 'second',
      id: 'o',
      idempotencyKey: 'make-jar-o',
    });
    expect(again).toMatchObject({ ok: true, replayed: true, clientMutationId: 'second', jar: { id: 'o' } });
  });

  it('has 8 to 64 characters', async () => {
    for (const key of ['short', 'x'.repeat(65)]) {
      expect(await add('a', key, 1)).toMatchObject({ errors: [{ code: 'IDEMPOTENCY_KEY_REQUIRED', details: { least: 8, most: 64 } }] });
    }
  });

  it('is free after a bug or a broken connection, and nothing of the effect is there', async () => {
    await make('f');
    await expect(add('f', 'faulty-key', 5, 'BUG')).rejects.toThrow('a bug');
    await expect(add('f', 'faulty-key', 5, 'KILLED')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(await marbles('f')).toBe(0);
    expect(await add('f', 'faulty-key', 5)).toMatchObject({ ok: true, replayed: false, jar: { marbles: 5 } });
  });

  it('answers a repeat although the department asked beforehand is silent now', async () => {
    await make('p');
    prepareFails = true;
    expect(await make('p')).toMatchObject({ ok: true, replayed: true });
    await expect(make('p2')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    prepareFails = false;
  });

  it('is not given away: the database keeps a mark of the input, no input', async () => {
    await make('m');
    const { rows } = await world.owner.query(`select * from hub.idempotency where key = 'make-jar-m'`);
    expect(rows[0].input).toMatch(/^[\w-]{16}$/);
  });
});

describe('an event', () => {
  it('keeps no telephone number that somebody gave as a reason', async () => {
    await make('e');
    await add('e', 'with-a-reason', 1);
    expect((await events('e')).at(-1)).toMatchObject({ name: 'jar.filled', reason: '请回电 ■' });
  });

  it('cannot be changed or removed by the process', async () => {
    for (const statement of [
      `update hub.event set name = 'x'`,
      'delete from hub.event',
      `update hub.idempotency set key = 'x'`,
      'delete from hub.idempotency',
    ]) {
      await expect(world.context(STAFF).write(({ rows }) => rows(statement))).rejects.toMatchObject({ sqlState: '42501' });
    }
  });
});

describe('a dated state', () => {
  const change = (from: string, changes: object) =>
    world
      .context(STAFF)
      .write((transaction) => beginState(transaction, { table: 'jar_state', key: { jar_id: 's' }, from, changes: { ...changes } }));
  const states = async () =>
    (await world.owner.query(`select valid_from, valid_to, colour, litres from jar_state where jar_id = 's' order by 1`)).rows.map(
      Object.values,
    );

  it('ends where the next one begins, and what was true stays', async () => {
    expect(await change('2026-01-01', { colour: 'red' })).toBe(false);
    await world.owner.query(`insert into jar_state values ('s', '2025-01-01', null, 'blue', 1.250)`);
    expect(await change('2026-03-01', { colour: 'red' })).toBe(true);
    expect(await states()).toEqual([
      ['2025-01-01', '2026-03-01', 'blue', '1.250'],
      ['2026-03-01', null, 'red', '1.250'],
    ]);
  });

  it('is changed in place on its own first day, and goes before a later one', async () => {
    await change('2026-03-01', { litres: '2.5' });
    await change('2025-06-01', { colour: 'green' });
    expect(await states()).toEqual([
      ['2025-01-01', '2025-06-01', 'blue', '1.250'],
      ['2025-06-01', '2026-03-01', 'green', '1.250'],
      ['2026-03-01', null, 'red', '2.500'],
    ]);
  });
});
