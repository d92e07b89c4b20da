/**
 * The canary of privacy §10.3 S5: a telephone number of its own for every input of every mutation, sent through the gateway to all departments. None
 * is in a log, an error, an event or a figure afterwards; and those of class C2 and above and in texts that pass the redactor are in no table
 * outside the vault. New mutations and inputs are tried by themselves.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { subgraphNames } from '../../local/environment.ts';
import type { Answer, Hub } from '../kit.ts';
import { callersOf, preparing } from './canary-callers.ts';
import { inputTypeOf, type Leaf, leavesOf, mutations, usualInput, withValue } from './canary-inputs.ts';
import { DISTRICT, DISTRICT_VIEW, openHub, YEAR_2025 } from './district.ts';

/** Inputs of classes C0 and C1 that are kept as they are: names, addresses and contacts of organizations, places and things. This list only shrinks. */
const KEPT: ReadonlySet<string> = new Set([
  'createOrganization.name',
  'createOrganization.contact.address',
  'createOrganization.contact.phone',
  'createOrganization.contact.servicePhone',
  'createOrganization.contact.hours',
  'upsertCompound.name',
  'upsertCompound.aliases',
  'upsertBuilding.label',
  'setWorkCalendar.noticeRef',
  'setWorkCalendar.holidays.name',
  'setWorkCalendar.makeUpWorkdays.name',
  'upsertFacility.name',
  'upsertFacility.address',
  'upsertFacility.floor',
  'upsertSpace.name',
  'upsertSpace.equipment',
  // A volunteer's number in the provincial system: under it his record is public.
  'registerVolunteer.number',
]);

/** Texts and personal data whose commands are taken here, so that what they leave behind is seen. */
const MUST_BE_TAKEN: readonly string[] = [
  'triageCase.title',
  'triageCase.summary',
  'dispatchCase.note',
  'recordProgress.text',
  'submitReport.title',
  'submitReport.text',
  'submitReport.place.landmark',
  'submitReport.reporter.name',
  'submitReport.reporter.phone',
  'submitReport.reporter.address',
  'withdrawReport.reason',
  'registerVolunteer.legalName',
  'registerVolunteer.phone',
  'registerVolunteer.guardian.legalName',
  'registerVolunteer.guardian.phone',
];

const PHONE = /13900\d{6}/g;
const phoneOf = (n: number): string => `13900${100_000 + n}`;

interface Tried {
  leaf: Leaf;
  phone: string;
  isTaken: boolean;
}
const nameOf = ({ leaf }: Pick<Tried, 'leaf'>): string => [leaf.mutation, ...leaf.path].join('.');

let hub: Hub;
let prepare: Awaited<ReturnType<typeof preparing>>;
const tried: Tried[] = [];
/** What the callers were told beside the objects that they asked for. */
const told: { mutation: string; text: string }[] = [];

beforeAll(async () => {
  hub = await openHub({ environment: Object.fromEntries(['gateway', ...subgraphNames()].map((name) => [name, { LOG_LEVEL: 'debug' }])) });
  prepare = await preparing(hub, await callersOf(hub));
  for (const mutation of mutations) await sendAll(mutation);
}, 600_000);
afterAll(() => hub?.stop());

/** Texts and ids one by one; what a scalar or an enum refuses before the command begins, together. */
async function sendAll(mutation: string): Promise<void> {
  const leaves = leavesOf(mutation);
  const isText = ({ type }: Leaf): boolean => type === 'String' || type === 'ID';
  let isUsedUp = false;
  for (const leaf of leaves.filter(isText)) isUsedUp = await send([leaf], isUsedUp);
  await send(
    leaves.filter((leaf) => !isText(leaf)),
    isUsedUp,
  );
}

const numberTypes = new Set(['Int', 'Float']);

