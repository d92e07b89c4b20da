/**
 * The canary of privacy §10.3 S5: a telephone number of its own for every input of every mutation and question and for files' names, sent through the
 * gateway to all departments. None is in a log, an error, an event or a figure afterwards; and those of class C2 and above and in texts that pass the
 * redactor are in no table outside the vault. New inputs are tried by themselves; a new mutation is made ready in `canary-<department>.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { subgraphNames } from '../../local/environment.ts';
import type { Answer, Hub } from '../kit.ts';
import { PNG } from '../pictures.ts';
import { preparing } from './canary-callers.ts';
import { type Ground, groundOf, NOW, patiently } from './canary-ground.ts';
import { documentOf, inputTypeOf, type Leaf, leavesOf, mutations, nameOf, questions, usualInput, withValue } from './canary-inputs.ts';
import { DISTRICT, DISTRICT_VIEW, openHub, YEAR_2025 } from './district.ts';

/** Inputs of classes C0 and C1 that are kept as they are: what is told of organizations, places, things and service. This list only shrinks. */
const KEPT: readonly string[] = [
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
  // Where an official list is from, and the registrar's reasons.
  'loadDivisionEdition.source',
  'loadDivisionEdition.license',
  'confirmAreaChange.note',
  'rejectAreaChange.note',
  'upsertFacility.name',
  'upsertFacility.address',
  'upsertFacility.floor',
  'upsertSpace.name',
  'upsertSpace.equipment',
  'setOpeningHours.exceptions.reason',
  'setOpeningHours.note',
  // What an organization announces, and what it certifies.
  'createActivity.title',
  'createActivity.description',
  'draftRecords.projectName',
  'draftRecords.recordedBy',
  'draftRecords.records.place',
  'draftRecords.records.content',
  'draftRecords.records.responsible',
  'correctRecord.record.place',
  'correctRecord.record.content',
  'correctRecord.record.responsible',
  // A volunteer's number in the provincial system: under it his record is public.
  'registerVolunteer.number',
  // The number of a report in the system that it came from, once per channel.
  'submitReport.externalNo',
];

/** Texts into which no telephone number fits, and what their commands say of it. Every other text is in a command that was taken. */
const REFUSED_TEXTS: Readonly<Record<string, string>> = {
  'setOpeningHours.osm': 'OPENING_SYNTAX at osm',
  'setOpeningHours.rules.from': 'OPENING_SYNTAX at rules.from',
  'setOpeningHours.rules.to': 'OPENING_SYNTAX at rules.to',
  'setOpeningHours.exceptions.from': 'OPENING_SYNTAX at exceptions',
  'setOpeningHours.exceptions.to': 'OPENING_SYNTAX at exceptions',
  'withdrawReport.receiptNo': 'RECEIPT_INVALID at receiptNo',
  'withdrawReport.pin': 'RECEIPT_INVALID at receiptNo',
  'answerFollowUp.receiptNo': 'RECEIPT_INVALID at receiptNo',
  'answerFollowUp.pin': 'RECEIPT_INVALID at receiptNo',
  'loadDivisionEdition.checksum': 'EDITION_INVALID at checksum',
  'draftRecords.records.volunteerNumber': 'NOT_FOUND at records.volunteerNumber',
  'correctRecord.record.volunteerNumber': 'NOT_FOUND at record.volunteerNumber',
  'registerVolunteer.displayName': 'VALIDATION_FAILED at displayName',
  'registerVolunteer.birthMonth': 'VALIDATION_FAILED at birthMonth',
  'registerVolunteer.skills': 'VALIDATION_FAILED at skills',
  'registerVolunteer.consentTextVersion': 'CONSENT_REQUIRED at consentTextVersion',
};

/** Ids and scalars with which a command is taken. */
const TAKEN_OTHERS: readonly string[] = [
  // Facilities that this one is not: only compared.
  'upsertFacility.notDuplicateOf',
];

/** Ids and scalars of which a command says something else than that they are wrong. */
const REFUSED_OTHERWISE: Readonly<Record<string, string>> = {
  'upsertFacility.shares.share': 'SHARES_EXCEED_ONE at shares',
  // Another's organization is none of his business, whether it is there or not.
  'createActivity.organizerId': 'FORBIDDEN',
};

const PHONE = /13900\d{6}/g;
const phoneOf = (n: number): string => `13900${100_000 + n}`;

