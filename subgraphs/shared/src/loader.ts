import DataLoader from 'dataloader';
import type { Context } from './context.ts';

/**
 * Turns a function over many keys into one over a single key: what is asked in one turn of the event loop is fetched together, and a key
 * is fetched once per request (in a command: once per turn). A key that is missing in the map is null.
 *
 *     const byId = batched<string, FacilityRow>(async (ctx, ids) => index(await ctx.rows('… where id = any($1)', [ids])));
 *     await byId(ctx, 'fc_…');
 *
 * @param keyOf text that is equal for equal keys; needed where a key is not a string.
 */
export function batched<K, V>(
  fetch: (ctx: Context, keys: readonly K[]) => Promise<Map<string, V>>,
  keyOf: (key: K) => string = String,
): (ctx: Context, key: K) => Promise<V | null> {
  const loaders = new WeakMap<Context, DataLoader<K, V | null, string>>();

  const open = (ctx: Context): DataLoader<K, V | null, string> => {
    const read = async (keys: readonly K[]): Promise<(V | null)[]> => {
      const found = await fetch(ctx, keys);
      return keys.map((key) => found.get(keyOf(key)) ?? null);
    };
    // A command reads again what it has written meanwhile.
    const isCommand = 'record' in ctx;
    const loader = new DataLoader<K, V | null, string>(read, { cacheKeyFn: keyOf, cache: !isCommand });
    loaders.set(ctx, loader);
    return loader;
  };

  return (ctx, key) => (loaders.get(ctx) ?? open(ctx)).load(key);
}
