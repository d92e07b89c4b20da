/**
 * `npm run records` holds the exchange record against its chains and anchors and says which line was changed or is missing; ends with 1 then.
 * Works on the hub of this machine, running or not; elsewhere OWNER_DATABASE_URL is a login to the gateway's database that may read it.
 */

import pg from 'pg';
import { type Check, checkRecord, type Finding } from '../gateway/src/record-check.ts';
import { columnTypes, SESSION_OPTIONS } from '../subgraphs/shared/src/column-types.ts';
import { withOwner } from './database-access.ts';
import { GATEWAY } from './environment.ts';
import { fail } from './trouble.ts';

/** More of them say no more. */
const SHOWN = 50;

const WORDS: Record<Finding['what'], string> = {
  MISSING: 'is missing 缺失',
  CHANGED: 'was changed, or the line before it 被改动（或其前一条）',
  BEYOND_HEAD: 'was added past the end of its chain 为链外添加',
};

/** What a check says to who runs it. */
export function told({ writers, lines, anchors, lastAnchor, findings }: Check): string {
  const size = `${lines} lines of ${writers} writers, ${anchors} anchors; last anchor ${lastAnchor ?? '–'}`;
  if (findings.length === 0) return `The exchange record is whole: ${size}.  交换记录完整`;
  const shown = findings.slice(0, SHOWN).map(({ chain, line, what }) => `${chain} line ${line} ${WORDS[what]}`);
  const more = findings.length > SHOWN ? [`… ${findings.length - SHOWN} more`] : [];
  return [`The exchange record is NOT whole (${size})  交换记录不完整:`, ...shown, ...more].join('\n');
}

async function main(): Promise<boolean> {
  const check = await withOwner(GATEWAY, 'npm run records', async (connectionString) => {
    const client = new pg.Client({ connectionString, types: columnTypes, options: SESSION_OPTIONS });
    await client.connect();
    try {
      return await checkRecord(client);
    } finally {
      await client.end();
    }
  });
  process.stdout.write(`${told(check)}\n`);
  return check.findings.length === 0;
}

if (import.meta.main) {
  await main().then(
    (isWhole) => process.exit(isWhole ? 0 : 1),
    (error) => fail(error, ''),
  );
}
