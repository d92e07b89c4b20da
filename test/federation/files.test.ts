/** Files through the gateway on real processes: taken by their content, kept whole or not at all, served to who may see their object. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { request } from 'node:http';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabases, type Hub, startHub } from '../kit.ts';
import { CAMERA, jpegWithNotes, LATITUDE } from '../pictures.ts';
import { DISTRICT, HUBEI_ROAD, NANCHANG_ROAD } from './district.ts';

const MB = 1024 * 1024;
let hub: Hub;
let folder = '';
let registrar: string;
let staff: string;
let other: string;
beforeAll(async () => {
  hub = await startHub({ databases: await emptyDatabases(), only: ['organization', 'grievances'] });
  folder = join(hub.filesFolder, 'organization');
  registrar = await hub.token({ role: 'REGISTRAR', area: DISTRICT, sub: 'registrar' });
  staff = await hub.token({ role: 'STREET_STAFF', area: HUBEI_ROAD, sub: 'staff' });
  other = await hub.token({ role: 'STREET_STAFF', area: NANCHANG_ROAD, sub: 'other' });
});
afterAll(() => hub?.stop());

const origin = (): string => `http://127.0.0.1:${hub.gatewayPort}`;
const bearer = (token?: string) => (token === undefined ? {} : { authorization: `Bearer ${token}` });

interface Uploaded {
  status: number;
  body: {
    id: string;
    name: string;
    mediaType: string;
    bytes: number;
    sha256: string;
    errors?: { message: string; extensions: { code: string; details?: unknown } }[];
  };
}

async function upload(content: Buffer | string, token?: string, { name = 'a', subgraph = 'organization' } = {}): Promise<Uploaded> {
  const headers = { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name), ...bearer(token) };
  const reply = await fetch(`${origin()}/files/${subgraph}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(Buffer.from(content as string)),
  });
  return { status: reply.status, body: (await reply.json()) as Uploaded['body'] };
}
const codeOf = ({ status, body }: Uploaded) => [status, body.errors?.[0]?.extensions.code];

const read = (id: string, token?: string, subgraph = 'organization') =>
  fetch(`${origin()}/files/${subgraph}/${id}`, { headers: bearer(token) });
const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Everything that lies on the disk, under its own name and under passing ones. */
const pathsOnDisk = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const onDisk = (): string[] => pathsOnDisk().map((path) => basename(path));
const rows = async (): Promise<number> => Number((await hub.sql<{ n: string }>('organization', 'select count(*) n from hub.file'))[0]!.n);