/** @returns whether the command was taken */
async function send(leaves: readonly Leaf[], isUsedUp: boolean): Promise<boolean> {
  const [first] = leaves;
  if (!first) return isUsedUp;
  const { mutation } = first;
  const { token, known } = await prepare(mutation, isUsedUp);
  const sent = leaves.map((leaf, n) => ({ leaf, phone: phoneOf(tried.length + n), isTaken: false }));
  const input = sent.reduce(
    (all, { leaf, phone }) => withValue(all, leaf, numberTypes.has(leaf.type) ? Number(phone) : phone, known),
    usualInput(mutation, known),
  );
  const answer: Answer<Record<string, { ok: boolean; errors: unknown[] } | null>> = await hub.query(
    `mutation ($input: ${inputTypeOf(mutation)}!) { ${mutation}(input: $input) { ok errors { code message messageEn field details } } }`,
    { input },
    token,
  );
  const payload = answer.data?.[mutation];
  const isTaken = payload?.ok === true;
  tried.push(...sent.map((each) => ({ ...each, isTaken })));
  told.push({ mutation, text: JSON.stringify([payload?.errors, answer.errors, answer.extensions, [...answer.headers]]) });
  return isTaken;
}

const namesIn = (text: string): string[] =>
  [...new Set(text.match(PHONE) ?? [])].flatMap((phone) => tried.filter((each) => each.phone === phone).map(nameOf)).sort();

/** Inputs whose number is in a table, by table. */
async function keptIn(schemas: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const subgraph of subgraphNames()) {
    const tables = await hub.sql<{ name: string }>(
      subgraph,
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema = any ($1)`,
      [schemas],
    );
    for (const { name } of tables) {
      const rows = await hub.sql<{ all: string }>(
        subgraph,
        `select string_agg(t::text, ' ') as all from ${name} t where t::text ~ '13900[0-9]{6}'`,
      );
      const names = namesIn(rows[0]?.all ?? '');
      if (names.length > 0) found.set(`${subgraph} ${name}`, names);
    }
  }
  return found;
}

const where = (found: Map<string, string[]>): string => [...found].map(([table, names]) => `${table}: ${names.join(' ')}`).join('\n');

describe('a telephone number in any input', () => {
  it('went through every input of every mutation, and into what commands took', () => {
    expect(new Set(tried.map(nameOf)).size).toBe(mutations.flatMap(leavesOf).length);
    const taken = new Set(tried.filter(({ isTaken }) => isTaken).map(nameOf));
    expect(MUST_BE_TAKEN.filter((name) => !taken.has(name))).toEqual([]);
  });

  it('is in no error, no warning and no header', () => {
    const quoted = told.filter(({ text }) => namesIn(text).length > 0).map(({ mutation, text }) => `${mutation}: ${text}`);
    expect(quoted).toEqual([]);
  });

  it('is in no log: of the processes, at the level of debugging, and of PostgreSQL', () => {
    const folder = dirname(hub.filesFolder);
    const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
    expect(logs.length).toBeGreaterThan(subgraphNames().length);
    for (const log of logs) expect(namesIn(readFileSync(join(folder, log), 'utf8')), log).toEqual([]);
    expect(namesIn(readFileSync(join(inject('runFolder'), 'postgres.log'), 'utf8'))).toEqual([]);
  });

  it('is in no event, no cursor and no figure', async () => {
    const found = await keptIn(['hub', 'rollup']);
    for (const table of found.keys()) expect(table, where(found)).toMatch(/ hub\.(idempotency|file)$/);
    const lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
    const view = await hub.query(DISTRICT_VIEW, { code: DISTRICT, p: YEAR_2025 }, lead);
    expect(view.errors).toEqual([]);
    expect(namesIn(view.text)).toEqual([]);
  });

  it('is in no table outside the vault, but from the inputs of classes C0 and C1 that are kept as they are', async () => {
    const found = await keptIn(['public', 'hub', 'rollup']);
    const kept = [...new Set([...found.values()].flat())].filter((name) => !name.endsWith('.idempotencyKey'));
    expect(
      kept.filter((name) => !KEPT.has(name)),
      where(found),
    ).toEqual([]);
  });

  it('is sealed in the vault, where not even its table shows it', async () => {
    expect(where(await keptIn(['vault']))).toBe('');
    const [{ n } = { n: '0' }] = await hub.sql<{ n: string }>('grievances', 'select count(*) as n from vault.secret');
    expect(Number(n)).toBeGreaterThan(10);
  });
});
