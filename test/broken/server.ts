import type { TestProject } from 'vitest/node';
import setup from '../setup.ts';

/** Variable that carries what the usual setup provides to the runs of vitest. */
export const PROVIDED = 'HUB_TEST_PROVIDED';

/** The tests' PostgreSQL, started once for all runs. */
export interface Server {
  /** What a run of vitest must be told. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** Does what vitest's global setup does before all tests, and keeps it. */
export async function startServer(): Promise<Server> {
  const provided: Record<string, unknown> = {};
  const provide = (name: string, value: unknown): void => {
    provided[name] = value;
  };
  const stop = await setup({ provide } as unknown as TestProject);
  return { environment: { [PROVIDED]: JSON.stringify(provided) }, stop };
}
