// The explorer in the browser: GraphiQL over this gateway with the schema of the credential's own variant, example operations by variant
// and a place for the credential; nothing from any other address.
import { GraphiQL } from 'graphiql';
import { buildSchema } from 'graphql';
import { createElement, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';

const WORKERS = { json: 'json', graphql: 'graphql' };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`/assets/explorer/${WORKERS[label] ?? 'editor'}.worker.js`, { type: 'module' }),
};

const root = document.getElementById('explorer');
const isOpen = root.dataset.open === 'true';
/** Waits for the end of typing or pasting a credential. */
const TYPING_MS = 400;

const bearer = (token) => (token.trim() ? { authorization: `Bearer ${token.trim()}` } : {});

/** The schema of a credential's variant: some variants answer no introspection, all have an SDL. */
async function readSchema(token) {
  const response = await fetch('/schema.graphql', { headers: bearer(token) });
  const text = await response.text();
  if (!response.ok) throw new Error(JSON.parse(text).errors[0].message);
  return { schema: buildSchema(text), variant: response.headers.get('hub-variant') };
}

async function readExamples() {
  const response = await fetch('/assets/examples.json');
  return response.ok ? response.json() : [];
}

function useSchema(token) {
  const [known, setKnown] = useState({ schema: null, variant: null, problem: '' });
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(async () => {
      const read = await readSchema(token).catch((error) => ({ schema: null, variant: null, problem: String(error.message) }));
      if (!isOver) setKnown({ problem: '', ...read });
    }, TYPING_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [token]);
  return known;
}

function Explorer() {
  const [token, setToken] = useState('');
  const [examples, setExamples] = useState([]);
  const [example, setExample] = useState(null);
  const { schema, variant, problem } = useSchema(token);
  useEffect(() => void readExamples().then(setExamples), []);
  const fetcher = useMemo(() => {
    return async (body, { headers = {} } = {}) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(token), ...headers },
        body: JSON.stringify(body),
      });
      return response.json();
    };
  }, [token]);
  const own = examples.filter((each) => each.variant === variant);
  return createElement(
    'div',
    { style: { display: 'flex', flexDirection: 'column', height: '100vh' } },
    isOpen ? null : bar({ token, setToken, variant, problem, own, example, setExample }),
    createElement(
      'div',
      { style: { flex: 1, minHeight: 0 } },
      createElement(GraphiQL, {
        key: example?.name ?? '',
        fetcher,
        schema,
        initialQuery: example?.query ?? root.dataset.query,
        initialVariables: example ? '{}' : root.dataset.variables,
      }),
    ),
  );
}

function bar({ token, setToken, variant, problem, own, example, setExample }) {
  const options = own.map(({ name, zh, en }) => createElement('option', { key: name, value: name }, `${zh} · ${en}`));
  return createElement(
    'div',
    { style: { display: 'flex', gap: '1rem', padding: '.5rem 1rem', font: '14px system-ui, sans-serif', alignItems: 'center' } },
    createElement(
      'label',
      { style: { flex: 1, display: 'flex', gap: '.5rem' } },
      '令牌 Token',
      createElement('input', {
        id: 'token',
        style: { flex: 1 },
        value: token,
        autoComplete: 'off',
        spellCheck: false,
        placeholder: 'npm run token',
        onChange: (event) => setToken(event.target.value),
      }),
    ),
    createElement('span', { id: 'variant' }, problem || variant || ''),
    createElement(
      'select',
      {
        id: 'examples',
        value: example?.name ?? '',
        onChange: (event) => setExample(own.find(({ name }) => name === event.target.value) ?? null),
      },
      createElement('option', { key: '', value: '' }, '示例 Examples'),
      options,
    ),
    createElement('a', { href: '/schema.graphql', title: '不带令牌为公众契约 Without a token: the public variant' }, 'SDL'),
  );
}

createRoot(root).render(createElement(Explorer));
