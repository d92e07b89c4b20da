import type { Context } from '../../../shared/src/context.ts';

/**
 * The caller's context reading as SERVICE, for what he has shown to be his to read where the row scope, which knows places alone, does not say so:
 * a report whose receipt he holds, the redacted words of a case that he handles. Whoever uses it has checked that before.
 */
export const readingAsService = (ctx: Context): Context =>
  Object.assign(Object.create(ctx) as Context, {
    rows: <T extends object>(sql: string, params: readonly unknown[] = []): Promise<T[]> =>
      ctx.write(({ rows, asService }) => asService(() => rows<T>(sql, params))),
  });
