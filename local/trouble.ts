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
    `The disk that holds ${folder} is full: free some space (the demo district needs about 1 GB), then run npm start again.`,
    `磁盘已满：${folder} 所在磁盘没有空间，请腾出约 1 GB 后重新执行 npm start。`,
  );

/** The sentence for an error of the operating system that has one, else the error itself. */
export function explain(error: unknown, folder: string): unknown {
  if (error instanceof Trouble) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|53100/.test(String(error)) || code === '53100')
    return diskFull(folder);
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
