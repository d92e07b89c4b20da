/** `npm run reset`: removes everything the hub on this machine keeps, after asking (`-- --yes` does not ask). */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { dataFolder } from './folder.ts';
import { heldBy } from './lock.ts';
import { fail, Trouble } from './trouble.ts';

/** All that ever lies in a data folder: a HUB_DATA that names something else by mistake is not emptied. */
const OURS = /^(secrets\.json|jwks\.json|postgres|logs|compiled|compose|files|vault-[a-z]+\.key)(\..*)?$/;

async function main(): Promise<void> {
  const { path } = dataFolder();
  if (!existsSync(path)) return say(`There is nothing to reset: ${path} does not exist.  无需重置`);
  const holder = await heldBy(path);
  if (holder) {
    throw new Trouble(
      `The hub is running on ${path} (process ${holder.pid}): end it with Ctrl-C or kill ${holder.pid}, then run npm run reset again.`,
      `系统正在运行（进程 ${holder.pid}）：请先将其结束，再执行 npm run reset。`,
    );
  }
  const stranger = readdirSync(path).find((name) => !OURS.test(name));
  if (stranger !== undefined) {
    throw new Trouble(
      `${path} holds ${stranger}, which is not the hub's, so nothing was removed: check HUB_DATA, or remove the folder yourself.`,
      `${path} 中有不属于本系统的 ${stranger}，未删除任何内容：请检查 HUB_DATA 或自行删除。`,
    );
  }
  if (!process.argv.includes('--yes') && !(await confirm(path))) return say('Nothing was removed.  未删除任何内容');
  rmSync(path, { recursive: true, force: true });
  say(`Removed ${path}; npm start makes it anew.  已删除，下次启动时重建`);
}

async function confirm(path: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Trouble(
      'There is nobody to ask: run npm run reset -- --yes to remove the data without asking.',
      '无法询问确认：请执行 npm run reset -- --yes。',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Remove ${path} with its database and keys? 删除全部数据和密钥？ [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

await main().catch((error) => fail(error, ''));
