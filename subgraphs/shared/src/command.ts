/**
 * What every mutation is (overview §3.4): role, one transaction under the caller's row scope, an idempotency key that is kept with the effect,
 * event rows, and the payload `{ ok, errors, <object>, clientMutationId }`. A broken rule is an entry in `errors` and leaves nothing behind;
 * what the caller may not do at all, or what nobody knows, is a GraphQL error.
 */
import { Authorized, Mutation } from 'type-graphql';
import type { Claims, Role } from './claims.ts';
import { now } from './clock.ts';
import type { Context } from './context.ts';
import { StatementError, type Transaction } from './database.ts';
import { newId } from './domain/id.ts';
import { redact } from './domain/redact.ts';
import { isBlank } from './domain/text.ts';
import { ValueError } from './domain/value-error.ts';
import { errorsOf, HubError, Refusals } from './errors.ts';
import { shown } from './shown.ts';

/** Something that changed, as `hub.event` keeps it: `object.past-tense` and ids. No personal data; a reason goes through the redactor. */
export interface EventRecord {
  name: string;
  objectType: string;
  objectId: string;
  /** The other end of a link. */
  otherType?: string | null;
  otherId?: string | null;
  /** Stable id of the place it happened in. */
  areaId?: string | null;
  /** Civil day from which it holds. */
  on?: string | null;
  from?: string | null;
  to?: string | null;
  reason?: string | null;
}

/** What a command is handed: the caller's context, whose `rows` reads and writes inside the command's transaction. */
export interface CommandContext extends Context {
  /** The instant of the command, the same for everything it writes. */
  readonly at: Date;
  /** Adds an event row, written together with the effect. */
  record(event: EventRecord): void;
  /** What follows from the command by itself, as SERVICE in the same transaction (`Writing`): a reporter's answer closes a case that he never sees. */
  asService<T>(work: () => Promise<T>): Promise<T>;
  /** Done once the effect is kept, e.g. to wake a job. */
  afterCommit(work: () => void): void;
}

/** The object fields of a payload. */
export type Answer = object;

export interface CommandInput {
  idempotencyKey?: string;
  clientMutationId?: string | null;
}

interface Charge {
  name: string;
  roles: readonly Role[];
  /** Reads other departments before the transaction begins. */
  prepare?: (ctx: Context, input: never) => Promise<unknown>;
}

type Handler = (input: never, ctx: CommandContext, prepared: never) => Promise<Answer>;

/**
 * A mutation:
 *
 *     @Command(() => FacilityPayload, STAFF, 'Closes it for good.')
 *     @Tag('department')
 *     closeFacility(@Arg('input', () => CloseFacilityInput) input: CloseFacilityInput, @Ctx() ctx: CommandContext) {
 *       return closeFacility(ctx, input);
 *     }
 *
 * @param roles who may call it at all; what he may touch is for the command and the row scope.
 * @param prepare what must be asked of other departments beforehand; the method's third argument.
 */
export function Command(payload: () => object, roles: readonly Role[], description?: string, prepare?: Charge['prepare']) {
  return <T extends Handler>(target: object, name: string, descriptor: TypedPropertyDescriptor<T>): void => {
    Mutation(payload as never, { description })(target, name, descriptor as never);
    Authorized(...roles)(target, name, descriptor as never);
    const handle = descriptor.value as Handler;
    descriptor.value = ((input: never, ctx: Context) => run(ctx, { name, roles, prepare }, input, handle)) as never;
  };
}

/** Codes that are no business rule: who may not, and what nobody can say now. They are GraphQL errors. */
const NOT_IN_PAYLOAD = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'OUT_OF_AREA_SCOPE',
  'PURPOSE_REQUIRED',
  'VARIANT_FORBIDDEN',
  'LIMIT_EXCEEDED',
  'RATE_LIMITED',
  'OVERLOADED',
  'RESULT_UNKNOWN',
  'SOURCE_UNAVAILABLE',
]);

async function run(ctx: Context, charge: Charge, input: CommandInput, handle: Handler): Promise<Answer> {
  const clientMutationId = input.clientMutationId ?? null;
  try {
    const answer = await attempt(ctx, charge, input, handle);
    return { ...answer, ok: true, errors: [], clientMutationId };
  } catch (error) {
    return { ok: false, errors: refusalsOf(error).map(userError), clientMutationId };
  }
}

