/** What the canary's commands stand on: who sends them, where, and commands that are right to make what the next one needs. */
import { expect } from 'vitest';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import type { Answer, Hub } from '../kit.ts';
import { type Input, inputTypeOf, usualInput } from './canary-inputs.ts';
import { DISTRICT, HUBEI_ROAD } from './district.ts';

/** The day on which the hub's clock stands. */
export const TODAY = '2026-11-24';
export const NOW = `${TODAY}T10:00:00+08:00`;

/** Credentials by what they are for. */
export type Callers = Readonly<Record<'registrar' | 'street' | 'hotline' | 'handler' | 'representative' | 'auditor' | 'resident', string>>;

export interface Prepared {
  token: string;
  /** Values by names of fields. */
  known: Input;
}

/** How a mutation is made ready to be taken, by its name, or by that of one of its inputs where that needs another caller or object. */
export type Ways = Readonly<Record<string, () => Promise<Prepared> | Prepared>>;

/** Found values by name. */
export type Found = Record<string, string>;

export interface Ground {
  hub: Hub;
  callers: Callers;
  /** Organization that handles cases and runs activities. */
  organizationId: string;
  /** A compound of the street, and its community. */
  place: { compoundId: string; communityId: string; areaCode: string };
  /** A number that nobody had before. */
  next(): number;
  newKey(): string;
  /** Sends a command that must be taken. @param select what to ask of its payload */
  run(mutation: string, known: Input, token: string, select?: string): Promise<Record<string, unknown>>;
  one(subgraph: string, sql: string, params?: unknown[]): Promise<Found>;
  /** @returns the file's id */
  upload(subgraph: string, content: Buffer, token: string, name?: string): Promise<string>;
}

const PASSING = new Set(['SOURCE_UNAVAILABLE', 'RESULT_UNKNOWN', 'OVERLOADED']);
const [MOST_TRIES, PAUSE_MS] = [10, 1_000];

/** Asks again while a department is too busy to answer: a command by its key has one effect. */
export async function patiently<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (tries === MOST_TRIES || !answer.errors.some(({ extensions }) => PASSING.has(extensions.code))) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

export async function groundOf(hub: Hub): Promise<Ground> {
  let last = 0;
  const next = (): number => ++last;
  const newKey = (): string => `canary-${String(next()).padStart(6, '0')}`;
  const one = async (subgraph: string, sql: string, params: unknown[] = []): Promise<Found> => {
    const [row] = await hub.sql<Found>(subgraph, sql, params);
    return row ?? expect.fail(`nothing found by ${sql}`);
  };
  const { id: organizationId = '' } = await one(
    'organization',
    `select id from organization where kind not in ('PROPERTY_COMPANY', 'OWNERS_COMMITTEE') order by id limit 1`,
  );
  const callers = await callersOf(hub, organizationId);
  const compounds = `{ compounds(filter: { areaCode: "${HUBEI_ROAD}" }, first: 1) { nodes { id community { id code } } } }`;
  const { data } = await patiently(() => hub.query(compounds, {}, callers.street));
  const [{ id: compoundId, community }] = data.compounds.nodes;
  return {
    ...{ hub, callers, organizationId, place: { compoundId, communityId: community.id, areaCode: community.code } },
    ...{ next, newKey, one },
    async run(mutation, known, token, select = '') {
      const input = usualInput(mutation, { ...known, idempotencyKey: newKey() });
      const document = `mutation ($input: ${inputTypeOf(mutation)}!) { ${mutation}(input: $input) { ok errors { code field } ${select} } }`;
      const answer = await patiently(() => hub.query(document, { input }, token));
      const payload = answer.data?.[mutation];
      expect(payload, `${mutation}: ${answer.text.slice(0, 400)}`).toMatchObject({ ok: true });
      return payload;
    },
    async upload(subgraph, content, token, name = 'a') {
      const reply = await fetch(`http://127.0.0.1:${hub.gatewayPort}/files/${subgraph}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name), authorization: `Bearer ${token}` },
        body: new Uint8Array(content),
      });
      const body = (await reply.json()) as { id: string };
      expect(reply.status, JSON.stringify(body)).toBe(201);
      return body.id;
    },
  };
}

async function callersOf(hub: Hub, org: string): Promise<Callers> {
  const token = (role: Role, more: object = {}) => hub.token({ role, sub: `canary-${role.toLowerCase()}`, ...more });
  return {
    registrar: await token('REGISTRAR', { area: DISTRICT }),
    street: await token('STREET_STAFF', { area: HUBEI_ROAD, org: 'og_street' }),
    hotline: await token('HOTLINE_STAFF', { area: DISTRICT, org: 'og_hotline' }),
    handler: await token('DEPARTMENT_STAFF', { area: DISTRICT, org }),
    representative: await token('ORG_REPRESENTATIVE', { area: DISTRICT, org }),
    auditor: await token('AUDITOR', { area: DISTRICT }),
    resident: await token('RESIDENT'),
  };
}