interface Tried {
  leaf: Leaf;
  phone: string;
  isTaken: boolean;
  /** Codes and fields when it was refused, e.g. `NOT_FOUND at id`; or `NOT_READ`. */
  refusal: string;
}

let hub: Hub;
let prepare: Awaited<ReturnType<typeof preparing>>;
const tried: Tried[] = [];
/** Numbers in names of files and in questions. */
const others: { name: string; phone: string }[] = [];
/** What the callers were told beside the objects that they asked for. */
const told: { about: string; text: string }[] = [];

beforeAll(async () => {
  hub = await openHub({
    clock: NOW,
    environment: Object.fromEntries(['gateway', ...subgraphNames()].map((name) => [name, { LOG_LEVEL: 'debug' }])),
  });
  const ground = await groundOf(hub);
  prepare = await preparing(ground);
  for (const mutation of mutations) await sendAll(mutation);
  await uploadAll(ground);
  await askAll(ground);
}, 900_000);
afterAll(() => hub?.stop());

/** A file that is named by whom it is of, to every department. */
async function uploadAll({ callers, upload }: Ground): Promise<void> {
  for (const subgraph of subgraphNames()) {
    const phone = phoneOf(tried.length + others.length);
    others.push({ name: `files/${subgraph}`, phone });
    await upload(subgraph, PNG, subgraph === 'grievances' ? callers.resident : callers.representative, `王小明 ${phone}.png`);
  }
}

/** Every text, id and scalar of every question, and the purpose of one. */
async function askAll({ callers, place }: Ground): Promise<void> {
  const known = { areaCode: place.areaCode };
  for (const leaf of questions.flatMap(leavesOf).filter(isApart)) {
    const phone = phoneOf(tried.length + others.length);
    others.push({ name: nameOf(leaf), phone });
    const variables = withValue(usualInput(leaf.mutation, known), leaf, phone, known);
    for (const token of [callers.street, callers.resident])
      tell(leaf.mutation, await hub.query(documentOf(leaf.mutation, Object.keys(variables)), variables, token, { 'x-purpose': phone }));
  }
}

const tell = (about: string, { errors, extensions, headers }: Answer<unknown>, more: unknown = null): void =>
  void told.push({ about, text: JSON.stringify([more, errors, extensions, [...headers]]) });

const numberTypes = new Set(['Int', 'Float']);
const isApart = ({ type, isEnum }: Leaf): boolean => !isEnum && type !== 'Boolean' && !numberTypes.has(type);

/** One by one, but for what holds no number or none so long and is refused before the command begins. */
async function sendAll(mutation: string): Promise<void> {
  const leaves = leavesOf(mutation);
  let isUsedUp = false;
  for (const leaf of leaves.filter(isApart)) isUsedUp = await send([leaf], isUsedUp);
  await send(
    leaves.filter((leaf) => !isApart(leaf)),
    isUsedUp,
  );
}

interface Payload {
  ok: boolean;
  errors: { code: string; field: string[] | null }[];
}
/** What no scalar or enum reads is refused before the command begins. */
const NOT_READ = 'VALIDATION_FAILED';
const isIndex = (name: string): boolean => /^\d+$/.test(name);
const refusedAt = ({ code, field }: Payload['errors'][number]): string =>
  `${code} at ${(field ?? []).filter((name) => !isIndex(name)).join('.')}`;

/** @returns whether the command was taken */
async function send(leaves: readonly Leaf[], isUsedUp: boolean): Promise<boolean> {
  const [first] = leaves;
  if (!first) return isUsedUp;
  const { mutation } = first;
  const { token, known } = await prepare(first, isUsedUp);
  const sent = leaves.map((leaf, n) => ({ leaf, phone: phoneOf(tried.length + n) }));
  const input = sent.reduce(
    (all, { leaf, phone }) => withValue(all, leaf, numberTypes.has(leaf.type) ? Number(phone) : phone, known),
    usualInput(mutation, known),
  );
  const document = `mutation ($input: ${inputTypeOf(mutation)}!) { ${mutation}(input: $input) { ok errors { code message messageEn field details } } }`;
  const answer = await patiently<Record<string, Payload | null>>(() => hub.query(document, { input }, token));
  const payload = answer.data?.[mutation];
  const isTaken = payload?.ok === true;
  const codes = [...(payload?.errors ?? []).map(refusedAt), ...answer.errors.map(({ extensions }) => extensions.code)];
  const refusal = [...new Set(codes)].join(', ');
  tried.push(...sent.map((each) => ({ ...each, isTaken, refusal })));
  tell(mutation, answer, payload?.errors);
  return isTaken;
}

