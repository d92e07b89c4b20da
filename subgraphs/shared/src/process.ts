/**
 * What a process owes its supervisor. A child started with `HUB_SUPERVISED=1` has a pipe from the supervisor as its
 * standard input; the kernel closes it when the supervisor is gone, by SIGKILL too, and the child ends itself.
 */

/**
 * Ends this process in order (as SIGTERM does) when the supervisor that started it is gone; does nothing when it runs alone.
 * If the orderly end takes longer than `withinMs`, the process exits anyway.
 */
export function endWithParent(withinMs = 10_000): void {
  if (process.env.HUB_SUPERVISED !== '1') return;
  const end = () => {
    setTimeout(() => process.exit(1), withinMs).unref();
    process.kill(process.pid, 'SIGTERM');
  };
  process.stdin.once('end', end).once('close', end).once('error', end);
  process.stdin.resume();
  process.stdin.unref?.();
}
