import { errorsOf } from '../../shared/src/errors.ts';

/** Codes of this department beside the common ones (§6.5), and what makes an error of one. Those of bookings and projects come with them. */
export const { ERRORS, refuse } = errorsOf({
  USABLE_EXCEEDS_GROSS: {
    zh: '使用面积大于建筑面积。',
    en: 'The usable area is larger than the gross area.',
    when: 'A facility with more usable than gross m².',
  },
  ACTIVITY_EXCEEDS_AREA: {
    zh: '居民活动面积大于其口径的面积。',
    en: 'The activity area is larger than the area it is measured as.',
    when: 'A facility whose activity area exceeds its gross or usable area, whichever `activityAreaBasis` names.',
  },
  SHARES_EXCEED_ONE: {
    zh: '各社区分摊之和超过 1。',
    en: 'The shares add up to more than one.',
    when: 'Shares of a facility among communities that sum to more than 1.',
  },
  LEASE_REQUIRED: {
    zh: '租赁、借用、共享须填写租借起止日期。',
    en: 'What is leased, borrowed or shared needs leaseFrom and leaseTo.',
    when: 'A facility that is LEASED, BORROWED or SHARED without leaseFrom or leaseTo.',
  },
  COMPOUND_REQUIRED: {
    zh: '邻里中心须注明所在小区或服务小区。',
    en: 'A neighbourhood centre needs its compound or the compounds that it serves.',
    when: 'A NEIGHBOURHOOD_CENTRE without compound and without served compounds.',
  },
  FACILITY_DUPLICATE: {
    zh: '50 米内已有名称相近的设施；如确为另一处，请在 notDuplicateOf 中注明。',
    en: 'A facility of like name stands within 50 m; name it in notDuplicateOf if this is another one.',
    when: 'A facility whose name core is that of another one less than 50 m away, not named in `notDuplicateOf`.',
  },
  SPACES_EXCEED_FACILITY: {
    zh: '各空间面积之和大于设施使用面积。',
    en: "The rooms together are larger than the facility's usable area.",
    when: 'Rooms whose areas sum to more than the usable area of their facility.',
  },
  SHARED_CYCLE: {
    zh: '合并空间不能直接或间接包含自身。',
    en: 'A space cannot join itself, directly or through others.',
    when: '`combineIds` that lead back to the space itself.',
  },
  DATE_IN_FUTURE: { zh: '日期不能晚于今天。', en: 'The day is in the future.', when: 'An act dated after today.' },
  OPENING_SYNTAX: {
    zh: '开放时间的写法有误或无法记录。',
    en: 'The opening hours cannot be read or kept.',
    when: '`osm` outside weekdays, times and PH; rules or exceptions with no such weekday or time.',
  },
  OPENING_NEVER_OPEN: {
    zh: '按此开放时间从不开放。',
    en: 'With these opening hours it is never open.',
    when: 'Opening hours without any open time, in the week or on a single day.',
  },
  NO_ORIGINS: {
    zh: '没有可测算的小区。',
    en: 'There are no compounds to walk from.',
    when: 'A coverage run finds no compound to walk from.',
  },
  PARAMETER_RANGE: {
    zh: '参数超出范围。',
    en: 'A parameter is out of range.',
    when: 'A coverage run with a threshold outside 100 to 5,000 m, or without kinds.',
  },
});
