/** A resident's report on real processes: through the gateway, to organization for its place, into the vault, and back to who may read it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Hub } from '../kit.ts';
import { DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, openHub, wholeData } from './district.ts';

const PHONE = '13912345678';
let hub: Hub;
let resident: string;
let street: string;
let compound: { id: string; community: { id: string; code: string } };
beforeAll(async () => {
  hub = await openHub();
  resident = await hub.token({ role: 'RESIDENT', sub: 'wang' });
  street = await hub.token({ role: 'STREET_STAFF', area: HUBEI_ROAD, sub: 'staff' });
  // What a process asks another for the first time may take long on a busy machine.
  const place = `{ cases(filter: { areaCode: "${HUBEI_ROAD}" }, first: 1) { nodes { id } }
    compounds(filter: { areaCode: "${HUBEI_ROAD}" }, first: 1) { nodes { id community { id code } } } }`;
  const first = async () => wholeData(await hub.query(place, {}, street)).compounds.nodes[0];
  compound = await vi.waitFor(first, { timeout: 30_000, interval: 500 });
}, 600_000);
afterAll(() => hub?.stop());

const SUBMIT = `mutation ($input: SubmitReportInput!) { submitReport(input: $input) { ok errors { code field } receiptNo pin emergencyAdvice } }`;
let keys = 0;
const report = (changes: Record<string, unknown> = {}) => ({
  ...{ idempotencyKey: `reports-${++keys}`, kind: 'COMPLAINT', channel: 'MINI_PROGRAM', anonymity: 'NAMED_TO_CHAIN', areaCode: HUBEI_ROAD },
  ...{ compoundId: compound.id, title: `噪音，电话${PHONE}`, text: `我叫王小明，请打${PHONE}`, reporter: { name: '王小明', phone: PHONE } },
  ...changes,
});

describe('a resident’s report', () => {
  it('is placed by organization, followed by its receipt, and answers the same when it is repeated', async () => {
    const input = report();
    const first = await hub.query(SUBMIT, { input }, resident);
    const told = wholeData(first).submitReport;
    expect(told).toMatchObject({ ok: true, errors: [] });
    const again = await hub.query(SUBMIT, { input }, resident);
    expect(wholeData(again).submitReport).toEqual(told);
    expect(again.extensions.idempotentReplay).toBe(true);
    const [row] = await hub.sql<{ community_id: string; title: string }>('grievances', 'select * from report where receipt_no = $1', [
      told.receiptNo,
    ]);
    expect(row).toMatchObject({ community_id: compound.community.id, title: expect.not.stringContaining(PHONE) });

    const status = `query ($no: String!, $pin: String!) { reportStatus(receiptNo: $no, pin: $pin) { state respondBy progress { state } } }`;
    expect(wholeData(await hub.query(status, { no: told.receiptNo, pin: told.pin }, resident)).reportStatus).toMatchObject({
      state: 'RECEIVED',
    });
    const mine = wholeData(await hub.query('{ myReports { nodes { receiptNo } } }', {}, resident)).myReports;
    expect(mine.nodes).toEqual([{ receiptNo: told.receiptNo }]);
  });

  it('is read by the street of its place for the purpose of its case alone', async () => {
    const { receiptNo } = wholeData(await hub.query(SUBMIT, { input: report() }, resident)).submitReport;
    const [row] = await hub.sql<{ case_id: string }>('grievances', 'select case_id from report where receipt_no = $1', [receiptNo]);
    const document = `query ($id: ID!) { caseReports(caseId: $id) { nodes { receiptNo title text compound { id name } area { code } } } }`;
    const read = (token: string, purpose?: string) =>
      hub.query(document, { id: row?.case_id }, token, purpose === undefined ? {} : { 'x-purpose': purpose });
    expect((await read(street)).errors[0]?.extensions.code).toBe('PURPOSE_REQUIRED');
    expect(wholeData(await read(street, row?.case_id)).caseReports.nodes).toMatchObject([
      { receiptNo, text: expect.stringContaining(PHONE), title: expect.not.stringContaining(PHONE), compound: { id: compound.id } },
    ]);
    const other = await hub.token({ role: 'STREET_STAFF', area: NANCHANG_ROAD, sub: 'other' });
    expect(wholeData(await read(other, row?.case_id)).caseReports).toBeNull();
  });

  it('is refused for a place that organization does not know', async () => {
    const wrong = [
      report({ areaCode: '410305099000', compoundId: null }),
      report({ compoundId: 'cp_none' }),
      report({ areaCode: NANCHANG_ROAD }),
    ];
    const codes: unknown[] = [];
    for (const input of wrong) codes.push(...wholeData(await hub.query(SUBMIT, { input }, resident)).submitReport.errors);
    expect(codes).toEqual([
      { code: 'NOT_FOUND', field: ['areaCode'] },
      { code: 'NOT_FOUND', field: ['compoundId'] },
      { code: 'VALIDATION_FAILED', field: ['compoundId'] },
    ]);
  });

  it('in a building says the rest by itself', async () => {
    const { data } = await hub.query(
      `{ buildings(filter: { areaCode: "${DISTRICT}" }, first: 1) { nodes { id compound { id community { code } } } } }`,
      {},
      street,
    );
    const [building] = data.buildings.nodes;
    const input = report({ areaCode: building.compound.community.code, compoundId: null, buildingId: building.id });
    const { receiptNo } = wholeData(await hub.query(SUBMIT, { input }, resident)).submitReport;
    const [row] = await hub.sql<Record<string, string>>('grievances', 'select compound_id, building_id from report where receipt_no = $1', [
      receiptNo,
    ]);
    expect(row).toEqual({ compound_id: building.compound.id, building_id: building.id });
  });

  it('leaves its telephone and name in no log and no table outside the vault', async () => {
    const tables = await hub.sql<{ table: string }>(
      'grievances',
      `select format('%I.%I', table_schema, table_name) as table from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema in ('public', 'hub', 'rollup', 'vault')`,
    );
    const hits: string[] = [];
    for (const { table } of tables) {
      const [found] = await hub.sql<{ n: string }>('grievances', `select count(*) n from ${table} t where t::text ~ '${PHONE}|王小明'`);
      if (Number(found?.n) > 0) hits.push(table);
    }
    expect(hits).toEqual([]);
    const folder = dirname(hub.filesFolder);
    const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
    expect(logs.length).toBeGreaterThan(4);
    for (const log of logs) expect(readFileSync(join(folder, log), 'utf8')).not.toMatch(new RegExp(`${PHONE}|王小明`));
  });
});
