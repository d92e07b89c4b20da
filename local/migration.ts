/**
 * `npm run migration -- <subgraph> <title>`: writes the next migration of a subgraph from the difference between its entities and
 * `subgraphs/<name>/migrations/snapshot.json`. Read it before you commit both files; what it cannot know (how to fill a new column) is yours to add.
 */
import { subgraphList } from '../subgraphs/shared/src/config.ts';
import type { DatabaseDefinition } from '../subgraphs/shared/src/migrate.ts';
import { writeMigration } from '../subgraphs/shared/src/migration.ts';

const [name = '', title = ''] = process.argv.slice(2);
const names = Object.keys(subgraphList());

/** From sources and from `dist` alike; an import by a computed name is not rewritten. */
const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

if (!names.includes(name) || title === '') {
  process.stderr.write(`Usage: npm run migration -- <${names.join(' | ')}> <title, e.g. add-opening-hours>\n`);
  process.exit(2);
}
try {
  const { definition } = (await import(`../subgraphs/${name}/src/subgraph.${ending}`)) as { definition: DatabaseDefinition };
  const file = await writeMigration(definition, title);
  process.stdout.write(
    file ? `Wrote subgraphs/${name}/migrations/${file}\n` : `The entities of ${name} say nothing that its migrations do not.\n`,
  );
} catch (error) {
  process.stderr.write(`No migration was written: ${(error as Error).message}\n`);
  process.exit(1);
}
