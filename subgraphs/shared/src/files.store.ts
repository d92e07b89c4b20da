/**
 * The bytes of uploaded files: a folder in which every file is named by the SHA-256 of its content, so that equal ones are kept once and a
 * changed one cannot pass. A file comes in under a passing name, is made safe on the disk and then gets its own name in one step: there is
 * no half of one, whatever is killed when.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A file that is on its way in. */
export interface Incoming {
  /** Where it lies for now. */
  path: string;
  bytes: number;
  sha256: string;
}

/** What lies under a passing name for so long belongs to a process that is gone. */
const PASSING_MS = 24 * 3600_000;

/** The files of one department on one disk. */
export class FileStore {
  readonly #folder: string;
  readonly #passing: string;

  /** Makes the folder if it is absent. @throws Error if it cannot be written to. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#passing = join(folder, 'passing');
    mkdirSync(this.#passing, { recursive: true, mode: 0o700 });
  }

  /** Writes what comes under a passing name; nothing is left of it when the stream fails. */
  async receive(chunks: AsyncIterable<Buffer>): Promise<Incoming> {
    const path = join(this.#passing, randomBytes(12).toString('hex'));
    const hash = createHash('sha256');
    let bytes = 0;
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        await writeAll(file, chunk);
      }
      await file.sync();
      await file.close();
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.discard({ path });
      throw error;
    }
    return { path, bytes, sha256: hash.digest('hex') };
  }

  /** Gives a file that came in its own name for good. */
  async keep({ path, sha256 }: Incoming): Promise<void> {
    const folder = join(this.#folder, sha256.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(path, join(folder, sha256));
    // The names too must outlive a power cut.
    for (const each of [folder, this.#folder]) await syncFolder(each);
  }

  /** Removes a file that came in and is not kept. */
  discard({ path }: Pick<Incoming, 'path'>): Promise<void> {
    return rm(path, { force: true });
  }

  read(sha256: string): Promise<Buffer> {
    return readFile(this.#pathOf(sha256));
  }

  /** @throws Error if it is not there. */
  async stream(sha256: string): Promise<Readable> {
    const file = await open(this.#pathOf(sha256), 'r');
    return createReadStream('', { fd: file });
  }

  remove(sha256: string): Promise<void> {
    return rm(this.#pathOf(sha256), { force: true });
  }

  /** Digests of all that is kept and older than a day, and so not on its way to its row. Passing files of a dead process are removed. */
  async older(): Promise<string[]> {
    const before = Date.now() - PASSING_MS;
    for (const path of await olderIn(this.#passing, before)) await rm(path, { force: true });
    const kept: string[] = [];
    for (const name of await readdir(this.#folder)) {
      if (/^[0-9a-f]{2}$/.test(name)) kept.push(...(await olderIn(join(this.#folder, name), before)));
    }
    return kept.map((path) => path.slice(-64));
  }

  #pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a SHA-256');
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function olderIn(folder: string, before: number): Promise<string[]> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const ages = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return paths.filter((_, index) => (ages[index]?.mtimeMs ?? Infinity) < before);
}
