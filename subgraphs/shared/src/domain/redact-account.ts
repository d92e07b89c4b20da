/** What leads to a person besides numbers and places (§10.2): e-mail addresses, accounts of messengers after a cue word, plates of cars. */
import { after, before, type Candidate } from './redact-text.ts';

/** E-mail addresses, accounts and plates. */
export function findAccounts(text: string): Candidate[] {
  return [...emails(text), ...accounts(text), ...plates(text)];
}

const LOCAL_PART = /[A-Za-z0-9._%+-]{1,64}\s?$/;
const DOMAIN = /^\s?[A-Za-z0-9-]{1,63}(?:\s?\.\s?[A-Za-z0-9-]{1,63}){1,4}/;
/** Signs that stand for @ so that no program finds the address. */
const AT = /@|\[at\]|\(at\)|\{at\}|艾特/gi;

function emails(text: string): Candidate[] {
  return [...text.matchAll(AT)].flatMap(({ index, 0: at }) => {
    const local = LOCAL_PART.exec(before(text, index, 66))?.[0];
    const domain = DOMAIN.exec(after(text, index + at.length, 330))?.[0];
    if (!local || !domain) return [];
    return [{ kind: 'EMAIL', start: index - local.length, end: index + at.length + domain.length, certain: true } as const];
  });
}

const CUE = '微信|威信|薇信|维信|v信|(?<![A-Za-z])(?:wechat|weixin|vx|wx|qq)|扣扣|企鹅|加我?\\s?v|抖音|快手|小红书|支付宝|陌陌|钉钉|微博';
const BETWEEN = '(?:账号|帐号|号码|号|群号?|id|[为是就叫加搜\\s:：=(（,，"“])';
const ACCOUNT = new RegExp(`(?:${CUE})${BETWEEN}{0,6}(?<id>[A-Za-z][A-Za-z0-9_-]{5,19}|[1-9]\\d{4,11})(?![A-Za-z0-9_])`, 'gi');
const AMOUNT = /^\s?(?:元|块|万|人|次|个|天|年|月|分|度|户)/;

function accounts(text: string): Candidate[] {
  return [...text.matchAll(ACCOUNT)].flatMap((match) => {
    const id = match.groups?.id ?? '';
    const end = match.index + match[0].length;
    if (AMOUNT.test(after(text, end, 3))) return [];
    return [{ kind: 'ACCOUNT', start: end - id.length, end, certain: true } as const];
  });
}

const PROVINCE = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]';
const LETTERS = 'A-HJ-NP-Za-hj-np-z';
const SPACE = '[\\s·•・.-]{0,2}';
/** Five characters after the letter of the city, six for a car that runs on electricity. */
const PLATE = new RegExp(
  `${PROVINCE}\\s?[${LETTERS}]${SPACE}(?:[${LETTERS}0-9]{6}|[${LETTERS}0-9]{5}|[${LETTERS}0-9]{4}[挂学警港澳])(?![A-Za-z0-9])`,
  'g',
);
const CUED_PLATE = new RegExp(
  `(?:车牌号?码?|车号|牌照|牌号)[为是:：\\s]{0,3}(?<plate>[${LETTERS}]?${SPACE}[${LETTERS}0-9]{5,6})(?![A-Za-z0-9])`,
  'g',
);

function plates(text: string): Candidate[] {
  const whole = [...text.matchAll(PLATE)].filter(({ 0: all }) => /\d/.test(all));
  const cued = [...text.matchAll(CUED_PLATE)].filter(({ groups }) => /\d/.test(groups?.plate ?? ''));
  return [
    ...whole.map(({ index, 0: all }) => ({ kind: 'PLATE', start: index, end: index + all.length, certain: true }) as const),
    ...cued.map(({ index, 0: all, groups }) => {
      const end = index + all.length;
      return { kind: 'PLATE', start: end - (groups?.plate ?? '').length, end, certain: true } as const;
    }),
  ];
}
