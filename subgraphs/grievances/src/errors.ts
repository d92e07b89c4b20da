import { errorsOf } from '../../shared/src/errors.ts';

/** Codes of this department beside the common ones (§7.9), and what makes an error of one. */
export const { ERRORS, refuse } = errorsOf({
  // reports (§7.2, §7.9)
  ATTACHMENT_REJECTED: {
    zh: '附件不能接收。',
    en: 'The attachment cannot be taken.',
    when: 'An attachment was not uploaded by the caller, or there are more than details.limit.',
  },
  EMERGENCY_ADVICE: {
    zh: '如有人身危险，请立即拨打紧急电话。',
    en: 'If life is in danger, call the emergency line at once.',
    when: 'Warning: words of a report point to danger to life; details.lines says whom to call.',
  },
  RECEIPT_INVALID: {
    zh: '回执编号或查询密码不正确。',
    en: 'The receipt number or its PIN is not right.',
    when: 'No such receipt, a wrong PIN, or a report that is not the caller’s: which of them is not said.',
  },
  RECEIPT_LOCKED: {
    zh: '密码错误次数过多，回执已锁定一小时。',
    en: 'Too many wrong PINs: the receipt is locked for an hour.',
    when: 'Five wrong PINs were given within an hour.',
  },
  SELF_CONFIRMATION: {
    zh: '承办单位不能回访自己办理的诉求。',
    en: 'Whoever handled it cannot ask whether it was resolved.',
    when: 'The caller’s organization has or had an order of the case.',
  },
  FOLLOW_UP_CLOSED: {
    zh: '当前没有可回答的回访。',
    en: 'No follow-up is open.',
    when: 'The report was not asked, was answered, or the 15 days are over.',
  },
  // cases and orders (§7.2, §7.3, §7.9)
  TRIAGE_INCOMPLETE: {
    zh: '甄别信息不完整。',
    en: 'Something that triage needs is missing.',
    when: 'Title or summary is blank, or the category is no active leaf; field says which.',
  },
  REDACTION_INCOMPLETE: {
    zh: '诉求文本的脱敏尚有存疑之处，须人工确认。',
    en: 'The redactor is unsure of a text: a person has to decide.',
    when: 'A report of the case holds something uncertain that no redactedTexts decides; details.reportIds.',
  },
  LEAD_REQUIRED: {
    zh: '须有且仅有一个主办单位。',
    en: 'Exactly one organization has to lead.',
    when: 'Orders name no LEAD or several, or no rule fits and the street has no office.',
  },
  CONFLICT_OF_INTEREST: {
    zh: '被诉单位及其下属单位不能办理此案。',
    en: 'The organization complained about, and those below it, cannot deal with the case.',
    when: 'An order names it, or its own staff names it in triage.',
  },
  JOINT_DECISION_REQUIRED: {
    zh: '两次退单后须由街道联席研判派遣。',
    en: 'After a second return the street decides jointly.',
    when: 'The case was returned twice and jointDecision is not set, or the caller is not of the street.',
  },
  ACCEPT_WINDOW: {
    zh: '签收时限已过。',
    en: 'The time to accept is over.',
    when: 'acceptBy has passed; details.acceptBy.',
  },
  NOT_ORDER_HOLDER: {
    zh: '此派遣单不属于本单位。',
    en: 'The order is not of your organization.',
    when: 'The order, or the lead of the case, is another organization’s.',
  },
  PAUSE_LIMIT: {
    zh: '不能暂停计时。',
    en: 'The clock cannot be paused.',
    when: 'WAITING_REPORTER a second time or for more than 5 working days, FORCE_MAJEURE without the dispatcher, SUSPENDED, past due, or paused already.',
  },
  EVIDENCE_REQUIRED: {
    zh: '办结须附办理后照片或文件。',
    en: 'Proof is needed: a photo taken afterwards, or a document.',
    when: 'handleCase without AFTER or DOCUMENT.',
  },
});
