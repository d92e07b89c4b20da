import { defineEntity, type PolicyDef, p } from '@mikro-orm/core';
import { HOLDS, rowSecurity } from '../../../shared/src/row-policy.ts';

export const CALENDAR_STATUSES = ['PUBLISHED', 'PROVISIONAL'] as const;
export const DAY_MARKS = ['HOLIDAY', 'MAKE_UP'] as const;

const WRITABLE = HOLDS('REGISTRAR', 'DISTRICT_LEAD');
const SECURED = rowSecurity('organization', 'true', WRITABLE);

/** Working days of a year as the State Council's notice has them (§3.3). */
export const WorkCalendar = defineEntity({
  name: 'WorkCalendar',
  tableName: 'work_calendar',
  properties: {
    year: p.integer().primary().autoincrement(false),
    status: p.enum(CALENDAR_STATUSES),
    publishedOn: p.date().nullable(),
    /** Number of the notice. */
    noticeRef: p.text().nullable(),
    version: p.integer().default(1),
  },
  checks: [{ name: 'work_calendar_notice', expression: `status <> 'PUBLISHED' or notice_ref is not null` }],
  ...SECURED,
});

/** A day off, or a make-up working day. `year` is that of the notice, which may name days of the December before. */
export const CalendarDay = defineEntity({
  name: 'CalendarDay',
  tableName: 'calendar_day',
  properties: {
    year: p.integer().primary(),
    date: p.date().primary(),
    mark: p.enum(DAY_MARKS),
    name: p.text(),
  },
  ...SECURED,
  // Another notice takes the place of the one before, days and all.
  policies: [
    ...SECURED.policies,
    { name: 'app_delete', command: 'delete', roles: ['organization_app'], using: WRITABLE } satisfies PolicyDef,
  ],
});

export const calendarEntities = [WorkCalendar, CalendarDay];
