/**
 * Lists as keyset connections (overview §3.7): a page begins after the values of the last row's order, compared as a row, so depth costs
 * nothing and a row that comes or goes elsewhere moves nothing. Cursors carry the exact values as the database wrote them, microseconds
 * included, and are marked: a forged one, or one of another list or filter, is VALIDATION_FAILED.
 *
 *     connection<FacilityRow>(ctx, {
 *       name: 'facilities',
 *       select: 'f.id, f.name',
 *       from: 'facility f',
 *       where: 'f.community_id = any($1)',
 *       params: [communities],
 *       order: [{ sql: 'f.opened_on', type: 'date', descending: true }, { sql: 'f.id', type: 'text', descending: true }],
 *       first, after,
 *     })
 */
import { createHash } from 'node:crypto';
import type { Context } from './context.ts';
import { HubError } from './errors.ts';
import { batched } from './loader.ts';

/** One term of an order. Its values are never null (`coalesce` them) and the last term is unique, so the order is total. */
export interface OrderTerm {
  /** SQL expression. */
  sql: string;
  /** Its PostgreSQL type, as a cursor's value is cast: 'text', 'date', 'timestamptz', 'int', 'numeric'. */
  type: string;
  descending?: boolean;
}

/** Which rows, in which order. All SQL is written by us; values come as parameters. */
export interface List {
  /** Name of the list, e.g. its path in the schema: a cursor is good for one list only. */
  name: string;
  select: string;
  from: string;
  /** Condition over `$1…`; all rows without. */
  where?: string;
  params?: readonly unknown[];
  order: readonly OrderTerm[];
  /** What a cursor is bound to; condition and parameters unless told. Tell it when a parameter changes by itself, like today's date. */
  filter?: unknown;
}

/** The arguments of every list. */
export interface PageArgs {
  /** 1 to 200, 20 if absent. */
  first?: number | null;
  after?: string | null;
}

