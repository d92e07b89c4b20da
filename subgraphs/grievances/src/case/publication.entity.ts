import { defineEntity, p } from '@mikro-orm/core';
import { rowSecurity } from '../../../shared/src/row-policy.ts';

/** A text approved for readers outside the chain (公开审核), §7.8. Those readers see it by the views `public_case` and `subject_case`. */
export const CasePublication = defineEntity({
  name: 'CasePublication',
  tableName: 'case_publication',
  properties: {
    caseId: p.text().primary(),
    audience: p.enum(['PUBLIC', 'PARTNER', 'SUBJECT'] as const).primary(),
    summary: p.text(),
    /** Shown to the public after CLOSED. */
    reply: p.text().nullable(),
    approvedAt: p.datetime(6),
    approvedById: p.text(),
    /** The later of approval and receipt + 7 days; a shelved case shows from its approval. */
    visibleFrom: p.datetime(6),
    /** A reporter objected: hidden. */
    objectedAt: p.datetime(6).nullable(),
  },
  ...rowSecurity('grievances', 'exists (select 1 from grievance_case c where c.id = case_publication.case_id)'),
});

export const publicationEntities = [CasePublication];