describe('an upload', () => {
  it('of 10 MB is kept under the SHA-256 of its content and comes back as it was', async () => {
    const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(10 * MB)]);
    const { status, body } = await upload(content, staff, { name: '会议 纪要.pdf' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^fl_/),
      name: '会议 纪要.pdf',
      mediaType: 'application/pdf',
      bytes: content.length,
      sha256: digestOf(content),
    });
    expect(readFileSync(join(folder, body.sha256.slice(0, 2), body.sha256)).equals(content)).toBe(true);

    const back = await read(body.id, staff);
    expect(back.status).toBe(200);
    expect(Buffer.from(await back.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(back.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('会议 纪要.pdf')}`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  it('is named without what tells who somebody is', async () => {
    const { body } = await upload(jpegWithNotes(), staff, { name: '现场 13912345678.jpg' });
    expect(body).toMatchObject({ name: '现场 ■.jpg', mediaType: 'image/jpeg' });
    expect((await read(body.id, staff)).headers.get('content-disposition')).toContain(encodeURIComponent('现场 ■.jpg'));
  });

  it('comes as the file of a form too', async () => {
    const form = new FormData();
    form.set('note', '随件说明');
    form.set('file', new Blob([new Uint8Array(jpegWithNotes())]), '现场.jpg');
    const reply = await fetch(`${origin()}/files/grievances`, { method: 'POST', headers: bearer(staff), body: form });
    expect([reply.status, await reply.json()]).toMatchObject([201, { name: '现场.jpg', mediaType: 'image/jpeg' }]);
    const without = new FormData();
    without.set('note', 'nothing');
    const refused = await fetch(`${origin()}/files/grievances`, { method: 'POST', headers: bearer(staff), body: without });
    expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ extensions: { code: 'VALIDATION_FAILED' } }] }]);
  });

  it('of a picture loses what its camera wrote beside it', async () => {
    const picture = jpegWithNotes();
    const { body } = await upload(picture, staff, { name: '现场.jpg' });
    const kept = Buffer.from(await (await read(body.id, staff)).arrayBuffer());
    expect([kept.includes(CAMERA), kept.includes(LATITUDE)]).toEqual([false, false]);
    expect([body.bytes, body.sha256]).toEqual([kept.length, digestOf(kept)]);
    for (const path of pathsOnDisk()) expect(readFileSync(path).includes(CAMERA)).toBe(false);
  });

  it('is refused by its content, whatever it is called, and leaves nothing', async () => {
    const [before, kept] = [onDisk(), await rows()];
    for (const content of ['MZ\x90\0program', '<html><script>alert(1)</script>', '\0\0\0\0']) {
      const refused = await upload(Buffer.from(content, 'latin1'), staff, { name: 'photo.jpg' });
      expect(codeOf(refused)).toEqual([415, 'VALIDATION_FAILED']);
      expect(refused.body.errors![0]!.extensions.details).toMatchObject({ accepted: expect.arrayContaining(['image/jpeg']) });
    }
    expect(codeOf(await upload('', staff))).toEqual([400, 'VALIDATION_FAILED']);
    expect(codeOf(await upload(jpegWithNotes().subarray(0, 300), staff))).toEqual([415, 'VALIDATION_FAILED']);
    expect([onDisk(), await rows()]).toEqual([before, kept]);
  });

  it('of more than 20 MB is refused, said beforehand or found out on the way, and leaves nothing', async () => {
    const [before, kept] = [onDisk(), await rows()];
    const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(20 * MB)]);
    const said = await upload(content, staff);
    expect(codeOf(said)).toEqual([413, 'LIMIT_EXCEEDED']);
    expect(said.body.errors![0]!.extensions.details).toEqual({ limit: 'fileBytes', max: 20 * MB });
    expect(await sendInPieces(content)).toEqual([413, 'LIMIT_EXCEEDED']);
    expect(codeOf(await upload(content.subarray(0, 20 * MB), staff))).toEqual([201, undefined]);
    await expect.poll(onDisk).toHaveLength(before.length + 1);
    expect(await rows()).toBe(kept + 1);
  });

  it('that is cut leaves nothing', async () => {
    const [before, kept] = [onDisk(), await rows()];
    await cutUpload(5 * MB);
    await expect.poll(onDisk, { timeout: 5_000 }).toEqual(before);
    expect(await rows()).toBe(kept);
  });

  it('needs a credential that may send something, and a department', async () => {
    const reader = await hub.token({ role: 'BI_CLIENT', area: DISTRICT });
    expect(codeOf(await upload('text'))).toEqual([401, 'UNAUTHENTICATED']);
    expect(codeOf(await upload('text', 'no.such.token'))).toEqual([401, 'UNAUTHENTICATED']);
    expect(codeOf(await upload('text', reader))).toEqual([403, 'FORBIDDEN']);
    expect(codeOf(await upload('text', staff, { subgraph: 'nowhere' }))).toEqual([404, 'NOT_FOUND']);
  });

  it('goes to a department by the gateway alone', async () => {
    const address = `http://127.0.0.1:${hub.ports.organization}/files`;
    const head = Buffer.from(JSON.stringify({ hub: {}, name: 'x' })).toString('base64url');
    const straight = await fetch(address, { method: 'POST', headers: { 'hub-file': head }, body: 'text' });
    expect([straight.status, (await fetch(`${address}/fl_1`, { headers: { 'hub-file': head } })).status]).toEqual([401, 401]);
  });
});

