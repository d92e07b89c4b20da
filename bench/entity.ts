/** `npm run bench:entity`: one facility by id, and a list of fifty with two fields of other departments, warm, each after the other. */
import { measureAlone } from './alone.ts';
import { asker, type Bench, DISTRICT, firstWhole } from './hub.ts';
import { at, type Line, timed } from './measure.ts';

const ENTITY = `query Facility($id: ID!) { facility(id: $id) { id name kind status } }`;
const LIST = `query Facilities($first: Int!) {
  facilities(first: $first) { nodes { id name kind status area { code name } operator { name uscc } } pageInfo { endCursor hasNextPage } }
}`;
const LENGTH = 50;
const TARGET = { entity: 30, list: 120 };
const WARM_UP = 30;

export async function measureEntities(bench: Bench, rounds: number): Promise<Line[]> {
  const token = await bench.token({ roles: ['DISTRICT_LEAD'], areas: [DISTRICT], subject: 'bench' });
  const ask = asker(bench.gatewayPort, token);
  const list = async () => {
    const { data } = await ask<{ facilities: { nodes: { id: string; area: object | null }[] } }>(LIST, { first: LENGTH });
    const { nodes } = data.facilities;
    if (nodes.length !== LENGTH || nodes.some(({ area }) => area === null)) throw new Error('the list is not whole');
    return nodes;
  };
  const ids = (await firstWhole(list)).map(({ id }) => id);
  let n = 0;
  // Another one each time: nothing that was asked just before helps.
  const entity = async () => {
    const id = ids[n++ % ids.length] as string;
    const { data } = await ask<{ facility: { id: string } | null }>(ENTITY, { id });
    if (data.facility?.id !== id) throw new Error(`no facility ${id}`);
  };
  for (let i = 0; i < WARM_UP; i++) {
    await entity();
    await list();
  }
  const times: { entity: number[]; list: number[] } = { entity: [], list: [] };
  await bench.steps.run(`entity and list, ${rounds} rounds, in turn`, '单条与列表', async () => {
    for (let i = 0; i < rounds; i++) {
      times.entity.push(await timed(entity));
      times.list.push(await timed(list));
    }
  });
  const millis = (each: number[]) => `P50 ${at(each, 0.5).toFixed(1)} ms, P95 ${at(each, 0.95).toFixed(1)} ms`;
  return [
    { what: 'an entity by id', target: `P95 ≤ ${TARGET.entity} ms`, figure: millis(times.entity) },
    { what: `a list of ${LENGTH} with two fields of another department`, target: `≤ ${TARGET.list} ms`, figure: millis(times.list) },
  ];
}

if (import.meta.main) await measureAlone(measureEntities, 200);
