import { codeOnly, type Import, importsOf, type Source } from './source.ts';

/** The kinds of files of an aggregate (design §2), from the ground up. `read` are lists and lookups in SQL; `job` is what the process does by itself. */
export const KINDS = ['rules', 'entity', 'read', 'commands', 'job', 'figures', 'type', 'resolver'] as const;
type Kind = (typeof KINDS)[number] | 'errors' | 'subgraph' | 'main';

/**
 * `rules ← entity ← commands, figures, read ← resolver ← subgraph ← main`: what each kind may import of its own subgraph. A type stands beside: it
 * names its entity as a type only, and commands and reads name the inputs they are handed as types only.
 */
const MAY_IMPORT: Readonly<Record<Kind, readonly Kind[]>> = {
  errors: [],
  rules: ['rules', 'errors'],
  entity: ['entity', 'rules'],
  read: ['read', 'entity', 'rules', 'errors'],
  commands: ['commands', 'read', 'entity', 'rules', 'errors'],
  job: ['job', 'commands', 'read', 'entity', 'rules', 'errors'],
  figures: ['figures', 'read', 'entity', 'rules', 'errors'],
  type: ['type', 'rules'],
  resolver: ['type', 'figures', 'commands', 'read', 'entity', 'rules', 'errors'],
  subgraph: ['resolver', 'type', 'job', 'figures', 'read', 'entity', 'errors'],
  main: ['subgraph'],
};
const MAY_NAME: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  rules: ['entity', 'read', 'type'],
  read: ['type'],
  commands: ['type'],
  figures: ['type'],
  type: ['entity', 'read'],
};

const DOMAIN = 'subgraphs/shared/src/domain/';
const SHARED = 'subgraphs/shared/';
/** Shared files that are schema: with `*.type.ts` and `*.resolver.ts` the only ones that know type-graphql. */
const SCHEMA_FILES = ['tag', 'subgraph', 'federate', 'command', 'own-place', 'cost'].map((name) => `${SHARED}src/${name}.ts`);
/** The engine of figures and what it reads through. */
const FIGURE_ENGINE = ['context', 'database', 'figures', 'figure-read'].map((name) => `${SHARED}src/${name}.ts`);

/** The subgraph a path belongs to, `shared` included; null outside `subgraphs/`. */
const subgraphOf = (path: string): string | null => /^subgraphs\/([^/]+)\//.exec(path)?.[1] ?? null;

function kindOf(path: string): Kind | null {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.[tj]s$/, '');
  if (name === 'main' || name === 'subgraph' || name === 'errors') return name;
  return KINDS.find((kind) => name.endsWith(`.${kind}`)) ?? null;
}

const say = ({ from, target }: Import): string => `${from} imports ${target}`;
const allImports = (sources: readonly Source[]): Import[] => sources.flatMap(importsOf);

/** The values of the domain import nothing but one another, and hashes. */
export function domainImports(sources: readonly Source[]): string[] {
  const domain = allImports(sources.filter(({ path }) => path.startsWith(DOMAIN)));
  return domain.filter(({ target }) => !target.startsWith(DOMAIN) && target !== 'node:crypto').map(say);
}

/**
 * No department knows another's code, shared code knows no department, the gateway knows shared code and the schema alone. A department's seed.ts may
 * name the types of the demo world that it is handed.
 */
export function crossings(sources: readonly Source[]): string[] {
  const isOurs = (target: string): boolean => /^(subgraphs|gateway|local|bench|schema|test|portal)\//.test(target);
  return allImports(sources)
    .filter(({ from, target, isTypeOnly }) => {
      if (!isOurs(target)) return false;
      if (isTypeOnly && from.endsWith('/seed.ts') && target.startsWith('local/demo/')) return false;
      const own = subgraphOf(from);
      if (own !== null) return !target.startsWith(SHARED) && !target.startsWith(`subgraphs/${own}/`);
      if (from.startsWith('gateway/')) return !target.startsWith('gateway/') && !target.startsWith(SHARED) && !target.startsWith('schema/');
      return false;
    })
    .map(say);
}

/** Imports of a department's own files against the direction of the arrows; type imports may go where MAY_NAME says too. */
export function againstTheArrows(sources: readonly Source[]): string[] {
  return allImports(sources)
    .filter(({ from, target, isTypeOnly }) => {
      const own = subgraphOf(from);
      if (own === null || own === 'shared' || !from.includes('/src/') || !target.startsWith(`subgraphs/${own}/`)) return false;
      const kind = kindOf(from);
      const other = kindOf(target);
      if (kind === null) return false;
      if (other === null) return true;
      return !MAY_IMPORT[kind].includes(other) && !(isTypeOnly && MAY_NAME[kind]?.includes(other));
    })
    .map(say);
}