/** The broken rules that an error tells of. @throws it, or what stands for it, when it is none. */
function refusalsOf(error: unknown): readonly (HubError | ValueError)[] {
  const list = error instanceof Refusals ? error.list : [error];
  return list.map((each) => {
    const told = each instanceof StatementError ? refusalOf(each) : each;
    const isRule = told instanceof ValueError || (told instanceof HubError && !NOT_IN_PAYLOAD.has(told.code));
    if (!isRule) throw told;
    return told;
  });
}

/** What the database refuses although the command did not: a row outside the caller's scope, a number that no column holds. */
function refusalOf(error: StatementError): Error {
  if (error.sqlState === '42501') return new HubError('FORBIDDEN');
  if (error.sqlState.startsWith('22')) return new HubError('VALIDATION_FAILED');
  return error;
}

const userError = (error: HubError | ValueError) => ({
  code: error.code,
  ...shown({ message: error.messageZh, messageEn: error.messageEn }),
  field: (error instanceof HubError && error.field) || null,
  details: shown(error.details ?? null),
});

/** Transactions that lost a race for locks: nothing was written, so they may go again. */
const RACES = /^40/;
const MOST_ATTEMPTS = 4;

async function attempt(ctx: Context, charge: Charge, input: CommandInput, handle: Handler): Promise<Answer> {
  requireSound(input);
  const key = keyOf(ctx, charge.name, input);
  // Whoever repeats a command is answered although the department that it asked beforehand is silent now.
  const before = key && charge.prepare ? await answerBefore(ctx, key) : null;
  if (before) return before;
  const prepared = await charge.prepare?.(ctx, input as never);
  for (let n = 1; ; n++) {
    try {
      return await transact(ctx, charge, key, (command) => handle(input as never, command, prepared as never));
    } catch (error) {
      const lostRace = error instanceof StatementError && RACES.test(error.sqlState);
      if (!lostRace || n === MOST_ATTEMPTS || Date.now() > ctx.claims.deadline) throw error;
    }
  }
}

/** Longer than any text of the domain. */
const MOST_CHARACTERS = 20_000;
/** Whoever lives was born, and whatever lasts ends, within these days. */
const DAYS = { earliest: '1900-01-01', latest: '2199-12-31' };
const BEGINS_WITH_DAY = /^\d{4}-\d{2}-\d{2}(?=$|T)/;

/**
 * Whatever a command takes: an id has a character, a text no zero byte and no half character (the database would keep another one), an end, and
 * something that shows unless it is empty; a day is none that a mistyped year makes.
 * @throws Refusals naming each field
 */
function requireSound(input: CommandInput): void {
  const refusals: HubError[] = [];
  const look = (value: unknown, field: readonly string[]): void => {
    if (typeof value === 'string') {
      const isId = /^id$|Ids?$/.test(field.findLast((name) => !/^\d+$/.test(name)) ?? '');
      const details = wrongOf(value, isId);
      if (details) refusals.push(refuse('VALIDATION_FAILED', { field, details }));
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) look(each, [...field, name]);
    }
  };
  look(input, []);
  if (refusals.length > 0) throw new Refusals(refusals);
}

/** What would be right of a text, null when it is. Of spaces alone each command says for itself whether they are nothing or wrong. */
function wrongOf(text: string, isId: boolean): Record<string, unknown> | null {
  if (text.length > MOST_CHARACTERS) return { characters: MOST_CHARACTERS };
  if ((isId && text === '') || (text.trim() !== '' && isBlank(text))) return { needed: true };
  if (!text.isWellFormed() || text.includes('\0')) return { expected: 'Unicode without U+0000' };
  const [day] = BEGINS_WITH_DAY.exec(text) ?? [];
  return day && (day < DAYS.earliest || DAYS.latest < day) ? DAYS : null;
}

/** One attempt: key, effect, events and answer in one transaction. */
async function transact(
  ctx: Context,
  charge: Charge,
  key: Key | null,
  work: (command: CommandContext) => Promise<Answer>,
): Promise<Answer> {
  const events: EventRecord[] = [];
  const later: (() => void)[] = [];
  const at = now();
  const answer = await ctx.write(async ({ rows, asService }) => {
    const before = key && (await claim(ctx, rows, key, at));
    if (before) return before;
    // The caller's context with some parts of its own: loaders of the command see the transaction, those of the answer do not see it.
    const command: CommandContext = Object.assign(Object.create(ctx) as Context, {
      rows,
      asService,
      at,
      record: (event: EventRecord) => void events.push(event),
      afterCommit: (each: () => void) => void later.push(each),
    });
    const made = await work(command);
    await settle(
      rows,
      events.map((event) => eventRow(event, ctx.claims, charge, at)),
      key,
      made,
    );
    return made;
  });
  for (const each of later) each();
  return answer;
}

