/** Commands of the volunteers' department in tests: through its schema, on its own database. */
import { type GraphQLSchema, graphql } from 'graphql';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { Session } from '../../subgraphs/shared/src/database.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import { buildSubgraph } from '../../subgraphs/shared/src/subgraph.ts';
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import type { TestDatabase } from '../database.ts';

let built: GraphQLSchema | undefined;
const schema = (): GraphQLSchema => {
  built ??= buildSubgraph(definition).schema;
  return built;
};

export type Caller = Partial<Claims>;

/** Representative of an organization; a second of the same has another login. */
export const recorder = (organization: string, subject = `rep-${organization}`): Caller => ({
  roles: ['ORG_REPRESENTATIVE'],
  variant: 'DEPARTMENT',
  organization,
  subject,
});
export const staffOf = (...communities: string[]): Caller => ({
  roles: ['COMMUNITY_STAFF'],
  variant: 'DEPARTMENT',
  subject: 'staff',
  communities,
});
export const resident = (subject: string, organization: string | null = null): Caller => ({
  roles: ['VOLUNTEER'],
  variant: 'RESIDENT',
  subject,
  organization,
});
export const auditor: Caller = { roles: ['AUDITOR'], variant: 'AUDIT', subject: 'auditor' };

/** What the other departments would say: communities c and b, compound k in c, facility f, organizations og1 and og2. */
export const places: Graph = {
  ask: async <T>(_: string, named: Record<string, unknown>): Promise<T> => {
    const answer = {
      area: ['b', 'c'].includes(String(named.community)) ? { membership: [{ communityId: named.community }] } : null,
      compound: named.compound === 'k' ? { community: { id: 'c' } } : null,
      facility: named.facility === 'f' ? { id: 'f' } : null,
      organization: ['og1', 'og2'].includes(String(named.organization)) ? { id: named.organization } : null,
    };
    return answer as T;
  },
  communities: async () => ['b', 'c'],
};

export interface Outcome {
  ok: boolean;
  errors: { code: string; message: string; messageEn: string; field: string[] | null; details: Record<string, unknown> | null }[];
  [field: string]: unknown;
}

const FIELDS: Readonly<Record<string, string>> = {
  registerVolunteer:
    'volunteer { id number displayName status ageBand homeCommunity { id } skills { code } totalMinutes } card { number displayName ageBand skills { nameZh } }',
  createActivity: 'activity { id status startsAt endsAt shifts { id startsAt capacity } events { seq from to actorRole } version }',
};
const RECORDS =
  'records { id status on minutes noticeFrom noticeTo confirmedAt nationalSync version projectName corrects { id } activity { id } }';

/** The document of a command with what tests look at. */
export const documentOf = (name: string): string => {
  const input = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`.replace(
    /^(PublishRecordNotice|ConfirmRecords)Input$/,
    'RecordIdsInput',
  );
  return `mutation Act($input: ${input}!) {
    ${name}(input: $input) { ok errors { code message messageEn field details } clientMutationId ${FIELDS[name] ?? RECORDS} } }`;
};

/** A busy machine is no outage: who found no connection in time, and so changed nothing, asks again. */
const TRIES = 20;

/** Runs one command as somebody and gives its payload. @throws the first GraphQL error, its code first. */
export async function act(
  world: TestDatabase,
  caller: Caller,
  name: string,
  input: Record<string, unknown>,
  session?: Session,
): Promise<Outcome> {
  for (let n = 1; ; n++) {
    const { data, errors } = await ask(world, caller, documentOf(name), { input }, session);
    const [error] = errors;
    if (!error) return data?.[name] as Outcome;
    if (error.extensions.code === 'SOURCE_UNAVAILABLE' && n < TRIES) continue;
    throw new Error(`${error.extensions.code}: ${error.message}`, { cause: error });
  }
}

/** Runs any operation as somebody. */
export async function ask(
  world: TestDatabase,
  caller: Caller,
  source: string,
  variableValues: Record<string, unknown> = {},
  session: Partial<Session> = {},
) {
  let isReplay = false;
  const replayed = (): void => {
    isReplay = true;
  };
  const contextValue = world.context(caller, { graph: places, replayed, log: silent, ...session });
  const { data, errors } = await graphql({ schema: schema(), source, variableValues, contextValue });
  const shown = (errors ?? []).map((error) => {
    const cause = error.originalError as { code?: string } | undefined;
    return { message: error.message, extensions: { code: cause?.code ?? 'INTERNAL', cause: error.originalError } };
  });
  return { data: data as Record<string, unknown> | null | undefined, errors: shown, isReplay };
}

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined } as never;

/** Codes of an outcome, in order. */
export const codes = (outcome: Outcome): string[] => outcome.errors.map(({ code }) => code);
