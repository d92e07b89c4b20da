import { errorsOf } from '../../shared/src/errors.ts';

/** Codes of this department beside the common ones (§5.5), and what makes an error of one. */
export const { ERRORS, refuse } = errorsOf({
  CONSENT_REQUIRED: {
    zh: '须同意现行的个人信息处理告知文本。',
    en: 'The present consent text must be agreed to.',
    when: 'consentTextVersion is not details.version, the text in force.',
  },
  GUARDIAN_REQUIRED: {
    zh: '未成年人须有监护人及其同意。',
    en: "A minor needs a guardian and the guardian's consent.",
    when: "A minor is registered without guardian, under 14 without the guardian's signed consent, or service of a day before the consent is recorded.",
  },
  ALREADY_REGISTERED: {
    zh: '该编号、电话或登录账号已注册志愿者。',
    en: 'This number, telephone or login is registered already.',
    when: 'Number, telephone or login belong to a registered volunteer.',
  },
  NO_SHIFT: { zh: '活动至少要有一个班次。', en: 'An activity needs a shift.', when: 'An activity is made without a shift.' },
  INSURANCE_REQUIRED: {
    zh: '可能发生人身危险的活动须投保并附保单。',
    en: 'A hazardous activity needs insurance, with the policy as file.',
    when: 'A hazardous activity says that it is insured and names no policy.',
  },
  NOT_RECORDER: {
    zh: '只有组织该活动的单位才能记录其志愿服务。',
    en: 'Only the organization that ran the activity may record it.',
    when: 'draftRecords: another organization runs the activity.',
  },
  RECORD_OVERLAP: {
    zh: '与该志愿者的另一条服务记录时间重叠。',
    en: 'It overlaps another record of the same volunteer.',
    when: 'Time of the service overlaps a record of the same volunteer that is neither corrected nor voided.',
  },
  DAY_LIMIT: {
    zh: '一名志愿者一天的服务时长不得超过 12 小时。',
    en: 'A volunteer serves at most 12 hours a day.',
    when: 'With this record the day would exceed details.limitMinutes; an override needs two signatures.',
  },
  NOTICE_PERIOD: {
    zh: '公示期尚未届满。',
    en: 'The notice has not run its time.',
    when: 'Today is not after details.noticeTo.',
  },
  RECORD_LOCKED: {
    zh: '已更正或已作废的记录不能再改动。',
    en: 'A corrected or voided record is not changed any more.',
    when: 'The record is CORRECTED or VOIDED.',
  },
  SELF_CONFIRMATION: {
    zh: '提出异议的人不能自行裁定。',
    en: 'Who disputes a record does not settle the dispute.',
    when: 'The caller opened the dispute himself.',
  },
  DISPUTE_WINDOW: {
    zh: '提出异议的期限已过。',
    en: 'The time to dispute it is over.',
    when: 'A member disputes a confirmed record, or a volunteer does so more than 30 days after the confirmation.',
  },
});
