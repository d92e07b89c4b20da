/**
 * Bundles the explorer (GraphiQL and its editor from npm) into `dist/explorer`, so that a browser loads nothing from any other
 * address. Takes three seconds, and none when nothing changed. Run by the build, after the compiler.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { projectRoot } from '../../subgraphs/shared/src/config.ts';

const ENTRIES = {
  page: 'gateway/explorer/page.js',
  'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
};
const FONTS: Record<string, string> = { '.ttf': 'font/ttf', '.woff2': 'font/woff2', '.woff': 'font/woff' };

/** Bundles into `folder` unless it holds the same already. */
export async function buildExplorer(folder = fileURLToPath(new URL('dist/explorer/', projectRoot))): Promise<void> {
  const stampFile = resolve(folder, 'stamp');
  const stamp = stampOf();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const styles: string[] = [];
  const bundle = await rolldown({
    cwd: fileURLToPath(projectRoot),
    input: ENTRIES,
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    plugins: [collectStyles(styles)],
    // Directives of React server components that a browser does not know.
    onLog: (level, log, handle) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : handle(level, log)),
  });
  await bundle.write({ dir: folder, format: 'esm', minify: true });
  await bundle.close();
  writeFileSync(resolve(folder, 'page.css'), styles.join('\n'));
  writeFileSync(stampFile, stamp);
}

/** Versions and sources that the bundle is made of. */
function stampOf(): string {
  const require = createRequire(new URL('package.json', projectRoot));
  const hash = createHash('sha256').update(readFileSync(new URL(ENTRIES.page, projectRoot)));
  for (const name of ['graphiql', 'monaco-editor', 'monaco-graphql', 'react']) {
    const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string };
    hash.update(`${name}@${version}`);
  }
  return hash.digest('hex');
}

/** Style sheets become one file, their fonts part of it. */
function collectStyles(styles: string[]): Plugin {
  return {
    name: 'styles',
    load(id) {
      if (!id.endsWith('.css')) return null;
      styles.push(withFonts(readFileSync(id, 'utf8'), dirname(id)));
      return { code: 'export {}', moduleType: 'js' };
    },
  };
}

function withFonts(css: string, folder: string): string {
  return css.replace(/url\(["']?([^"')]+)["']?\)/g, (whole, target: string) => {
    const type = FONTS[extname(target)];
    return type ? `url(data:${type};base64,${readFileSync(resolve(folder, target)).toString('base64')})` : whole;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExplorer();