interface Key {
  client: string;
  command: string;
  key: string;
  /** The input and who sent it, as one text. */
  input: string;
}

const { refuse } = errorsOf({});
const KEY_LENGTH = { least: 8, most: 64 };

/** The key of a command, if it takes one. @throws HubError IDEMPOTENCY_KEY_REQUIRED for one that is too short or too long. */
function keyOf({ claims }: Context, command: string, input: CommandInput): Key | null {
  const { idempotencyKey: key, clientMutationId: _, ...rest } = input;
  if (key === undefined) return null;
  if (key.length < KEY_LENGTH.least || key.length > KEY_LENGTH.most) {
    throw refuse('IDEMPOTENCY_KEY_REQUIRED', { field: ['idempotencyKey'], details: KEY_LENGTH });
  }
  const { client, subject, organization } = claims;
  return { client, command, key, input: canonical([client, command, key, subject, organization, rest]) };
}

/** JSON with sorted names: equal inputs give equal texts, whatever the order of their fields. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

const STORED = 'select input as mark, answer from hub.idempotency where client = $1 and command = $2 and key = $3';

async function answerBefore(ctx: Context, key: Key, rows: Transaction['rows'] = ctx.rows): Promise<Answer | null> {
  const [before] = await rows<{ mark: string; answer: Answer }>(STORED, [key.client, key.command, key.key]);
  if (!before) return null;
  if (!ctx.seal.holds(key.input, before.mark)) throw refuse('IDEMPOTENCY_KEY_REUSED', { field: ['idempotencyKey'] });
  ctx.replayed();
  return before.answer;
}

/** Takes the key, or waits for whoever has it and gives his answer. If that one fails, the key is free and taken. */
async function claim(ctx: Context, rows: Transaction['rows'], key: Key, at: Date): Promise<Answer | null> {
  const taken = await rows(
    'insert into hub.idempotency (client, command, key, input, made_at) values ($1, $2, $3, $4, $5) on conflict do nothing returning key',
    [key.client, key.command, key.key, ctx.seal.mark(key.input), at],
  );
  return taken.length > 0 ? null : answerBefore(ctx, key, rows);
}

/** Whom an event names: the organization and the role, never the person. */
type Acting = Pick<Claims, 'organization' | 'roles'>;
const ITSELF: Acting = { organization: null, roles: ['SERVICE'] };

function eventRow(event: EventRecord, claims: Acting, { roles }: Charge, at: Date): Record<string, unknown> {
  return {
    id: newId('ev', at),
    name: event.name,
    at,
    object_type: event.objectType,
    object_id: event.objectId,
    other_type: event.otherType,
    other_id: event.otherId,
    area_id: event.areaId,
    on: event.on,
    actor_organization: claims.organization,
    actor_role: claims.roles.find((role) => roles.includes(role)) ?? 'SERVICE',
    from_state: event.from,
    to_state: event.to,
    reason: event.reason && redact(event.reason).text,
  };
}

const COLUMNS =
  'id, name, at, object_type, object_id, other_type, other_id, area_id, "on", actor_organization, actor_role, from_state, to_state, reason';

/** Events and answer, in one round trip before the commit. */
async function settle(rows: Transaction['rows'], events: object[], key: Key | null, answer: Answer): Promise<void> {
  if (events.length === 0 && !key) return;
  await rows(
    `with kept as (insert into hub.event (${COLUMNS})
       select ${COLUMNS} from jsonb_populate_recordset(null::hub.event, $1::jsonb))
     update hub.idempotency set answer = $2 where client = $3 and command = $4 and key = $5`,
    [JSON.stringify(events), JSON.stringify(answer), key?.client, key?.command, key?.key],
  );
}

/**
 * Writes events of a job's own transaction, which no person acts in.
 * @param at the instant of the job's step.
 */
export const recordEvents = (rows: Transaction['rows'], at: Date, events: readonly EventRecord[], claims = ITSELF): Promise<void> =>
  settle(
    rows,
    events.map((event) => eventRow(event, claims, { name: '', roles: ['SERVICE'] }, at)),
    null,
    {},
  );
