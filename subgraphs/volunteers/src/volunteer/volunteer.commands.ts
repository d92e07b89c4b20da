import { createHmac } from 'node:crypto';
import { now } from '../../../shared/src/clock.ts';
import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError, Refusals } from '../../../shared/src/errors.ts';
import { linkFiles } from '../../../shared/src/files.ts';
import { actsIn } from '../../../shared/src/scope.ts';
import { refusing } from '../../../shared/src/write.ts';
import { requireKnownCommunity } from '../area/area.read.ts';
import { refuse } from '../errors.ts';
import { ageBandOf, displayNameOf, hubNumber, plainPhone, refusalsOf } from './registration.rules.ts';
import { myVolunteer, type SkillRow, skillTags } from './volunteer.read.ts';
import type { RegisterVolunteerInput } from './volunteer-command.type.ts';

/** What `registerVolunteer` asks of another department beforehand: is there such a community? */
export async function placeOfVolunteer(ctx: Context, input: RegisterVolunteerInput): Promise<void> {
  requireSound(ctx, input, dateIn(now()));
  await requireKnownCommunity(ctx, input.homeCommunityId, 'homeCommunityId');
}

/**
 * Registers the caller as a volunteer, or at his request somebody without a login (P8). Name, telephone, birth month and guardian go to the
 * vault; a minor waits for the guardian's consent (§5.2).
 * @throws Refusals of `refusalsOf`; HubError ALREADY_REGISTERED, OUT_OF_AREA_SCOPE, UNAUTHENTICATED (an app without a login).
 */
export async function registerVolunteer(ctx: CommandContext, input: RegisterVolunteerInput) {
  const today = dateIn(ctx.at);
  requireSound(ctx, input, today);
  const skills = await skillsNamed(ctx, input.skills ?? []);
  await requireNewPhone(ctx, plainPhone(input.phone));

  const ageBand = ageBandOf(input.birthMonth, today);
  const status = ageBand === 'ADULT' ? 'ACTIVE' : 'PENDING_CONSENT';
  const id = newId('vo', ctx.at);
  const displayName = displayNameOf(input.legalName, input.displayName);
  const number = await insertVolunteer(ctx, {
    id,
    number: input.number || null,
    displayName,
    ageBand,
    skills: skills.map(({ code }) => code),
    today,
  });
  await ctx.rows(
    `with home as (insert into volunteer_home (volunteer_id, valid_from, community_id) values ($1, $2, $3))
     insert into volunteer_state (volunteer_id, valid_from, status) values ($1, $2, $4)`,
    [id, today, input.homeCommunityId, status],
  );
  await ctx.vault.put(ctx, id, secretsOf(input), { findable: ['PHONE'] });
  const consent = input.guardian?.consentFileId;
  await linkFiles(ctx, consent ? [consent] : [], { type: 'Volunteer', id }, () =>
    refuse('VALIDATION_FAILED', { field: ['guardian', 'consentFileId'], details: { expected: 'a file that you uploaded' } }),
  );
  ctx.record({ name: 'volunteer.registered', objectType: 'Volunteer', objectId: id, areaId: input.homeCommunityId, on: today, to: status });
  if (isStaff(ctx)) return { volunteer: null, card: { number, displayName, ageBand, skills } };
  return { volunteer: await myVolunteer(ctx), card: null };
}

/** What can be told of a registration without asking anybody. */
function requireSound(ctx: Context, input: RegisterVolunteerInput, today: string): void {
  const { roles, subject } = ctx.claims;
  if (!isStaff(ctx) && subject === null) throw new HubError('UNAUTHENTICATED');
  if (isStaff(ctx) && !roles.includes('ORG_REPRESENTATIVE') && !actsIn(ctx, input.homeCommunityId)) throw new HubError('OUT_OF_AREA_SCOPE');
  const refusals = refusalsOf(input, today);
  if (refusals.length > 0) throw new Refusals(refusals);
}

/** Does the caller register somebody else? Whoever is a resident as well registers himself. */
const isStaff = ({ claims }: Pick<Context, 'claims'>): boolean => !claims.roles.some((role) => role === 'RESIDENT' || role === 'VOLUNTEER');

async function skillsNamed(ctx: CommandContext, codes: readonly string[]): Promise<SkillRow[]> {
  if (codes.length === 0) return [];
  const known = (await skillTags(ctx)).filter(({ code }) => codes.includes(code));
  if (known.length < new Set(codes).size)
    throw refuse('VALIDATION_FAILED', { field: ['skills'], details: { expected: 'codes of skillTags' } });
  return known;
}

/** Two who register with one telephone at the same time come one after the other; the vault is asked only then. */
async function requireNewPhone(ctx: CommandContext, phone: string): Promise<void> {
  const lock = createHmac('sha256', ctx.vault.secretFor('telephones in turn')).update(phone).digest().readBigInt64BE();
  await ctx.rows('select pg_advisory_xact_lock($1)', [lock]);
  const known = await ctx.vault.find(ctx, 'PHONE', phone);
  if (known.length > 0) throw refuse('ALREADY_REGISTERED', { field: ['phone'] });
}

interface NewVolunteer {
  id: string;
  number: string | null;
  displayName: string;
  ageBand: string;
  skills: string[];
  today: string;
}

/** @returns his number: his own of the national system, or one of the hub's. */
async function insertVolunteer(ctx: CommandContext, { id, number, displayName, ageBand, skills, today }: NewVolunteer): Promise<string> {
  const [next] = await ctx.rows<{ serial: number }>(`select nextval('volunteer_serial')::int as serial`);
  const serial = next?.serial ?? 0;
  const given = number ?? hubNumber(serial);
  const insert = ctx.rows(
    `insert into volunteer (id, serial, number, display_name, subject, joined_on, age_band, skills) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, serial, given, displayName, isStaff(ctx) ? null : ctx.claims.subject, today, ageBand, skills],
  );
  await refusing(insert, {
    volunteer_number_unique: () => refuse('ALREADY_REGISTERED', { field: ['number'] }),
    volunteer_subject_unique: () => refuse('ALREADY_REGISTERED'),
  });
  return given;
}

/** What only the vault keeps, by kind. */
function secretsOf(input: RegisterVolunteerInput): Record<string, unknown> {
  const { legalName, birthMonth, consentTextVersion, guardian } = input;
  return {
    IDENTITY: { legalName: legalName.trim(), birthMonth, consentTextVersion },
    PHONE: plainPhone(input.phone),
    ...(guardian && {
      GUARDIAN: { legalName: guardian.legalName.trim(), phone: plainPhone(guardian.phone), consentFileId: guardian.consentFileId ?? null },
    }),
  };
}
