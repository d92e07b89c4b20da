/** The explorer in a real browser: a stranger opens the page and asks its first question. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyDatabases, type Hub, startHub } from '../kit.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let hub: Hub;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error('Chromium is missing: apt-get install chromium');
  hub = await startHub({ databases: await copyDatabases() });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
});
afterAll(async () => {
  await browser?.close();
  await hub?.stop();
});

it('asks its first question without a credential and without any other address', async () => {
  const page = await browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const origin = new URL(hub.url).origin;
  await page.goto(origin);
  // The editors come after the frame; what is pressed before them asks nothing.
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.getByText('"code"').first().waitFor({ state: 'attached' });
  await page.locator('#variant', { hasText: /public/i }).waitFor();
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('query District') ?? false);
  await page.getByRole('button', { name: /execute query/i }).click();
  expect((await (await answered).json()).data.area.name).toBe('涧西区');
  await page.getByText('湖北路街道').first().waitFor();
  expect(complaints).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:'))).toEqual([]);
});
