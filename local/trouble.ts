import { statfsSync } from 'node:fs';

/**
 * What can keep the hub from starting and is the operator's to mend: one sentence in each language that says what is wrong and what to do.
 * Printed without a stack; everything else that is thrown is a bug and keeps its stack.
 */
export class Trouble extends Error {
  readonly messageZh: string;

  constructor(messageEn: string, messageZh: string) {
    super(messageEn);
    this.messageZh = messageZh;
  }

  /** Both sentences, as printed. */
  override toString(): string {
    return `${this.message}\n${this.messageZh}`;
  }
}

/** The disk has no room for what was to be written under this folder. */
export const diskFull = (folder: string): Trouble =>
  new Trouble(
    `The disk that holds ${folder} is full: free some space (the demo district needs ${FIRST_START_MB} MB), then run npm start again.`,
    `磁盘已满：${folder} 所在磁盘空间不足，请腾出至少 ${FIRST_START_MB} MB 后重新执行 npm start。`,
  );

/** What a first start writes, with PostgreSQL's log of changes; measured, with a third to spare. */
export const FIRST_START_MB = 800;
/** What a later start must find: PostgreSQL makes a file of 16 MB before it writes the first change. */
export const LATER_START_MB = 32;

/** @throws Trouble if the disk has less room than this; better said before anything is half made. */
export function checkRoom(folder: string, neededMb: number): void {
  if (freeMb(folder) < neededMb) throw diskFull(folder);
}

function freeMb(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return (bavail * bsize) / 1024 / 1024;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Does this text of PostgreSQL, or this code of the system or of PostgreSQL, say that the disk is full? */
export const saysFull = (text: string): boolean => /No space left on device|Check free disk space|ENOSPC|EDQUOT|53100/.test(text);

/** The sentence for an error that has one, else the error itself. */
export function explain(error: unknown, folder: string): unknown {
  if (error instanceof Trouble) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  // A server that could not write its log of changes just goes away; the disk itself tells why.
  if (saysFull(`${code} ${error}`) || freeMb(folder) < 1) return diskFull(folder);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const place = path ?? folder;
    return new Trouble(
      `${place} cannot be written or read by this user: give this user the folder, or name another one with HUB_DATA.`,
      `当前用户无权读写 ${place}：请修改其权限，或用 HUB_DATA 指定别的数据目录。`,
    );
  }
  return error;
}

/** Ends this process with the sentence of a Trouble, or with the stack of a bug. */
export function fail(error: unknown, folder: string): never {
  const told = explain(error, folder);
  const text = told instanceof Trouble ? told.toString() : told instanceof Error ? (told.stack ?? told.message) : String(told);
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}
