/** Says what the hub is doing at the console: a line per step, with how long it took. */
export interface Steps {
  /** Runs a step and says its name, in both languages, and its duration. */
  run<T>(nameEn: string, nameZh: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}

export function openSteps(write: (text: string) => void = (text) => process.stdout.write(text)): Steps {
  return {
    async run(nameEn, nameZh, work) {
      const since = performance.now();
      const result = await work();
      write(`  ${nameEn} ${nameZh} – ${((performance.now() - since) / 1000).toFixed(1)} s\n`);
      return result;
    },
    say: (line) => write(`${line}\n`),
  };
}
