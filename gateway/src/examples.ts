/** The example operations of each variant (`gateway/operations/examples/<variant>/*.graphql`): what the explorer offers, and tests run. */
import { readdirSync, readFileSync } from 'node:fs';
import { VARIANTS, type Variant } from '../../subgraphs/shared/src/claims.ts';
import { projectRoot } from '../../subgraphs/shared/src/config.ts';

export interface Example {
  variant: Variant;
  /** Of its file. */
  name: string;
  /** What it is for, from its first two lines. */
  zh: string;
  en: string;
  query: string;
}

const FOLDER = new URL('gateway/operations/examples/', projectRoot);
const ENDING = '.graphql';

/** All examples, by variant and name. A build without the folder has none. */
export function readExamples(folder: URL = FOLDER): Example[] {
  return VARIANTS.flatMap((variant) => {
    const own = new URL(`${variant.toLowerCase()}/`, folder);
    return filesOf(own).map((file) => {
      const [zh = '', en = '', ...query] = readFileSync(new URL(file, own), 'utf8').split('\n');
      const plain = (line: string) => line.replace(/^#\s*/, '');
      return { variant, name: file.slice(0, -ENDING.length), zh: plain(zh), en: plain(en), query: query.join('\n') };
    });
  });
}

function filesOf(folder: URL): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ENDING))
      .sort();
  } catch {
    return [];
  }
}
