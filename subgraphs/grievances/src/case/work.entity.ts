import { defineEntity, p } from '@mikro-orm/core';
import { asItsCase } from './case.entity.ts';

/** What the handlers wrote while they worked (办理进展); those for the reporters are what `ReportStatusView.reply` shows, §7.3. */
export const CaseMessage = defineEntity({
  name: 'CaseMessage',
  tableName: 'case_message',
  properties: {
    id: p.text().primary(),
    caseId: p.text(),
    /** The order under which it was written; null when a triager wrote. */
    orderId: p.text().nullable(),
    at: p.datetime(6),
    organizationId: p.text().nullable(),
    text: p.text(),
    /** It goes to every reporter; the first such text is the response. */
    isReply: p.boolean(),
  },
  indexes: [{ properties: ['caseId', 'at', 'id'] }],
  ...asItsCase('case_message'),
});

/** Proof of the work (办理佐证): a file that was uploaded before. */
export const CaseEvidence = defineEntity({
  name: 'CaseEvidence',
  tableName: 'case_evidence',
  properties: {
    id: p.text().primary(),
    caseId: p.text(),
    orderId: p.text().nullable(),
    kind: p.enum(['BEFORE', 'AFTER', 'DOCUMENT'] as const),
    fileId: p.text(),
    takenOn: p.date().nullable(),
    addedAt: p.datetime(6),
  },
  indexes: [{ properties: ['caseId', 'addedAt', 'id'] }],
  ...asItsCase('case_evidence'),
});

export const workEntities = [CaseMessage, CaseEvidence];
