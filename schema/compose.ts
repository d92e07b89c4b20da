import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CompositionResult, composeSchemaContract, composeServices } from '@theguild/federation-composition';
import { buildASTSchema, parse, print, validateSchema } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { publishedOf } from '../gateway/src/contract.ts';
import { VARIANTS } from '../subgraphs/shared/src/claims.ts';
import { COMMON_ERRORS } from '../subgraphs/shared/src/errors.ts';
import type { Subgraph } from '../subgraphs/shared/src/subgraph.ts';
import { buildSubgraph } from '../subgraphs/shared/src/subgraph.ts';
import { errorsPage, type Registry } from './errors-page.ts';

/** A line of schema/supergraph.yaml. */
export interface Listed {
  name: string;
  address: string;
  /** File of the printed schema, in `schema/`. */
  schema: string;
}

/** A generated file and what should be in it. */
export interface Generated {
  file: string;
  text: string;
}

/** `schema/` itself, whether this runs from the sources or from `dist/`. */
const FOLDER = import.meta.dirname.replace(/([\\/])dist[\\/]schema$/, '$1schema');

/** Built or not, a module finds its neighbours of the same kind. */
const ENDING = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';

/** The subgraphs of schema/supergraph.yaml. @throws Error when the file says something else */
export function listed(yaml = readFileSync(join(FOLDER, 'supergraph.yaml'), 'utf8')): Listed[] {
  const file: unknown = parseYaml(yaml);
  const entries = Object.entries((file as { subgraphs?: Record<string, { address?: unknown; schema?: unknown }> } | null)?.subgraphs ?? {});
  if (entries.length === 0) throw new Error('schema/supergraph.yaml lists no subgraphs');
  return entries.map(([name, { address, schema }]) => {
    if (typeof address !== 'string' || typeof schema !== 'string')
      throw new Error(`schema/supergraph.yaml: ${name} needs an address and a schema`);
    return { name, address, schema };
  });
}

/** The supergraph of printed schemas. @throws Error with every complaint of the composer */
export function composeSupergraph(subgraphs: readonly (Listed & { sdl: string })[]): string {
  return `${composed('subgraphs', composeServices(servicesOf(subgraphs))).supergraphSdl.trimEnd()}\n`;
}

/**
 * The client's schema of every variant, by its name in small letters: the contract of what carries its tag, and of everything for `internal`.
 * @throws Error with every complaint of the composer, or if a schema is not valid
 */
export function composeVariants(
  subgraphs: readonly (Listed & { sdl: string })[],
  names: readonly string[] = VARIANTS.map((variant) => variant.toLowerCase()),
): Map<string, string> {
  const services = servicesOf(subgraphs);
  return new Map(
    names.map((name) => {
      const contract = { include: new Set([name]), exclude: new Set<string>() };
      const result = name === 'internal' ? composeServices(services) : composeSchemaContract(services, contract);
      const { publicDocument: schema } = publishedOf(composed(`variant ${name}`, result).supergraphDocumentNode);
      const problems = validateSchema(buildASTSchema(schema));
      if (problems.length > 0)
        throw new Error(`Variant ${name} is no schema:\n${problems.map(({ message }) => `- ${message}`).join('\n')}`);
      return [name, `${print(schema)}\n`];
    }),
  );
}

const servicesOf = (subgraphs: readonly (Listed & { sdl: string })[]) =>
  subgraphs.map(({ name, address, sdl }) => ({ name, url: address, typeDefs: parse(sdl) }));

function composed(what: string, result: CompositionResult): Exclude<CompositionResult, { errors: readonly unknown[] }> {
  if (result.errors) throw new Error(`Does not compose (${what}):\n${result.errors.map((error) => `- ${error.message}`).join('\n')}`);
  return result;
}

/** Every generated file of `schema/`, made from the departments' definitions. */
export async function generate(): Promise<Generated[]> {
  const subgraphs = await Promise.all(
    listed().map(async (entry) => {
      const { definition } = (await import(`../subgraphs/${entry.name}/src/subgraph.${ENDING}`)) as { definition: Subgraph };
      return { ...entry, sdl: buildSubgraph(definition).sdl };
    }),
  );
  const printed = subgraphs.map(({ schema, sdl }) => ({ file: schema, text: sdl }));
  return [
    ...printed,
    { file: 'supergraph.graphql', text: composeSupergraph(subgraphs) },
    ...[...composeVariants(subgraphs)].map(([name, text]) => ({ file: `variants/${name}.graphql`, text })),
    { file: 'ERRORS.md', text: errorsPage(COMMON_ERRORS, await departmentErrors()) },
  ];
}

/** Each department's part of the registry of error codes. */
export async function departmentErrors(): Promise<Record<string, Registry>> {
  const parts = listed().map(async ({ name }) => {
    const { ERRORS } = (await import(`../subgraphs/${name}/src/errors.${ENDING}`)) as { ERRORS: Registry };
    return [name, ERRORS] as const;
  });
  return Object.fromEntries(await Promise.all(parts));
}

/** The generated files that differ from what is committed. */
export function stale(generated: readonly Generated[], read = (file: string) => readFileSync(join(FOLDER, file), 'utf8')): string[] {
  return generated.filter(({ file, text }) => readOrNothing(read, file) !== text).map(({ file }) => file);
}

function readOrNothing(read: (file: string) => string, file: string): string | null {
  try {
    return read(file);
  } catch {
    return null;
  }
}

async function main(check: boolean): Promise<void> {
  const generated = await generate();
  const old = stale(generated);
  if (!check) {
    for (const { file, text } of generated) {
      mkdirSync(dirname(join(FOLDER, file)), { recursive: true });
      writeFileSync(join(FOLDER, file), text);
    }
    console.log(old.length === 0 ? 'schema/ was current.' : `Wrote schema/${old.join(', schema/')}.`);
    return;
  }
  if (old.length === 0) return;
  console.error(`Not current: schema/${old.join(', schema/')}. Run \`npm run compose\` and commit what it writes.`);
  process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.includes('--check'));
