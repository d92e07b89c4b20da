import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout } from '../local/folder.ts';
import { generate, stale } from '../schema/compose.ts';
import {
  againstTheArrows,
  crossings,
  domainImports,
  figureRowsElsewhere,
  impure,
  loose,
  type Shape,
  schemaLibraryElsewhere,
  tooLong,
  unlike,
} from './architecture/rules.ts';
import { entriesOf, filesBelow, type Source, sourcesOf } from './architecture/source.ts';
import { SUBGRAPHS } from './schema/contract.ts';

const code = sourcesOf('subgraphs', 'gateway', 'local', 'bench', 'schema');
const everything = [...code, ...sourcesOf('test')];

describe('the code', () => {
  it('has a domain that imports nothing but itself', () => expect(domainImports(code)).toEqual([]));
  it('keeps departments, shared code and the gateway apart', () => expect(crossings(code)).toEqual([]));
  it('imports in the direction of the arrows', () => expect(againstTheArrows(code)).toEqual([]));
  it('keeps rules pure and entities free of GraphQL', () => expect(impure(code)).toEqual([]));
  it('knows type-graphql in types, resolvers and the shared schema files alone', () => expect(schemaLibraryElsewhere(code)).toEqual([]));
  it('reads past the row scope in figures alone', () => expect(figureRowsElsewhere(code)).toEqual([]));
  it('has no file above 400 lines', () => expect(tooLong(everything)).toEqual([]));
  it('has no way around the type checker and nothing left for later', () =>
    expect(loose(everything.filter(({ path }) => !path.startsWith('test/architecture')))).toEqual([]));
});