/** Rules are pure: of shared code they import the domain's values, everything else as a type. An entity knows no GraphQL. */
export function impure(sources: readonly Source[]): string[] {
  return allImports(sources)
    .filter(({ from, target, isTypeOnly }) => {
      const kind = subgraphOf(from) === 'shared' ? null : kindOf(from);
      if (kind === 'rules')
        return (
          !isTypeOnly &&
          (/^@?[a-z]/.test(target) && !target.startsWith('subgraphs/')
            ? target !== 'node:crypto'
            : target.startsWith(SHARED) && !target.startsWith(DOMAIN))
        );
      return kind === 'entity' && /^(graphql|type-graphql|@apollo\/.*)$/.test(target);
    })
    .map(say);
}

/** type-graphql outside types, resolvers and the shared schema files. */
export function schemaLibraryElsewhere(sources: readonly Source[]): string[] {
  const isSchema = ({ from }: Import): boolean => /\.(type|resolver)\.ts$/.test(from) || SCHEMA_FILES.includes(from);
  return allImports(sources)
    .filter((each) => each.target === 'type-graphql' && !isSchema(each))
    .map(say);
}

/** Reads past the row scope outside `*.figures.ts` and the figure engine: `figureRows` sees every row and is for aggregates alone. */
export function figureRowsElsewhere(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path, text }) => /\bfigureRows\b/.test(codeOnly(text)) && !path.endsWith('.figures.ts') && !FIGURE_ENGINE.includes(path))
    .map(({ path }) => path);
}

/** Files longer than a reader holds in mind. */
export function tooLong(sources: readonly Source[], limit = 400): string[] {
  return sources
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

/** Ways around the type checker, and things left for later. */
export function loose(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const found: string[] = [];
    // A test may look into an answer of any shape.
    if (!path.startsWith('test/') && /(?:[:<|&,(]|\bas\b|\bextends\b|=>|=)\s*any\b(?!\s*[.(:\w])/.test(codeOnly(text)))
      found.push(`${path}: any`);
    if (/@ts-(ignore|expect-error|nocheck)/.test(text)) found.push(`${path}: ts-ignore`);
    if (/\b(TODO|FIXME|XXX)\b/.test(text)) found.push(`${path}: left for later`);
    return found;
  });
}

/** What stands in a department's folder. */
export interface Shape {
  name: string;
  /** Directly in `subgraphs/<name>/`. */
  top: readonly string[];
  /** Directly in `subgraphs/<name>/src/`. */
  src: readonly string[];
  /** All files below `src/`, from the root of the project. */
  files: readonly string[];
  main: string;
}

/** Where departments differ in shape: top files, files of `src/`, kinds of files in aggregates, a main.ts that says more than one line. */
export function unlike(shapes: readonly Shape[]): string[] {
  const [first, ...others] = shapes;
  if (!first) return ['there are no subgraphs'];
  const filesOf = (names: readonly string[]): string => names.filter((name) => !name.endsWith('/')).join(' ');
  const found: string[] = [];
  for (const { name, top, src } of others) {
    if (top.join(' ') !== first.top.join(' ')) found.push(`${name}/ has ${top.join(' ')}; ${first.name}/ has ${first.top.join(' ')}`);
    if (filesOf(src) !== filesOf(first.src)) found.push(`${name}/src has ${filesOf(src)}; ${first.name}/src has ${filesOf(first.src)}`);
  }
  for (const { name, src, files, main } of shapes) {
    for (const needed of ['main.ts', 'subgraph.ts']) if (!src.includes(needed)) found.push(`${name}/src lacks ${needed}`);
    const statements = codeOnly(main)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('import '));
    if (statements.length > 1) found.push(`${name}/src/main.ts has ${statements.length} lines`);
    for (const path of files) {
      const below = path.split('/src/')[1] ?? '';
      const isAggregate = /^[a-z-]+\/[a-z-]+\.[a-z]+\.ts$/.test(below) && (KINDS as readonly string[]).includes(below.split('.')[1] ?? '');
      if (below.includes('/') && !isAggregate) found.push(`${path} is no file of an aggregate: ${KINDS.join(', ')}`);
    }
  }
  return found;
}
