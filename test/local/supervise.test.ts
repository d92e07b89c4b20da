import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { freePort } from '../../local/postgres.ts';
import { type Supervised, supervise } from '../../local/supervise.ts';
import { eventually, scratchFolder } from './scratch.ts';

interface Watched {
  child: Supervised;
  port: number;
  said: string[];
}

async function watch(environment: Record<string, string> = {}): Promise<Watched> {
  const port = await freePort();
  const said: string[] = [];
  const child = supervise(
    {
      name: 'child',
      program: 'test/local/fixture.child.ts',
      folder: checkout,
      environment: { PORT: String(port), ...environment },
      port,
      log: join(scratchFolder(), 'child.log'),
    },
    (line) => said.push(line),
  );
  onTestFinished(() => child.stop(1_000));
  return { child, port, said };
}

describe('the supervisor', () => {
  test('restarts a killed child within five seconds and says so', async () => {
    const { child, said } = await watch();
    await child.ready(10_000);
    const first = child.pid()!;
    process.kill(first, 'SIGKILL');
    expect(await eventually(() => said.some((line) => line.includes('ready again')), 5_000)).toBe(true);
    expect(child.pid()).not.toBe(first);
    expect(said[0]).toMatch(/^child ended \(SIGKILL\); starting it again in 0\.1 s/);
  });

  test('waits longer before each further restart', async () => {
    const { child, port, said } = await watch();
    await child.ready(10_000);
    for (let death = 1; death <= 3; death++) {
      await child.ready(10_000);
      await fetch(`http://127.0.0.1:${port}/die`).catch(() => undefined);
      await eventually(() => said.filter((line) => line.includes('starting it again')).length === death, 5_000);
    }
    const delays = said.flatMap((line) => /again in ([\d.]+) s/.exec(line)?.[1] ?? []);
    expect(delays).toEqual(['0.1', '0.2', '0.4']);
    expect(said).toContain('[child] told to die');
  });

  test('tells the last words of a child that was never ready', async () => {
    const { child } = await watch({ UNWELL: 'DATABASE_URL: Required' });
    await expect(child.ready(10_000)).rejects.toThrow(/ended before it was ready \(exit code 1\)\nDATABASE_URL: Required/);
  });

  test('ends a child that does not listen to SIGTERM any more', async () => {
    const { child } = await watch();
    await child.ready(10_000);
    process.kill(child.pid()!, 'SIGSTOP');
    const since = Date.now();
    await child.stop(300);
    expect(Date.now() - since).toBeLessThan(2_000);
    expect(child.pid()).toBeNull();
  });
});