describe('a dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  /** Not imported: they work on the code. */
  const TOOLS = ['typescript', '@biomejs/biome'];

  it('is used, and says in ARCHITECTURE.md why it is there', () => {
    const page = readFileSync(join(checkout, 'ARCHITECTURE.md'), 'utf8');
    const text = [...everything.map((source) => source.text), readFileSync(join(checkout, 'gateway/explorer/page.js'), 'utf8')].join('\n');
    const isUsed = (name: string) => text.includes(`'${name}'`) || text.includes(`'${name}/`);
    const needsNoUse = (name: string) => TOOLS.includes(name) || name.startsWith('@types/');
    expect(names.filter((name) => !isUsed(name) && !needsNoUse(name))).toEqual([]);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the four departments', () => {
  it('have the same shape', () => {
    const shapes = SUBGRAPHS.map((name): Shape => {
      const src = `subgraphs/${name}/src`;
      const main = sourcesOf(src).find(({ path }) => path === `${src}/main.ts`);
      return { name, top: entriesOf(`subgraphs/${name}`), src: entriesOf(src), files: filesBelow(src), main: main?.text ?? '' };
    });
    expect(unlike(shapes)).toEqual([]);
  });

  it('print the schemas that are committed', async () => expect(stale(await generate())).toEqual([]));
});

describe('each guard can fail:', () => {
  const file = (path: string, text: string): Source[] => [{ path, text }];
  const shared = 'subgraphs/shared/src';

  it('the domain', () => {
    expect(domainImports(file(`${shared}/domain/x.ts`, "import { a } from '../context.ts';"))).toEqual([
      `${shared}/domain/x.ts imports ${shared}/context.ts`,
    ]);
    expect(domainImports(file(`${shared}/domain/x.ts`, "import 'node:fs';\nimport { createHash } from 'node:crypto';"))).toHaveLength(1);
  });

  it('the borders', () => {
    const from = (path: string, target: string) => crossings(file(path, `import { a } from '${target}';`));
    expect(from('subgraphs/facilities/src/x/x.read.ts', '../../../volunteers/src/y/y.read.ts')).toHaveLength(1);
    expect(from(`${shared}/serve.ts`, '../../organization/src/subgraph.ts')).toHaveLength(1);
    expect(from(`${shared}/serve.ts`, '../../../gateway/src/server.ts')).toHaveLength(1);
    expect(from('gateway/src/engine/plan.ts', '../../../subgraphs/organization/src/area/area.read.ts')).toHaveLength(1);
    expect(from('gateway/src/engine/plan.ts', '../../../local/credential.ts')).toHaveLength(1);
    expect(from('gateway/src/engine/plan.ts', '../../../subgraphs/shared/src/signature.ts')).toEqual([]);
    expect(crossings(file(`${shared}/x.ts`, "export type { A } from '../../volunteers/src/subgraph.ts';"))).toHaveLength(1);
    expect(crossings(file(`${shared}/x.ts`, "const a = await import('../../volunteers/src/subgraph.ts');"))).toHaveLength(1);
    expect(crossings(file('subgraphs/volunteers/seed.ts', "import type { World } from '../../local/demo/world.types.ts';"))).toEqual([]);
    expect(crossings(file('subgraphs/volunteers/seed.ts', "import { world } from '../../local/demo/world.ts';"))).toHaveLength(1);
    expect(crossings(file(`${shared}/x.ts`, "// import { a } from '../../volunteers/src/subgraph.ts';"))).toEqual([]);
  });

  it('the arrows', () => {
    const from = (kind: string, line: string) => againstTheArrows(file(`subgraphs/facilities/src/space/space.${kind}.ts`, line));
    expect(from('rules', "import { a } from './space.entity.ts';")).toHaveLength(1);
    expect(from('entity', "import { a } from './space.commands.ts';")).toHaveLength(1);
    expect(from('read', "import { a } from './space.resolver.ts';")).toHaveLength(1);
    expect(from('type', "import { SpaceEntity } from './space.entity.ts';")).toHaveLength(1);
    expect(from('type', "import type { SpaceEntity } from './space.entity.ts';\nimport { type B } from './space.entity.ts';")).toEqual([]);
    expect(from('type', "import {\n  type A,\n  b,\n} from './space.entity.ts';")).toHaveLength(1);
    expect(from('resolver', "import { definition } from '../subgraph.ts';")).toHaveLength(1);
    expect(from('resolver', "import { a } from './space.read.ts';\nimport { Space } from './space.type.ts';")).toEqual([]);
    expect(from('resolver', "import { a } from './helpers.ts';")).toHaveLength(1);
  });

  it('purity', () => {
    const rules = 'subgraphs/facilities/src/space/space.rules.ts';
    expect(impure(file(rules, "import { defineEntity } from '@mikro-orm/core';"))).toHaveLength(1);
    expect(impure(file(rules, "import { rows } from '../../../shared/src/database.ts';"))).toHaveLength(1);
    expect(
      impure(
        file(
          rules,
          "import { Ratio } from '../../../shared/src/domain/ratio.ts';\nimport type { Context } from '../../../shared/src/context.ts';",
        ),
      ),
    ).toEqual([]);
    expect(impure(file('subgraphs/facilities/src/space/space.entity.ts', "import { Field } from 'type-graphql';"))).toHaveLength(1);
  });

  it('type-graphql and figureRows', () => {
    expect(
      schemaLibraryElsewhere(file('subgraphs/facilities/src/space/space.read.ts', "import { Field } from 'type-graphql';")),
    ).toHaveLength(1);
    expect(schemaLibraryElsewhere(file('subgraphs/facilities/src/space/space.type.ts', "import { Field } from 'type-graphql';"))).toEqual(
      [],
    );
    expect(figureRowsElsewhere(file('subgraphs/facilities/src/space/space.read.ts', 'return ctx.figureRows(sql);'))).toHaveLength(1);
    expect(figureRowsElsewhere(file('subgraphs/facilities/src/space/space.read.ts', '// unlike ctx.figureRows'))).toEqual([]);
  });

  it('length, any, and things left for later', () => {
    expect(tooLong(file('a.ts', 'a\n'.repeat(401)))).toEqual(['a.ts: 401 lines']);
    expect(tooLong(file('a.ts', 'a\n'.repeat(400)))).toEqual([]);
    for (const text of ['let a: any;', 'const b = c as any;', 'f<any>()', 'let a: Map<string, any>;', 'type A = any[];'])
      expect(loose(file('a.ts', text))).toEqual(['a.ts: any']);
    expect(loose(file('a.ts', "// any\nconst a = ['any', b.any()];\nconst any = 1;"))).toEqual([]);
    expect(loose(file('a.ts', `// @ts-${'ignore'}\n// ${'TO'}DO: later`))).toHaveLength(2);
  });

  it('the shape', () => {
    const like = (name: string): Shape => ({
      name,
      top: ['README.md', 'migrations/', 'src/'],
      src: ['errors.ts', 'main.ts', 'subgraph.ts', 'x/'],
      files: [`subgraphs/${name}/src/main.ts`, `subgraphs/${name}/src/x/x.read.ts`],
      main: "import { serve } from '../../shared/src/serve.ts';\nimport { definition } from './subgraph.ts';\n\nawait serve(definition);\n",
    });
    expect(unlike([like('a'), like('b')])).toEqual([]);
    expect(unlike([like('a'), { ...like('b'), top: ['README.md', 'src/'] }])).toHaveLength(1);
    expect(unlike([like('a'), { ...like('b'), src: ['errors.ts', 'main.ts', 'more.ts', 'subgraph.ts'] }])).toHaveLength(1);
    expect(unlike([{ ...like('a'), files: ['subgraphs/a/src/x/x.service.ts'] }])).toHaveLength(1);
    expect(unlike([{ ...like('a'), main: 'const a = 1;\nawait serve(a);\n' }])).toHaveLength(1);
    expect(unlike([{ ...like('a'), src: ['errors.ts', 'subgraph.ts'] }])).toEqual(['a/src lacks main.ts']);
  });

  it('generated files', () => {
    const generated = [
      { file: 'a.graphql', text: 'type Query { a: Int }' },
      { file: 'b.graphql', text: '' },
    ];
    expect(stale(generated, (name) => (name === 'a.graphql' ? 'type Query { a: Int! }' : ''))).toEqual(['a.graphql']);
  });
});
