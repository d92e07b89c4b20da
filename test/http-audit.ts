/** The audit of `graphql-http` (GraphQL over HTTP, draft of the GraphQL foundation) over a server of ours. */
import { auditServer } from 'graphql-http';

/** What the audit says, by its names. */
export interface Audited {
  errors: string[];
  warnings: string[];
  passed: number;
}

/** Audits the endpoint at `url`. */
export async function audited(url: string, fetchFn: typeof fetch = fetch): Promise<Audited> {
  const said: Audited = { errors: [], warnings: [], passed: 0 };
  for (const result of await auditServer({ url, fetchFn })) {
    if (result.status === 'ok') said.passed++;
    else if (result.status === 'error') said.errors.push(`${result.id} ${result.name}: ${result.reason}`);
    else said.warnings.push(`${result.id} ${result.name}`);
  }
  return said;
}
