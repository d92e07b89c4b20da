// The explorer in the browser: GraphiQL over this gateway, a place for the credential, nothing from any other address.
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';

const WORKERS = { json: 'json', graphql: 'graphql' };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`/assets/explorer/${WORKERS[label] ?? 'editor'}.worker.js`, { type: 'module' }),
};

const root = document.getElementById('explorer');

async function fetcher(body, { headers = {} } = {}) {
  // The page opens with a place for the credential; as long as nobody has filled it in, nobody has a credential.
  const given = Object.entries(headers).filter(([, value]) => !String(value).endsWith('…'));
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...Object.fromEntries(given) },
    body: JSON.stringify(body),
  });
  return response.json();
}

createRoot(root).render(
  createElement(GraphiQL, {
    fetcher,
    initialQuery: root.dataset.query,
    initialVariables: root.dataset.variables,
    initialHeaders: root.dataset.headers,
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: false,
  }),
);
