/**
 * The limit: the district view put together by hand-written SQL and served over plain HTTP, without GraphQL, federation, signatures or row scope.
 * `GET /view?start=…&end=…` answers the same places and figures as JSON, from the same roll-ups as the hub; with `&from=facts` straight over the
 * facts, without any roll-up. One process, four databases.
 */
import { createServer } from 'node:http';
import pg from 'pg';
import { dateIn } from '../subgraphs/shared/src/domain/period.ts';
import { facilityRows } from '../test/straight/facilities.ts';
import { grievanceRows } from '../test/straight/grievances.ts';
import { organizationRows } from '../test/straight/organization.ts';
import { readPlaces } from '../test/straight/places.ts';
import { volunteerRows } from '../test/straight/volunteers.ts';
import { grievancesRolledUp, volunteersRolledUp } from './limit-rollup.ts';
import { KEYS } from './question.ts';

const districtCode = process.env.DISTRICT_CODE ?? '410305000000';
// Dates as text and one time zone, as the SQL expects them.
pg.types.setTypeParser(1082, (text) => text);
const pool = (name: string) => new pg.Pool({ connectionString: process.env[`${name}_URL`], max: 4, options: '-c timezone=Asia/Shanghai' });
const databases = {
  organization: pool('ORGANIZATION'),
  volunteers: pool('VOLUNTEERS'),
  facilities: pool('FACILITIES'),
  grievances: pool('GRIEVANCES'),
};

const TREE = `
  with recursive tree as (
    select id, code, name, parent_id, 0 as depth from area where code = $1
    union all
    select a.id, a.code, a.name, a.parent_id, depth + 1 from area a join tree t on a.parent_id = t.id where a.closed_on is null
  )
  select * from tree order by code`;

const wanted: Set<string> = new Set(Object.values(KEYS).flat());

async function view(start: string, end: string, fromFacts: boolean) {
  const { rows: areas } = await databases.organization.query<{ id: string }>(TREE, [districtCode]);
  const today = dateIn(new Date());
  const places = await readPlaces(
    databases.organization,
    areas.map(({ id }) => id),
    { grain: 'YEAR', start, end },
    'RESTATED',
  );
  const figures = await Promise.all([
    organizationRows(databases.organization, places),
    fromFacts ? volunteerRows(databases.volunteers, places, today) : volunteersRolledUp(databases.volunteers, places),
    facilityRows(databases.facilities, places),
    fromFacts ? grievanceRows(databases.grievances, places) : grievancesRolledUp(databases.grievances, places),
  ]);
  return { areas, figures: figures.flat().filter(({ key }) => wanted.has(key)) };
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  view(searchParams.get('start') ?? '', searchParams.get('end') ?? '', searchParams.get('from') === 'facts')
    .then((body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)))
    .catch((error) => response.writeHead(500).end(String(error)));
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
process.stdin.once('end', () => process.exit(0)).resume();
