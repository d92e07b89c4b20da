import { issueToken } from './credential.ts';
import { addressOf } from './environment.ts';
import type { DataFolder } from './folder.ts';
import type { SigningKey } from './secrets.ts';
import type { Steps } from './steps.ts';

const DISTRICT = '410305000000';
const YEAR = '(period: { grain: YEAR, start: "2025-01-01", end: "2026-01-01" })';

/** A figure of each department about the district: the question to begin with. */
const FIRST_QUESTION = [
  `{ area(code: "${DISTRICT}") { name`,
  `organizationSummary${YEAR} { kpis(keys: [ORG_11]) { ...figure } }`,
  `volunteerSummary${YEAR} { kpis(keys: [VOL_1]) { ...figure } }`,
  `facilitySummary${YEAR} { kpis(keys: [FAC_1]) { ...figure } }`,
  `grievanceSummary${YEAR} { kpis(keys: [GRV_4]) { ...figure } } } }`,
  'fragment figure on Kpi { nameZh nameEn value unit reason }',
].join(' ');

const ATTEMPTS = 3;
const ATTEMPT_MS = 3_000;

/**
 * Asks the first question once before anybody does: the first answer of a fresh process is many times slower than the next ones, slow enough
 * for the gateway's time-outs on a busy machine. Whether it is answered decides nothing.
 */
export async function warmUp(gatewayPort: number, developmentKey: SigningKey): Promise<void> {
  const token = await issueToken(developmentKey, { roles: ['DISTRICT_LEAD'], areas: [DISTRICT], seconds: 60 });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await fetch(addressOf(gatewayPort), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: FIRST_QUESTION }),
      signal: AbortSignal.timeout(ATTEMPT_MS),
    })
      .then((reply) => reply.json() as Promise<{ errors?: unknown[] }>)
      .catch(() => ({ errors: ['no answer'] }));
    if (!answer.errors) return;
  }
}

/** Says where the hub is, how to ask it and how to end it. */
export function greet(steps: Steps, gatewayPort: number, folder: DataFolder, tookMs: number): void {
  const address = addressOf(gatewayPort);
  const token = `npm run --silent token -- --role DISTRICT_LEAD --area ${DISTRICT}`;
  steps.say(`
Ready in ${(tookMs / 1000).toFixed(1)} s  已就绪
  address 地址    ${address}   (in a browser 浏览器: http://127.0.0.1:${gatewayPort}/)
  token 令牌      ${token}
  logs 日志       ${folder.logs}
  end 结束        Ctrl-C

A query to paste, in another terminal in this folder  可在本目录的另一终端粘贴的查询:

curl -s ${address} -H 'content-type: application/json' \\
  -H "authorization: Bearer $(${token} | tail -n 1)" \\
  -d '${JSON.stringify({ query: FIRST_QUESTION })}'
`);
}
