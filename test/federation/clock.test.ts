/** One clock for rules and figures of all processes, held by a test; the machine's for credentials, deadlines and signatures. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOf } from '../../local/environment.ts';
import { checkout } from '../../local/folder.ts';
import type { Hub } from '../kit.ts';
import { DISTRICT, openHub, wholeData } from './district.ts';

let hub: Hub;
let lead: string;
beforeAll(async () => {
  hub = await openHub();
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
});
afterAll(() => hub?.stop());

const AS_OF = `{ area(code: "${DISTRICT}") { grievanceGaps(first: 1000) { code dueOn } volunteerSummary(period: { grain: YEAR, start: "2025-01-01", end: "2026-01-01" }) {
  kpis(keys: [VOL_14]) { dataAsOf } } } }`;

describe('the domain clock', () => {
  it('stands at the instant a test sets, in the processes and in their databases, until it is let go', async () => {
    hub.setClock('2026-05-20T09:00:00+08:00');
    const early = wholeData(await hub.query(AS_OF, {}, lead)).area;
    hub.setClock('2026-09-01T09:00:00+08:00');
    const late = wholeData(await hub.query(AS_OF, {}, lead)).area;
    expect(early.volunteerSummary.kpis[0].dataAsOf).toBe('2026-05-20T09:00:00.000+08:00');
    expect(late.volunteerSummary.kpis[0].dataAsOf).toBe('2026-09-01T09:00:00.000+08:00');
    // What is late in a database is late by that clock alone.
    const dues = (area: typeof early): string[] => area.grievanceGaps.map((gap: { dueOn: string }) => gap.dueOn);
    expect(dues(early).every((day) => day <= '2026-05-20')).toBe(true);
    expect(dues(late).some((day) => day > '2026-05-20')).toBe(true);
    hub.setClock(null);
    const today = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10);
    expect(wholeData(await hub.query(AS_OF, {}, lead)).area.volunteerSummary.kpis[0].dataAsOf.slice(0, 10)).toBe(today);
  });

  it('is never held in production: neither a subgraph nor the gateway starts', () => {
    for (const name of ['facilities', 'gateway']) {
      const { status, stderr } = spawnSync(process.execPath, [programOf(name)], {
        cwd: checkout,
        env: { PATH: process.env.PATH, NODE_ENV: 'production', CLOCK_FILE: '/dev/null' },
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr).toContain('CLOCK_FILE: the clock is never held in production');
      // Beside everything else that is wrong, in one message.
      expect(stderr).toContain(name === 'gateway' ? 'JWKS_FILE' : 'DATABASE_URL');
    }
  });
});
