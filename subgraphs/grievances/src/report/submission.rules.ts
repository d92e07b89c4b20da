import { parsePoint } from '../../../shared/src/domain/geo.ts';
import { ValueError } from '../../../shared/src/domain/value-error.ts';
import type { HubError } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';
import type { SubmitReportInput } from './report.type.ts';

// What a report must be to be taken (§7.1, §7.2). Refusals name the field and the limit, never what was written.

const LIMITS = { title: 100, text: 5_000, name: 50, address: 200, place: 100, externalNo: 64 } as const;
/** Files that one report may bring. */
export const MOST_ATTACHMENTS = 9;
/** No register that is imported goes further back. */
const EARLIEST = new Date('2000-01-01T00:00:00+08:00');
const PHONE = /^\+?\d[\d\s-]{4,19}$/;

export type Submission = Omit<SubmitReportInput, 'idempotencyKey' | 'clientMutationId'>;

const tooLong = (field: readonly string[], limit: number): HubError => refuse('VALIDATION_FAILED', { field, details: { limit } });

/** Texts that must be there and may have so many characters. */
function textFaults({ title, text, place, externalNo }: Submission): HubError[] {
  const needed = ([field, value]: ['title' | 'text', string]): HubError[] =>
    value.trim() === '' || value.length > LIMITS[field] ? [tooLong([field], LIMITS[field])] : [];
  const places = (['compoundName', 'buildingLabel', 'landmark'] as const).filter((name) => (place?.[name] ?? '').length > LIMITS.place);
  return [
    ...needed(['title', title]),
    ...needed(['text', text]),
    ...places.map((name) => tooLong(['place', name], LIMITS.place)),
    ...(externalNo != null && (externalNo.trim() === '' || externalNo.length > LIMITS.externalNo)
      ? [tooLong(['externalNo'], LIMITS.externalNo)]
      : []),
  ];
}

/** Who wants to be known gives a name; who does not gives nothing. */
function reporterFaults({ anonymity, reporter }: Submission): HubError[] {
  if (anonymity !== 'NAMED_TO_CHAIN') return reporter ? [refuse('VALIDATION_FAILED', { field: ['reporter'], details: { anonymity } })] : [];
  const { name, phone, address } = reporter ?? {};
  const faults: HubError[] = [];
  if (!name?.trim() || name.length > LIMITS.name) faults.push(tooLong(['reporter', 'name'], LIMITS.name));
  if (phone != null && !PHONE.test(phone)) faults.push(refuse('VALIDATION_FAILED', { field: ['reporter', 'phone'] }));
  if ((address ?? '').length > LIMITS.address) faults.push(tooLong(['reporter', 'address'], LIMITS.address));
  return faults;
}

/**
 * A resident reports by the mini-program, now, under no number of another system; staff take what came another way, perhaps earlier (assisted
 * reports, §7.9).
 */
function channelFaults({ channel, externalNo, receivedAt }: Submission, isResident: boolean, at: Date): HubError[] {
  const faults: HubError[] = [];
  if ((channel === 'MINI_PROGRAM') !== isResident) faults.push(refuse('VALIDATION_FAILED', { field: ['channel'], details: { channel } }));
  if (isResident && externalNo != null) faults.push(refuse('VALIDATION_FAILED', { field: ['externalNo'] }));
  if (receivedAt != null && (isResident || new Date(receivedAt) > at || new Date(receivedAt) < EARLIEST))
    faults.push(refuse('VALIDATION_FAILED', { field: ['receivedAt'] }));
  return faults;
}

function locationFaults({ location }: Submission): HubError[] {
  if (!location) return [];
  try {
    parsePoint(location);
    return [];
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return [refuse(error.code === 'CRS_REQUIRED' ? 'CRS_REQUIRED' : 'VALIDATION_FAILED', { field: ['location'] })];
  }
}

/** Everything wrong with a report at once; empty if it may be taken. */
export const faultsOf = (input: Submission, { isResident, at }: { isResident: boolean; at: Date }): HubError[] => [
  ...textFaults(input),
  ...reporterFaults(input),
  ...channelFaults(input, isResident, at),
  ...locationFaults(input),
  ...((input.attachmentFileIds?.length ?? 0) > MOST_ATTACHMENTS
    ? [refuse('ATTACHMENT_REJECTED', { field: ['attachmentFileIds'], details: { limit: MOST_ATTACHMENTS } })]
    : []),
];