const everySent = () => [...tried.map(({ leaf, phone }) => ({ name: nameOf(leaf), phone })), ...others];
const namesIn = (text: string): string[] => {
  const phones = new Set(text.match(PHONE) ?? []);
  const names = everySent().filter(({ phone }) => phones.has(phone));
  return names.map(({ name }) => name).sort();
};

type Kept = Map<string, string[]>;
const looked = new Map<string, Kept>();

/** Inputs whose number is in a table of some schemas, by table; each is looked through once. */
async function keptIn(...schemas: readonly string[]): Promise<Kept> {
  for (const schema of schemas) if (!looked.has(schema)) looked.set(schema, await lookThrough(schema));
  return new Map(schemas.flatMap((schema) => [...(looked.get(schema) ?? [])]));
}

async function lookThrough(schema: string): Promise<Kept> {
  const found: Kept = new Map();
  for (const subgraph of subgraphNames()) {
    const tables = await hub.sql<{ name: string }>(
      subgraph,
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema = $1`,
      [schema],
    );
    for (const { name } of tables) {
      const [row] = await hub.sql<{ all: string | null }>(
        subgraph,
        `select string_agg(t::text, ' ') as all from ${name} t where t::text ~ '13900[0-9]{6}'`,
      );
      const names = namesIn(row?.all ?? '');
      if (names.length > 0) found.set(`${subgraph} ${name}`, names);
    }
  }
  return found;
}

const where = (found: Kept): string => [...found].map(([table, names]) => `${table}: ${names.join(' ')}`).join('\n');

describe('a telephone number in any input', { timeout: 300_000 }, () => {
  const refusalsOf = (some: readonly Tried[]) => Object.fromEntries(some.map(({ leaf, refusal }) => [nameOf(leaf), refusal]));
  const [texts, rest] = [({ leaf }: Tried) => leaf.type === 'String', ({ leaf }: Tried) => leaf.type !== 'String'];

  it('went through every input of every mutation, and each was taken', () => {
    expect(new Set(tried.map(({ leaf }) => nameOf(leaf))).size).toBe(mutations.flatMap(leavesOf).length);
    const taken = new Set(tried.filter(({ isTaken }) => isTaken).map(({ leaf }) => leaf.mutation));
    expect(mutations.filter((mutation) => !taken.has(mutation))).toEqual([]);
  });

  it('went into every text of a command that was taken, but for those into which none fits', () => {
    expect(refusalsOf(tried.filter(texts).filter(({ isTaken }) => !isTaken))).toEqual(REFUSED_TEXTS);
  });

  it('was the only thing wrong with a command that refused it', () => {
    const saysSo = ({ leaf, refusal }: Tried): boolean => refusal === NOT_READ || refusal.endsWith(` at ${leaf.path.join('.')}`);
    const [taken, refused] = [true, false].map((is) => tried.filter(rest).filter(({ isTaken }) => isTaken === is));
    expect(taken?.map(({ leaf }) => nameOf(leaf))).toEqual(TAKEN_OTHERS);
    expect(refusalsOf((refused ?? []).filter((each) => !saysSo(each)))).toEqual(REFUSED_OTHERWISE);
  });

  it('is in no error, no warning and no header', () => {
    const quoted = told.filter(({ text }) => namesIn(text).length > 0).map(({ about, text }) => `${about}: ${text}`);
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
    const found = await keptIn('hub', 'rollup');
    for (const table of found.keys()) expect(table, where(found)).toMatch(/ hub\.(idempotency|file)$/);
    const lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
    const view = await hub.query(DISTRICT_VIEW, { code: DISTRICT, p: YEAR_2025 }, lead);
    expect(view.errors).toEqual([]);
    expect(namesIn(view.text)).toEqual([]);
  });

  it('is in no table outside the vault, but from the inputs of classes C0 and C1 that are kept as they are', async () => {
    const found = await keptIn('public', 'hub', 'rollup');
    const kept = [...new Set([...found.values()].flat())].filter((name) => !name.endsWith('.idempotencyKey'));
    expect(kept.sort(), where(found)).toEqual(KEPT.toSorted());
  });

  it('is sealed in the vault, where not even its table shows it', async () => {
    expect(where(await keptIn('vault'))).toBe('');
    const [{ n } = { n: '0' }] = await hub.sql<{ n: string }>('grievances', 'select count(*) as n from vault.secret');
    expect(Number(n)).toBeGreaterThan(10);
  });
});
