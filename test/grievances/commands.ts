/** The stage of grievances for the generated test: reports and the chain in one district, while time does its part. */
import { startChain } from '../../subgraphs/grievances/src/case/chain.job.ts';
import { ERRORS } from '../../subgraphs/grievances/src/errors.ts';
import { definition } from '../../subgraphs/grievances/src/subgraph.ts';
import type { Stage } from '../commands/spec.ts';
import { caseCommands, caseInvariants } from './case-commands.ts';
import {
  ASSISTANT,
  BUREAU,
  COMMUNITY,
  COMPANY,
  DEPARTMENT,
  graph,
  HOTLINE,
  LEADER,
  OTHER_STREET,
  openChain,
  RESIDENT,
  STREET,
} from './chain.ts';
import { reportCommands, reportInvariants } from './report-commands.ts';

const callers = [
  STREET,
  STREET,
  STREET,
  OTHER_STREET,
  COMMUNITY,
  HOTLINE,
  HOTLINE,
  DEPARTMENT,
  DEPARTMENT,
  ASSISTANT,
  BUREAU,
  RESIDENT,
  RESIDENT,
  COMPANY,
  LEADER,
];

/** What every caller has uploaded from every client of the play. */
const FILES = `insert into hub.file (id, name, media_type, bytes, sha256, stripped, client, subject, organization, made_at)
  select 'fl ' || c || ' ' || s || ' ' || n, 'photo.jpg', 'image/jpeg', 10, repeat('b', 64), true, 'client-' || c, s, null, now()
  from generate_series(0, 7) c, unnest($1::text[]) s, generate_series(1, 2) n`;
/** The rule that decides where no orders are given. */
const RULE = `insert into routing_rule (id, "order", category_id, during, lead_id, assist_ids) values ('r1', 1, 'k2', 'ALWAYS', 'dept', '{dept2}')`;

let secret: Buffer = Buffer.alloc(0);
const reports = reportCommands(() => secret);
/** Most of what comes in is right, so that there is something to do. */
const submitting = reports.flatMap(({ name, ways: { valid } }) => (name === 'submitReport' && valid ? [{ name, ways: { valid } }] : []));

export const stage: Stage = {
  definition,
  errors: ERRORS,
  async open() {
    const { world, receive } = await openChain();
    secret = world.vault.secretFor('pin');
    const subjects = [...new Set(callers.map(({ subject }) => subject))];
    await world.owner.query(FILES, [subjects]);
    await world.owner.query(RULE);
    for (let n = 0; n < 40; n++) await receive({ communityId: `c${1 + (n % 3)}`, reports: [{}] });
    // What time makes due is done while commands are sent.
    const faults: unknown[] = [];
    const end = startChain({ database: world.database, log: { error: (fault: unknown) => void faults.push(fault) } as never }, 1_000);
    const drop = async (): Promise<void> => {
      end();
      await world.drop();
      if (faults.length > 0) throw new Error('a job failed', { cause: faults[0] });
    };
    return { world: { ...world, drop }, parts: { graph } };
  },
  callers,
  commands: [...caseCommands, ...reports, ...submitting],
  invariants: [
    ...caseInvariants,
    ...reportInvariants,
    { name: 'roll-ups that differ from the facts', sql: 'select * from rollup.difference' },
  ],
  later: {},
};
