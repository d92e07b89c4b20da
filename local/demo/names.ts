import type { Random } from './random.ts';

const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎'];
const GIVEN = [...'明华建国强军平志伟东海文斌辉永超峰磊刚勇涛亮敏静丽娟芳秀英玉兰红霞燕玲桂珍莉萍雪梅慧颖洁欣然佳宁晨雨'];
const TITLES: Record<string, string> = {
  PARTY_SECRETARY: '书记',
  DEPUTY_SECRETARY: '副书记',
  GROUP_LEADER: '组长',
  OC_CHAIR: '主任',
  OC_VICE_CHAIR: '副主任',
  RC_DIRECTOR: '主任',
  PROPERTY_MANAGER: '经理',
  MEDIATOR: '调解员',
  LIAISON: '联络员',
};

const ESTATE_HEADS = [
  ...['锦绣', '阳光', '春晓', '牡丹', '和谐', '康乐', '翠园', '御景', '金谷', '兰亭', '盛世', '丽景', '滨河', '书香', '涧水', '祥和'],
  ...['龙泉', '福星', '天香', '嘉和', '文兴', '怡景', '德馨', '明珠', '绿洲', '长乐', '华茂', '景宏', '紫薇', '银杏', '安泰', '枫林'],
];
const ESTATE_TAILS = ['花园', '苑', '家园', '新城', '公馆', '名邸', '小区', '华庭'];
const YARDS = [
  '一生活区',
  '二生活区',
  '三生活区',
  '东院',
  '西院',
  '南院',
  '北院',
  '老家属院',
  '职工院',
  '五号街坊',
  '六号街坊',
  '七号街坊',
];
const COMPANIES = [
  '安居',
  '恒信',
  '万家',
  '嘉宜',
  '瑞城',
  '洁惠',
  '众诚',
  '宏业',
  '亲邻',
  '悦服',
  '永安',
  '广厦',
  '汇丰苑',
  '天泽',
  '鼎盛',
];
const UNITS = ['轴承', '矿山机械', '拖拉机', '耐火材料', '铜加工', '建筑设计', '机车', '玻璃', '农业机械', '精密仪器', '化纤', '电力'];
const UNIT_KINDS = ['研究所', '子弟学校', '职工医院', '分公司', '附属中学', '技术学院', '银行支行'];

/** An invented full name. */
export function personName(random: Random): string {
  const length = random.chance(0.8) ? 2 : 1;
  let name = random.pick(SURNAMES);
  for (let i = 0; i < length; i++) name += random.pick(GIVEN);
  return name;
}

/** Surname and title, as others than staff see the holder of a post. */
export function publicName(fullName: string, post: string): string {
  return fullName.slice(0, 1) + (TITLES[post] ?? '同志');
}

/** Surname and form of address, the default display name of a volunteer. */
export function courteousName(fullName: string, random: Random): string {
  return fullName.slice(0, 1) + random.pick(['师傅', '女士', '先生']);
}

/** Names for the compounds of one community, each once. */
export function compoundNames(random: Random): (workUnit: boolean) => string {
  const used = new Set<string>();
  return (workUnit) => {
    for (let attempt = 0; ; attempt++) {
      const base = workUnit ? random.pick(YARDS) : random.pick(ESTATE_HEADS) + random.pick(ESTATE_TAILS);
      const name = attempt < 20 ? base : `${base}${attempt - 18}期`;
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  };
}

export function companyName(index: number): string {
  const round = Math.floor(index / COMPANIES.length);
  return `洛阳${COMPANIES[index % COMPANIES.length]}${['物业服务', '物业管理', '城市服务'][round]}有限公司（演示）`;
}

export function unitName(index: number): string {
  return `${UNITS[index % UNITS.length]}${UNIT_KINDS[(index * 5 + Math.floor(index / UNITS.length)) % UNIT_KINDS.length]}（演示）`;
}

const USCC_CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** A unified social credit code with its check character (weights 3^i mod 31), or with a wrong one. */
export function inventUscc(random: Random, kind: string, right = true): string {
  let code = `${kind}410305`;
  while (code.length < 17) code += USCC_CHARACTERS[random.int(0, 9)];
  let sum = 0;
  let weight = 1;
  for (const character of code) {
    sum += USCC_CHARACTERS.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  const check = (31 - (sum % 31)) % 31;
  return code + USCC_CHARACTERS[right ? check : (check + 1) % 31];
}

/** A number that no exchange can hold: subscriber numbers never begin with 0. */
export function deadPhone(random: Random): string {
  return `0379-0${String(random.int(0, 999_999)).padStart(6, '0')}`;
}
