import { errorsOf } from '../../shared/src/errors.ts';

/** Codes of this department beside the common ones (§4.3), and what makes an error of one. */
export const { ERRORS, refuse } = errorsOf({
  AREA_CODE_REUSED: {
    zh: '该代码曾用于不同的区划，所答为当前（或最后）使用者；可用 at 指定日期。',
    en: 'The code was used for several places; the answer is the present (or last) holder. Use `at` to choose.',
    when: 'Warning: without `at`, a code that several places bore (§3.2).',
  },

  // ---------- divisions ----------
  EDITION_EXISTS: {
    zh: '已有同年或更晚的区划版次。',
    en: 'An edition of that year or a later one is loaded.',
    when: 'loadDivisionEdition: year or cutoffDate is not after the last edition’s.',
  },
  EDITION_INVALID: {
    zh: '区划版次文件有误。',
    en: 'The file of the edition is not valid.',
    when: 'loadDivisionEdition: checksum, form, a code twice, an absent parent; details name the line or the code.',
  },
  CHANGE_ALREADY_DECIDED: {
    zh: '该变更已有决定。',
    en: 'The change has been decided.',
    when: 'Confirming or rejecting a change that is not PROPOSED.',
  },
  PREDECESSOR_REQUIRED: {
    zh: '拆分须有一个前身，合并须有两个以上。',
    en: 'SPLIT has one predecessor, MERGED two or more.',
    when: 'confirmAreaChange: SPLIT or MERGED of no CREATED proposal, or with another number of predecessors.',
  },
  PARENT_NOT_CONFIRMED: {
    zh: '上级区划尚未确认。',
    en: 'The parent is not confirmed.',
    when: 'confirmAreaChange(s): the place above in the later edition belongs to no place yet.',
  },
  CHANGE_NOT_BULK: {
    zh: '该变更不能批量确认。',
    en: 'The change needs a decision of its own.',
    when: 'confirmAreaChanges: one of the ids has bulkAllowed false.',
  },
  STAT_INCONSISTENT: {
    zh: '人口与户数数据不一致。',
    en: 'The counts contradict each other.',
    when: 'recordAreaStat: a part is larger than its whole. Warning: more households than persons.',
  },
  STAT_JUMP_UNCONFIRMED: {
    zh: '与上次相比变动超过 30%，请确认。',
    en: 'It differs by more than 30 % from the previous: please confirm.',
    when: 'recordAreaStat without confirmJump.',
  },
  PARENT_NOT_COMMUNITY: {
    zh: '上级须为现存的社区或村。',
    en: 'The place must be a community or village that exists on that day.',
    when: 'recordAreaStat, upsertCompound, transferCompound: the place is of another kind, or closed.',
  },

  // ---------- compounds ----------
  COMPOUND_CODE_TAKEN: {
    zh: '小区代码已被使用。',
    en: 'The code of the compound is taken.',
    when: 'upsertCompound, transferCompound: another compound has or had the code, or no serial is left.',
  },
  COMPOUND_NAME_DUPLICATE: {
    zh: '该社区已有同名小区。',
    en: 'The community has a compound of that name.',
    when: 'upsertCompound, transferCompound: the same name but for spaces, width and letter case.',
  },
  MANAGER_MISMATCH: {
    zh: '管理方式与物业公司或代管单位不符。',
    en: 'Management, company and host do not fit each other.',
    when: 'upsertCompound: company ⇔ PROPERTY_COMPANY, host ⇔ COMMUNITY_HOSTED or UNIT_HOSTED; a company is of that kind.',
  },
  EFFECTIVE_DATE_INVALID: {
    zh: '生效日期不允许。',
    en: 'The day is not possible.',
    when: 'A change dated before a later one that is recorded, before the object was, or outside the life of an organization.',
  },
  BUILDING_CODE_TAKEN: {
    zh: '楼栋代码已被使用。',
    en: 'The code of the building is taken.',
    when: 'upsertBuilding: another building has or had the code, or no serial is left.',
  },
  BUILDING_KIND_MISMATCH: {
    zh: '楼栋类别与代码或户数不符。',
    en: 'Kind, serial and households of the building do not fit each other.',
    when: 'upsertBuilding: serial 901–999 ⇔ AUXILIARY; RESIDENTIAL needs households ≥ 0.',
  },

  // ---------- organizations and posts ----------
  PARENT_KIND_INVALID: {
    zh: '上级组织类别不符。',
    en: 'The parent is of the wrong kind.',
    when: 'createOrganization: what the kind needs above itself (§4.4), in the same place.',
  },
  BRANCH_TOO_SMALL: {
    zh: '党支部须有正式党员 3 人以上。',
    en: 'A branch has three full members or more.',
    when: 'createOrganization: COMPOUND_PARTY_BRANCH with fewer, or an unknown number.',
  },
  JOINT_BRANCH_TOO_WIDE: {
    zh: '联合党支部限同一社区 2 至 5 个小区。',
    en: 'A joint branch is of two to five compounds of one community.',
    when: 'createOrganization: a branch of more compounds, or of several communities.',
  },
  BRANCH_TOO_LARGE: {
    zh: '党支部党员超过 50 人。',
    en: 'The branch has more than 50 members.',
    when: 'Warning: createOrganization.',
  },
  GROUP_TOO_SMALL: {
    zh: '党小组应有党员 3 人以上，其中至少 1 名正式党员。',
    en: 'A group has three members, one of them full.',
    when: 'Warning: createOrganization, a BUILDING_PARTY_GROUP with fewer, or an unknown number.',
  },
  DUPLICATE_ORG: {
    zh: '已有相同的组织。',
    en: 'There is such an organization.',
    when: 'createOrganization: the same USCC; the same kind, place and name; a second ACTIVE one where one is allowed.',
  },
  BUILDING_ALREADY_GROUPED: {
    zh: '楼栋已在其他党小组。',
    en: 'The building is in another Party group.',
    when: 'createOrganization: a building is in one group at a time.',
  },
  USCC_CHECKSUM: {
    zh: '统一社会信用代码校验位不符，请核对。',
    en: 'The check character of the code is wrong: please verify.',
    when: 'Warning: createOrganization (GB 32100).',
  },
  ORG_HAS_OPEN_ITEMS: {
    zh: '该组织尚有未了事项。',
    en: 'The organization has open items.',
    when: 'dissolveOrganization: appointments or orders are open; details say how many of each.',
  },
  NO_SEAT: {
    zh: '职数已满。',
    en: 'No seat is free.',
    when: 'appointOfficeholder: on some day of the term all seats of the post are taken.',
  },
  APPOINTMENT_OVERLAP: {
    zh: '该人员同期已任此职。',
    en: 'The holder has this post at that time.',
    when: 'appointOfficeholder: one holder has one post once at a time.',
  },
  TERM_EXPIRED: {
    zh: '不在业委会任期内。',
    en: 'Outside a term of the committee.',
    when: 'appointOfficeholder: OC_ posts lie within one committee’s term.',
  },

  // ---------- calendar ----------
  CALENDAR_LOCKED: {
    zh: '该年已公布，变更须有新的通知。',
    en: 'The year is published: a change needs another notice.',
    when: 'setWorkCalendar: a PUBLISHED year with the same noticeRef, or back to PROVISIONAL.',
  },
  NOTICE_REQUIRED: {
    zh: '公布须有通知文号。',
    en: 'PUBLISHED needs the number of the notice.',
    when: 'setWorkCalendar: status PUBLISHED without noticeRef.',
  },
});
