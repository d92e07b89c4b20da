/** Sends the corpus to a gateway that is a process of its own and reads what each request cost it, from the system's accounts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hostile } from './corpus.ts';
import { shop, shopSupergraph } from './world.ts';

/** How one request ended. */
export interface Outcome {
  status: number;
  code: string | null;
  limit: string | null;
  /** CPU of the gateway's process, all its threads, milliseconds: the median of the rounds. */
  cpuMs: number;
  /** Memory of the process afterwards, bytes. */
  memory: number;
  /** The good request after it was answered. */
  isAlive: boolean;
}

const ENDING = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
const MAIN = join(import.meta.dirname, '..', '..', '..', 'gateway', 'src', `main.${ENDING}`);
const LONG = 300 * 1024;
const READY_MS = 60_000;
const GOOD = JSON.stringify({ query: '{ item(id: "i1") { id name } }' });

/** A gateway over the shop. */
export class Target {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: false });

  private constructor(started: ChildProcess, folder: string, port: number) {
    this.#process = started;
    this.#folder = folder;
    this.#port = port;
  }

  static async start(): Promise<Target> {
    await shop.start();
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    const supergraph = join(folder, 'supergraph.graphql');
    writeFileSync(supergraph, shopSupergraph());
    const port = await freePort();
    const env = {
      PATH: process.env.PATH,
      PORT: String(port),
      LOG_LEVEL: 'silent',
      SUPERGRAPH_POLL_MS: '0',
      SUBGRAPH_TIMEOUT_MS: '20000',
      REQUEST_TIMEOUT_MS: '60000',
    };
    const started = spawn(process.execPath, [MAIN, '--supergraph', supergraph, '--open'], { env, stdio: ['pipe', 'ignore', 'inherit'] });
    const target = new Target(started, folder, port);
    await target.#ready();
    return target;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    await shop.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Sends one request as often as `rounds` says, and a good one after each. */
  async send(hostile: Hostile, rounds: number): Promise<Outcome> {
    const cpu: number[] = [];
    let answer = { status: 0, text: '' };
    let isAlive = true;
    for (let round = 0; round < rounds; round++) {
      const before = this.#cpuMs();
      answer = hostile.raw === undefined ? await this.#post(hostile) : await this.#write(hostile.raw);
      cpu.push(this.#cpuMs() - before);
      isAlive &&= await this.answersGood();
    }
    cpu.sort((a, b) => a - b);
    return { status: answer.status, ...said(answer.text), cpuMs: cpu[Math.floor(cpu.length / 2)]!, memory: this.memory(), isAlive };
  }

  async answersGood(): Promise<boolean> {
    const { status, text } = await this.#post({ method: 'POST', search: '', headers: { 'content-type': 'application/json' }, body: GOOD });
    return status === 200 && text.includes('Item i1');
  }

  /** Resident memory, bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  }

  /** Time on a processor so far, all threads. */
  #cpuMs(): number {
    const tasks = `/proc/${this.#process.pid}/task`;
    const nanoseconds = readdirSync(tasks).map((task) => Number(readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]));
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  }

  async #ready(): Promise<void> {
    const until = Date.now() + READY_MS;
    while (!(await this.answersGood().catch(() => false))) {
      if (Date.now() > until) throw new Error('the gateway did not start');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  #post({
    method,
    search,
    headers,
    body,
  }: Pick<Hostile, 'method' | 'search' | 'headers' | 'body'>): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const length = headers['transfer-encoding'] === undefined && method !== 'GET' ? { 'content-length': Buffer.byteLength(body) } : {};
      const options = {
        port: this.#port,
        host: '127.0.0.1',
        path: `/graphql${search}`,
        method,
        headers: { ...headers, ...length },
        agent: this.#agent,
      };
      const sent = request(options);
      let answer: Promise<{ status: number; text: string }> | null = null;
      sent.on('response', (response) => {
        answer = textOf(response);
        answer.then(resolve, reject).finally(() => sent.destroy());
      });
      sent.on('error', (error) => answer ?? reject(error));
      // A body that is refused before its end breaks the connection that it is written to: no more is sent than what tells that it is too long.
      if (body.length <= LONG) sent.end(body);
      else sent.write(body.slice(0, LONG));
    });
  }

  #write(raw: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(this.#port, '127.0.0.1', () => socket.write(raw));
      const done = () =>
        resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text: text.slice(text.indexOf('\r\n\r\n') + 4) });
      socket.on('data', (chunk) => {
        text += chunk;
        // Answered, if not closed.
        setTimeout(() => socket.destroy(), 200).unref();
      });
      socket.on('close', done).on('error', (error) => (text === '' ? reject(error) : done()));
    });
  }
}

async function textOf(response: IncomingMessage): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

/** Code and limit of an answer; null where it is none of ours. */
function said(text: string): { code: string | null; limit: string | null } {
  const json = /\{.*\}/s.exec(text)?.[0] ?? '';
  try {
    const { errors } = JSON.parse(json) as { errors?: { extensions?: { code?: string; details?: { limit?: string } } }[] };
    const extensions = errors?.[0]?.extensions;
    return { code: extensions?.code ?? null, limit: extensions?.details?.limit ?? null };
  } catch {
    return { code: null, limit: null };
  }
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
