import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

export const URGENCIES = ['EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT'] as const;
/** SQL: 1 for the most urgent. */
export const URGENCY_RANK = (column: string): string =>
  `array_position(array[${URGENCIES.map((each) => `'${each}'`).join(', ')}], ${column})`;
export const STATUTORY_CHANNELS = [
  'PETITION',
  'LITIGATION',
  'ARBITRATION',
  'ADMIN_REVIEW',
  'EMERGENCY_LINE',
  'DISCIPLINE',
  'OTHER_JURISDICTION',
] as const;
const CLOCK_UNITS = ['ELAPSED_MINUTES', 'ELAPSED_HOURS', 'OFFICE_HOURS', 'WORKING_DAYS'] as const;

/** A leaf or parent of the category tree (诉求分类), §7.1. Only leaves carry reports and cases. */
export const CaseCategory = defineEntity({
  name: 'CaseCategory',
  tableName: 'case_category',
  properties: {
    id: p.text().primary(),
    code: p.text().unique(),
    nameZh: p.text(),
    nameEn: p.text(),
    parentId: p.text().nullable().index(),
    defaultUrgency: p.enum(URGENCIES),
    statutoryChannel: p.enum(STATUTORY_CHANNELS).nullable(),
    /** About what a human being did: never merged, published or counted as hot-spot. */
    aboutPeople: p.boolean().default(false),
    active: p.boolean().default(true),
    version: p.integer().default(1),
  },
  checks: [{ name: 'case_category_parent', expression: 'parent_id <> id' }],
});
export type CaseCategory = InferEntity<typeof CaseCategory>;

const spec = () => ({ amount: p.integer(), unit: p.enum(CLOCK_UNITS) });
const accept = spec();
const respond = spec();
const resolve = spec();
const reportIn = spec();

/**
 * Deadlines of one urgency, versioned (时限标准), §7.3: a version is never changed, the next one begins on another day.
 * Migration 0004 keeps versions of one urgency and category from overlapping.
 */
export const SlaPolicy = defineEntity({
  name: 'SlaPolicy',
  tableName: 'sla_policy',
  properties: {
    id: p.text().primary(),
    /** Null: the default for every category without its own. */
    categoryId: p.text().nullable(),
    urgency: p.enum(URGENCIES),
    acceptAmount: accept.amount,
    acceptUnit: accept.unit,
    respondAmount: respond.amount,
    respondUnit: respond.unit,
    resolveAmount: resolve.amount,
    resolveUnit: resolve.unit,
    /** Report-in time of a whistle. */
    reportInAmount: reportIn.amount,
    reportInUnit: reportIn.unit,
    maxExtensions: p.integer(),
    extensionAmount: p.integer().nullable(),
    extensionUnit: p.enum(CLOCK_UNITS).nullable(),
    effectiveFrom: p.date(),
    /** Exclusive; null is open. */
    effectiveTo: p.date().nullable(),
    version: p.integer().default(1),
  },
  checks: [
    {
      name: 'sla_policy_extension',
      expression: '(max_extensions = 0) = (extension_amount is null) and (extension_amount is null) = (extension_unit is null)',
    },
  ],
});
export type SlaPolicy = InferEntity<typeof SlaPolicy>;

/** Working days of a year as organization last published them (§3.3): this department's copy, for its clocks. */
export const WorkCalendar = defineEntity({
  name: 'WorkCalendar',
  tableName: 'work_calendar',
  properties: {
    year: p.integer().primary().autoincrement(false),
    status: p.enum(['PUBLISHED', 'PROVISIONAL'] as const),
    holidays: p.array().columnType('date[]'),
    makeUpWorkdays: p.array().columnType('date[]'),
  },
});

export const categoryEntities = [CaseCategory, SlaPolicy, WorkCalendar];