describe('a file', () => {
  it('that belongs to nothing is its uploader’s alone; to others it is not there', async () => {
    const { body } = await upload('私人说明', staff, { name: 'a.txt' });
    expect((await read(body.id, staff)).status).toBe(200);
    for (const token of [other, registrar, undefined]) {
      const reply = await read(body.id, token);
      expect([reply.status, await reply.json()]).toMatchObject([404, { errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
    }
    expect((await read('fl_00000000000000000000000000', staff)).status).toBe(404);
    expect((await read('..%2F..%2Fetc', staff)).status).toBe(404);
    // The same content by somebody else is another file.
    const again = await upload('私人说明', other, { name: 'a.txt' });
    expect([again.body.sha256, again.body.id === body.id]).toEqual([body.sha256, false]);
  });

  it('that belongs to an object is for who may see the object, and no longer for its uploader as such', async () => {
    const { body } = await upload('说明', staff, { name: 'a.txt', subgraph: 'grievances' });
    await hub.sql(
      'grievances',
      `insert into hub.file_link (file_id, object_type, object_id, linked_at) values ($1, 'Nothing', 'x_1', now())`,
      [body.id],
    );
    expect([(await read(body.id, staff, 'grievances')).status, (await read(body.id, other, 'grievances')).status]).toEqual([404, 404]);
  });

  it('that was acknowledged is there, whenever its department was killed', async () => {
    const acknowledged = new Map<string, Buffer>();
    const sending = Array.from({ length: 4 }, async (_, lane) => {
      for (let n = 0; n < 12; n++) {
        const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(200_000 + 100_000 * lane)]);
        const { status, body } = await upload(content, staff);
        if (status === 201) acknowledged.set(body.id, content);
        else expect(body.errors![0]!.extensions.code).toBe('SOURCE_UNAVAILABLE');
        if (lane === 0 && n % 4 === 2) {
          process.kill(hub.pid('organization'), 'SIGKILL');
          await hub.ready('organization');
        }
      }
    });
    await Promise.all(sending);
    expect(acknowledged.size).toBeGreaterThan(12);
    for (const [id, content] of acknowledged) {
      const back = await read(id, staff);
      expect(Buffer.from(await back.arrayBuffer()).equals(content)).toBe(true);
    }
    // A row without its content cannot be, whatever was killed between the two.
    for (const { sha256 } of await hub.sql<{ sha256: string }>('organization', 'select sha256 from hub.file')) {
      expect(existsSync(join(folder, sha256.slice(0, 2), sha256))).toBe(true);
    }
  });

  it('that nobody linked is removed after a day, and so is what no row speaks of', async () => {
    const { body } = await upload('昨天', staff, { name: 'a.txt' });
    const linked = await upload('有主', staff, { name: 'b.txt' });
    await hub.sql(
      'organization',
      `insert into hub.file_link (file_id, object_type, object_id, linked_at) values ($1, 'Thing', 't_1', now())`,
      [linked.body.id],
    );
    await hub.sql('organization', `update hub.file set made_at = made_at - interval '25 hours'`);
    const yesterday = new Date(Date.now() - 25 * 3600_000);
    for (const path of pathsOnDisk()) utimesSync(path, yesterday, yesterday);
    // It sweeps when it starts, too.
    process.kill(hub.pid('organization'), 'SIGKILL');
    await expect.poll(() => existsSync(join(folder, body.sha256.slice(0, 2), body.sha256)), { timeout: 30_000 }).toBe(false);
    await expect.poll(onDisk).toEqual([linked.body.sha256]);
    expect(await rows()).toBe(1);
  });
});

/** Sends content without saying how much, and gives status and code. */
function sendInPieces(content: Buffer): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/pdf', ...bearer(staff) };
    const sent = request(`${origin()}/files/organization`, { method: 'POST', headers }, async (reply) => {
      const chunks: Buffer[] = [];
      for await (const chunk of reply) chunks.push(chunk as Buffer);
      const { errors } = JSON.parse(Buffer.concat(chunks).toString()) as Uploaded['body'];
      resolve([reply.statusCode ?? 0, errors?.[0]?.extensions.code ?? '']);
    });
    sent.on('error', reject);
    for (let at = 0; at < content.length; at += MB) sent.write(content.subarray(at, at + MB));
    sent.end();
  });
}

/** Promises ten times what it sends, then goes away. */
function cutUpload(bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/pdf', 'content-length': bytes * 3, ...bearer(staff) };
    const sent = request(`${origin()}/files/organization`, { method: 'POST', headers });
    sent.on('error', () => resolve());
    sent.write(Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(bytes)]), () => {
      setTimeout(() => sent.destroy(new Error('gone')), 300);
    });
  });
}
