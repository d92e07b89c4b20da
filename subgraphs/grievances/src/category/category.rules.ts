export type ClockUnit = 'ELAPSED_MINUTES' | 'ELAPSED_HOURS' | 'OFFICE_HOURS' | 'WORKING_DAYS';

/** A length of time on its own base. */
export interface ClockSpec {
  readonly amount: number;
  readonly unit: ClockUnit;
}

export type Urgency = 'EMERGENCY' | 'URGENT' | 'GENERAL' | 'COMPLEX' | 'CONSULT';

/** Deadlines of one urgency (§7.3). */
export interface PolicyTerms {
  readonly urgency: Urgency;
  readonly accept: ClockSpec;
  readonly respond: ClockSpec;
  readonly resolve: ClockSpec;
  readonly reportIn: ClockSpec;
  readonly maxExtensions: number;
  readonly extension: ClockSpec | null;
}

const minutes = (amount: number): ClockSpec => ({ amount, unit: 'ELAPSED_MINUTES' });
const hours = (amount: number): ClockSpec => ({ amount, unit: 'ELAPSED_HOURS' });
const officeHours = (amount: number): ClockSpec => ({ amount, unit: 'OFFICE_HOURS' });
const workingDays = (amount: number): ClockSpec => ({ amount, unit: 'WORKING_DAYS' });

/** The defaults of §7.3, for every category without its own. */
export const DEFAULT_TERMS: readonly PolicyTerms[] = [
  {
    urgency: 'EMERGENCY',
    accept: minutes(30),
    respond: hours(2),
    resolve: hours(24),
    reportIn: minutes(30),
    maxExtensions: 0,
    extension: null,
  },
  {
    urgency: 'URGENT',
    accept: hours(2),
    respond: hours(24),
    resolve: workingDays(3),
    reportIn: hours(2),
    maxExtensions: 1,
    extension: workingDays(2),
  },
  {
    urgency: 'GENERAL',
    accept: workingDays(1),
    respond: hours(24),
    resolve: workingDays(5),
    reportIn: workingDays(1),
    maxExtensions: 1,
    extension: workingDays(5),
  },
  {
    urgency: 'COMPLEX',
    accept: workingDays(1),
    respond: hours(24),
    resolve: workingDays(15),
    reportIn: workingDays(1),
    maxExtensions: 2,
    extension: workingDays(15),
  },
  {
    urgency: 'CONSULT',
    accept: officeHours(4),
    respond: workingDays(1),
    resolve: workingDays(3),
    reportIn: workingDays(1),
    maxExtensions: 0,
    extension: null,
  },
];

/** First question of a follow-up after HANDLED (§7.3). */
export const FOLLOW_UP_AFTER: ClockSpec = workingDays(1);
