import { createHash } from 'node:crypto';
import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { instantText } from '../../../shared/src/domain/period.ts';
import { type HubError, Refusals } from '../../../shared/src/errors.ts';
import { fileOf, linkFiles } from '../../../shared/src/files.ts';
import { optionalText, requireText } from '../../../shared/src/text.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';
import { parseEdition } from './area.rules.ts';
import type {
  ConfirmAreaChangeInput,
  ConfirmAreaChangesInput,
  LoadDivisionEditionInput,
  RejectAreaChangeInput,
} from './area-command.type.ts';
import { type ChangeRow, changesByIds, editionOf } from './division.read.ts';
import { mismatchesOf } from './edition.rules.ts';
import { inRegistry, waitForRegistry } from './registry.commands.ts';

const MOST = { note: 500, source: 200, license: 200 };

/** The uploaded file, read before the transaction begins. @throws HubError NOT_FOUND */
export async function readEditionFile(ctx: Context, { fileId }: LoadDivisionEditionInput): Promise<Buffer> {
  const found = await fileOf(ctx, fileId);
  if (!found) throw noFile();
  return found.content;
}

const noFile = (): HubError => refuse('NOT_FOUND', { field: ['fileId'] });

/**
 * `loadDivisionEdition` (§3.2, §4.3): the whole of an official list. The first founds the places that it lists, every later one only proposes.
 * @param file a header `code,name`, then one division a line.
 */
export async function loadDivisionEdition(ctx: CommandContext, input: LoadDivisionEditionInput, file: Buffer) {
  const { year, cutoffDate, publishedOn = null } = input;
  const source = requireText(input.source, MOST.source, 'source');
  const license = requireText(input.license, MOST.license, 'license');
  const checksum = createHash('sha256').update(file).digest('hex');
  if (checksum !== input.checksum.trim().toLowerCase()) throw refuse('EDITION_INVALID', { field: ['checksum'], details: { checksum } });
  const edition = parseEdition({ year, cutoffDate, publishedOn, source, license, checksum }, file.toString('utf8'));
  await inRegistry(ctx, (registry) => registry.load(edition));
  for (const mismatch of mismatchesOf(edition)) ctx.warn(mismatch);
  await linkFiles(ctx, [input.fileId], { type: 'DivisionEdition', id: String(year) }, noFile);
  ctx.record({ name: 'edition.loaded', objectType: 'DivisionEdition', objectId: String(year), on: cutoffDate });
  return { edition: await editionOf(ctx, year) };
}

/** `confirmAreaChange` (§4.3): one, as proposed or as the registrar knows better. */
export async function confirmAreaChange(ctx: CommandContext, input: ConfirmAreaChangeInput) {
  const { id, kind, alsoKinds, predecessorIds, effectiveOn } = input;
  const note = optionalText(input.note, MOST.note, 'note');
  await requirePlaces(ctx, predecessorIds ?? []);
  const decision = {
    decidedAt: instantText(ctx.at),
    kind: kind ?? undefined,
    alsoKinds: alsoKinds ?? undefined,
    predecessorIds: predecessorIds ?? undefined,
    effectiveOn: effectiveOn ?? undefined,
    note: note ?? undefined,
  };
  await requireOpen(ctx, input);
  await inRegistry(ctx, (registry) => registry.confirm(id, decision));
  return { change: (await changesByIds(ctx, [id]))[0] };
}

/** `rejectAreaChange` (§4.3). */
export async function rejectAreaChange(ctx: CommandContext, input: RejectAreaChangeInput) {
  const note = requireText(input.note, MOST.note, 'note');
  await requireOpen(ctx, input);
  await inRegistry(ctx, (registry) => registry.reject(input.id, { decidedAt: instantText(ctx.at), note }));
  return { change: (await changesByIds(ctx, [input.id]))[0] };
}

/** `confirmAreaChanges` (§4.3): all or none of those that allow it, parents first whatever the order of the ids. */
export async function confirmAreaChanges(ctx: CommandContext, { ids }: ConfirmAreaChangesInput) {
  const wanted = new Set(ids);
  if (wanted.size === 0) throw refuse('VALIDATION_FAILED', { field: ['ids'] });
  const decidedAt = instantText(ctx.at);
  await inRegistry(ctx, (registry) => {
    const changes = new Map(registry.changes.map((change) => [change.id, change]));
    const refusals = [...wanted].flatMap((id): HubError[] => {
      const change = changes.get(id);
      const about = { field: ['ids', String(ids.indexOf(id))], details: { id } };
      if (!change) return [refuse('NOT_FOUND', about)];
      if (change.status !== 'PROPOSED') return [refuse('CHANGE_ALREADY_DECIDED', about)];
      return change.bulkAllowed ? [] : [refuse('CHANGE_NOT_BULK', about)];
    });
    if (refusals.length > 0) throw new Refusals(refusals);
    for (const { id } of registry.changes) if (wanted.has(id)) registry.confirm(id, { decidedAt });
  });
  const decided = new Map((await changesByIds(ctx, [...wanted])).map((change) => [change.id, change]));
  return { changes: [...wanted].map((id) => decided.get(id) as ChangeRow) };
}

/** A decision is told before a version: who looks at an old page hears what became of the change. */
async function requireOpen(ctx: CommandContext, { id, expectedVersion }: { id: string; expectedVersion: number }): Promise<void> {
  await waitForRegistry(ctx);
  const [change] = await changesByIds(ctx, [id]);
  if (!change) throw refuse('NOT_FOUND', { field: ['id'] });
  if (change.status !== 'PROPOSED') throw refuse('CHANGE_ALREADY_DECIDED', { field: ['id'], details: { status: change.status } });
  expectVersion(change.version, expectedVersion);
}

async function requirePlaces(ctx: CommandContext, ids: readonly string[]): Promise<void> {
  const known = await ctx.rows<{ id: string }>('select id from area where id = any($1)', [ids]);
  const unknown = ids.filter((id) => !known.some((area) => area.id === id));
  if (unknown.length > 0) throw refuse('NOT_FOUND', { field: ['predecessorIds'], details: { ids: unknown } });
}