export interface Connection<T> {
  nodes: T[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

export const DEFAULT_FIRST = 20;
export const MAX_FIRST = 200;
const MAX_CURSOR_LENGTH = 4_000;

type Row<T> = T & { order_keys: (string | null)[] };
type ParentRow<T> = Row<T> & { parent_key: string };

/**
 * One page of a list.
 * @throws HubError PAGE_TOO_LARGE, VALIDATION_FAILED (a cursor that is not of this list).
 */
export async function connection<T extends object>(ctx: Context, list: List & PageArgs): Promise<Connection<T>> {
  const first = pageSize(list.first);
  const binding = bindingOf(list);
  const after = readCursor(ctx, binding, list);
  const params = [...(list.params ?? [])];
  const rows = await ctx.rows<Row<T>>(pageSql(list, first, after, params), params);
  return pageOf<T>(ctx, binding, list.name, rows, first);
}

/** A list of each parent; the condition speaks of the parent as `parent.id`. */
export type ParentList = List;

/**
 * A list under many parents, read in one statement for all that ask the same arguments.
 *
 *     const activitiesOf = connectionByParent<ActivityRow, PageArgs>(() => ({
 *       name: 'Compound.activities', select: 'a.*', from: 'activity a', where: 'a.compound_id = parent.id', order,
 *     }));
 *     activities(@Root() compound, @Ctx() ctx, @Args() args) { return activitiesOf(ctx, compound.id, args); }
 *
 * Throws as `connection`.
 */
export function connectionByParent<T extends object, A extends PageArgs>(
  listOf: (args: A) => ParentList,
): (ctx: Context, parentId: string, args: A) => Promise<Connection<T>> {
  interface Asked {
    parentId: string;
    args: A;
    after: string[] | null;
  }
  const group = ({ args, after }: Asked): string => JSON.stringify([args, after]);
  const key = (asked: Asked): string => `${asked.parentId} ${group(asked)}`;

  const load = batched<Asked, Connection<T>>(async (ctx, all) => {
    const pages = new Map<string, Connection<T>>();
    await Promise.all(
      [...Map.groupBy(all, group).values()].map(async (same) => {
        const { args, after } = same[0] as Asked;
        const parentIds = same.map(({ parentId }) => parentId);
        const found = await pagesByParent<T>(ctx, listOf(args), parentIds, pageSize(args.first), after);
        for (const asked of same) pages.set(key(asked), found(asked.parentId));
      }),
    );
    return pages;
  }, key);

  return async (ctx, parentId, args) => {
    pageSize(args.first);
    const list = listOf(args);
    const after = readCursor(ctx, bindingOf(list, parentId), { ...list, after: args.after });
    return (await load(ctx, { parentId, args, after })) as Connection<T>;
  };
}

async function pagesByParent<T extends object>(
  ctx: Context,
  list: ParentList,
  parentIds: readonly string[],
  first: number,
  after: string[] | null,
): Promise<(parentId: string) => Connection<T>> {
  const params: unknown[] = [...(list.params ?? []), parentIds];
  const parents = `unnest($${params.length}::text[]) as parent(id)`;
  const page = `select row_number() over () as order_number, page.* from (${pageSql(list, first, after, params)}) page`;
  const sql = `select parent.id as parent_key, page.* from ${parents} cross join lateral (${page}) page order by parent.id, order_number`;
  const rows = Map.groupBy(await ctx.rows<ParentRow<T>>(sql, params), (row) => row.parent_key);
  return (parentId) => pageOf<T>(ctx, bindingOf(list, parentId), list.name, rows.get(parentId) ?? [], first);
}

/** One row more than asked tells whether there is a next page. Adds the cursor's values to `params`. */
function pageSql(list: List, first: number, after: string[] | null, params: unknown[]): string {
  const order = list.order.map(({ sql, descending }) => `${sql}${descending ? ' desc' : ''}`).join(', ');
  const conditions = list.where ? [`(${list.where})`] : [];
  if (after) conditions.push(beyond(list.order, after, params));
  return [
    `select ${list.select}, array[${list.order.map(({ sql }) => `(${sql})::text`).join(', ')}] as order_keys`,
    `from ${list.from}`,
    conditions.length > 0 ? `where ${conditions.join(' and ')}` : '',
    `order by ${order} limit ${first + 1}`,
  ].join(' ');
}

/** The condition "comes after these values". Directions that agree compare as one row, which an index answers at any depth. */
function beyond(order: readonly OrderTerm[], after: readonly string[], params: unknown[]): string {
  const values = order.map(({ type }, i) => `$${params.push(after[i])}::${type}`);
  const sign = (term: OrderTerm): string => (term.descending ? '<' : '>');
  if (order.every((term) => sign(term) === sign(order[0] as OrderTerm))) {
    return `(${order.map(({ sql }) => sql).join(', ')}) ${sign(order[0] as OrderTerm)} (${values.join(', ')})`;
  }
  const from = (i: number): string => {
    const term = order[i] as OrderTerm;
    const further = `${term.sql} ${sign(term)} ${values[i]}`;
    return i === order.length - 1 ? further : `(${further} or (${term.sql} = ${values[i]} and ${from(i + 1)}))`;
  };
  return from(0);
}

function pageOf<T extends object>(ctx: Context, binding: string, name: string, rows: Row<T>[], first: number): Connection<T> {
  const shown = rows.slice(0, first);
  const last = shown.at(-1);
  if (last?.order_keys.includes(null)) throw new Error(`the order of ${name} has a null: coalesce it`);
  return {
    nodes: shown,
    pageInfo: { endCursor: last ? writeCursor(ctx, binding, last.order_keys as string[]) : null, hasNextPage: rows.length > first },
  };
}

function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_FIRST;
  if (Number.isInteger(size) && size >= 1 && size <= MAX_FIRST) return size;
  throw new HubError('PAGE_TOO_LARGE', { first: size, limit: MAX_FIRST });
}

/** What a cursor's mark is made over besides its values: the list, its filter and order, and the parent if it has one. */
function bindingOf(list: List, parentId?: string): string {
  const filter = list.filter ?? [list.where, list.params];
  const order = list.order.map(({ sql, descending }) => [sql, descending === true]);
  const told = JSON.stringify([list.name, parentId, filter, order]);
  return createHash('sha256').update(told).digest('base64url');
}

function writeCursor(ctx: Context, binding: string, values: readonly string[]): string {
  const payload = Buffer.from(JSON.stringify(values)).toString('base64url');
  return `${payload}.${ctx.seal.mark(`${binding}.${payload}`)}`;
}

function readCursor(ctx: Context, binding: string, { after, order }: Pick<List & PageArgs, 'after' | 'order'>): string[] | null {
  if (after === null || after === undefined) return null;
  const [payload = '', mark = '', ...rest] = after.length <= MAX_CURSOR_LENGTH ? after.split('.') : [];
  if (rest.length === 0 && ctx.seal.holds(`${binding}.${payload}`, mark)) {
    const values: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (Array.isArray(values) && values.length === order.length) return values as string[];
  }
  throw new HubError(
    'VALIDATION_FAILED',
    '游标（after）无效：它被改动过，或属于另一个列表或另一组条件。请从第一页重新读取。',
    'The cursor (after) is not of this list: it was changed, or belongs to another list or filter. Begin again with the first page.',
    { argument: 'after' },
  );
}
