import { ApolloServer } from '@apollo/server';
import { describe, expect, test } from 'vitest';
import { StatementError } from '../../subgraphs/shared/src/database.ts';
import { ValueError } from '../../subgraphs/shared/src/domain/value-error.ts';
import { COMMON_ERRORS, formatError, HubError, toGraphQLError } from '../../subgraphs/shared/src/errors.ts';
import { AreaCode } from '../../subgraphs/shared/src/scalars.ts';

/** Answers a query whose field throws, as a subgraph would. */
async function answer(query: string, thrown?: unknown, variables?: Record<string, unknown>) {
  const logged: unknown[] = [];
  const server = new ApolloServer({
    typeDefs: 'scalar AreaCode type Query { field(first: Int, code: AreaCode): String  needed: String! }',
    resolvers: {
      AreaCode,
      Query: {
        field: () => {
          throw thrown;
        },
        needed: () => null,
      },
    },
    includeStacktraceInErrorResponses: false,
    formatError: formatError({ error: (...args: unknown[]) => void logged.push(args) } as never),
  });
  const { body } = await server.executeOperation({ query, variables });
  await server.stop();
  if (body.kind !== 'single') throw new Error('one answer');
  return { errors: body.singleResult.errors ?? [], logged };
}

test('every common code has a sentence in both languages', () => {
  for (const [code, { zh, en }] of Object.entries(COMMON_ERRORS)) {
    expect(zh, code).toMatch(/[一-鿿]/);
    expect(en, code).toMatch(/^[A-Z][^一-鿿]+\.$/);
  }
});

describe('a caller hears', () => {
  test('an error of ours with code, both sentences and details', async () => {
    const { errors, logged } = await answer('{ field }', new HubError('PAGE_TOO_LARGE', { first: 500, limit: 200 }));
    expect(errors).toEqual([
      {
        message: '每页条数须在 1 至 200 之间。',
        path: ['field'],
        locations: [{ line: 1, column: 3 }],
        extensions: { code: 'PAGE_TOO_LARGE', messageEn: 'A page has 1 to 200 items.', details: { first: 500, limit: 200 } },
      },
    ]);
    expect(logged).toEqual([]);
  });

  test('a department’s own code, and a value’s', async () => {
    const own = await answer('{ field }', new HubError('SLOT_TAKEN', '该时段已被预约。', 'The slot is taken.', { slot: 's1' }));
    expect(own.errors[0]).toMatchObject({ message: '该时段已被预约。', extensions: { code: 'SLOT_TAKEN', details: { slot: 's1' } } });
    const value = await answer('{ field }', new ValueError('CRS_REQUIRED', '须注明坐标系。', 'A crs is needed.'));
    expect(value.errors[0]?.extensions).toEqual({ code: 'CRS_REQUIRED', messageEn: 'A crs is needed.' });
    const wrapped = await answer('{ field }', toGraphQLError(new HubError('NOT_FOUND')));
    expect(wrapped.errors[0]).toMatchObject({ message: COMMON_ERRORS.NOT_FOUND.zh, extensions: { code: 'NOT_FOUND' } });
  });

  test('what is wrong with the query', async () => {
    expect((await answer('{ nothing }')).errors[0]?.extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect((await answer('{')).errors[0]?.extensions).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
    expect((await answer('query ($n: Int!) { field(first: $n) }')).errors[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  test('what a scalar refuses, written out or as a variable', async () => {
    const refused = {
      message: 'AreaCode 须为 12 位数字',
      extensions: { code: 'VALIDATION_FAILED', messageEn: 'AreaCode must be 12 digits' },
    };
    for (const { errors, logged } of [
      await answer('{ field(code: "4103") }'),
      await answer('query ($code: AreaCode) { field(code: $code) }', undefined, { code: '4103' }),
    ]) {
      expect(errors).toMatchObject([refused]);
      expect(logged).toEqual([]);
    }
  });

  test('nothing of a bug, which is logged', async () => {
    const bugs = [new TypeError('select secret from note'), new StatementError('42P01', 'relation "x" does not exist'), 'text', undefined];
    for (const bug of bugs) {
      const { errors, logged } = await answer('{ field }', bug);
      expect(errors).toMatchObject([{ message: '系统内部错误，已记录。', path: ['field'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
      expect(JSON.stringify(errors)).not.toMatch(/select|relation|stack|text/);
      expect(logged).toHaveLength(1);
    }
    const { errors } = await answer('{ needed }');
    expect(errors[0]).toMatchObject({ message: '系统内部错误，已记录。', extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  });
});
