/**
 * What hostile requests cost the gateway: each of the corpus is sent to a gateway of its own, its processor time (all threads, median of five)
 * and memory are read from the system's accounts. Linux.
 */
import { CORPUS } from '../test/gateway/hostile/corpus.ts';
import { Target } from '../test/gateway/hostile/run.ts';

const ROUNDS = 5;
const MEGABYTE = 1024 * 1024;

const target = await Target.start();
try {
  for (let i = 0; i < 200; i++) await target.answersGood();
  const before = target.memory();
  console.log('| request | status | code | limit | CPU ms | memory MB |\n|---|---|---|---|---|---|');
  let most = 0;
  for (const hostile of CORPUS) {
    const { status, code, limit, cpuMs, memory, isAlive } = await target.send(hostile, hostile.status === 408 ? 1 : ROUNDS);
    most = Math.max(most, cpuMs);
    const wrong = status === hostile.status && code === hostile.code && (hostile.limit ?? null) === limit && isAlive ? '' : ' (!)';
    console.log(
      `| ${hostile.name}${wrong} | ${status} | ${code ?? ''} | ${limit ?? ''} | ${cpuMs.toFixed(1)} | ${(memory / MEGABYTE).toFixed(0)} |`,
    );
  }
  console.log(
    `\n${CORPUS.length} requests, at most ${most.toFixed(1)} ms; memory ${(before / MEGABYTE).toFixed(0)} MB before, ${(target.memory() / MEGABYTE).toFixed(0)} MB after.`,
  );
} finally {
  await target.stop();
}
