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
});
