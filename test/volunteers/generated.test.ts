import { ERRORS } from '../../subgraphs/volunteers/src/errors.ts';
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import { holdClock } from '../clock.ts';
import { playDepartment } from '../commands/play.ts';
import { auditor, places, recorder, resident, staffOf } from './act.ts';
import { commands, DAYS, FIRST_DAY, invariants } from './commands.ts';
import { NOW, volunteersWorld } from './world.ts';

playDepartment({
  definition,
  errors: ERRORS,
  open: async () => {
    const world = await volunteersWorld();
    await world.owner.query(`
      insert into activity (id, title, organizer_id, community_id, category, description, status, risk_level, insured, starts_at, ends_at)
        select 'all' || n, '全天', 'og' || n, 'c', 'ORDER', '全天', 'RUNNING', 'ORDINARY', false, '${FIRST_DAY}T00:00+08:00'::timestamptz,
          '${FIRST_DAY}T00:00+08:00'::timestamptz + interval '${DAYS} days' from generate_series(1, 2) n;
      insert into shift (id, activity_id, starts_at, ends_at, capacity, check_in_methods)
        select a.id || d, a.id, a.starts_at + d * interval '1 day', a.starts_at + (d + 1) * interval '1 day', 50, '{ORGANIZER_LIST}'
        from activity a, generate_series(0, ${DAYS - 1}) d where a.id like 'all%'`);
    holdClock(NOW);
    return { world, parts: { graph: places } };
  },
  // Most commands are a recorder's.
  callers: [
    ...['first', 'second'].flatMap((subject) => Array.from({ length: 5 }, () => recorder('og1', subject))),
    recorder('og2'),
    recorder('og2'),
    resident('login-1'),
    resident('login-2'),
    resident('newcomer'),
    resident('login-7', 'og1'),
    auditor,
    staffOf('c'),
    { roles: ['STREET_STAFF'], variant: 'DEPARTMENT', communities: ['b', 'c'], subject: 'street' },
  ],
  commands,
  invariants,
  later: {},
});
