/**
 * Rooms of people (§10.2): the building is kept, what follows it is taken out, `5号楼2单元301室` → `5号楼■`. A unit alone (`5号楼2单元的电梯`) names
 * a stairway that ten families share, and stays.
 */
import { after, before, type Candidate } from './redact-text.ts';

const N = '[0-9一二三四五六七八九十百零〇两]';
const ROOM_NUMBER =
  '(?:[0-9]{3,4}|[0-9]{1,2}[0-9一二三四五六七八九零〇]{2}|[一二三四五六七八九十零〇]{3,4}|[一二三四五六七八九]百(?:零?[一二三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?))';
const GAP = '[\\s,，\\-‐-―\\u200b]{0,2}';
const UNIT = `(?:${N}{1,3}|[甲乙丙丁东西中南北A-Ha-h])(?:单元|门洞|门栋|门(?![口禁卫店诊前外厅面])|单(?!位))`;
const FLOOR = `(?:${N}{1,3}(?:层|楼))`;
const BUILDING_END = '(?:号楼|号院|栋|幢|座|#楼?|号)';

/** After a number that is not a room: a year, an amount, a distance, a street number. */
const NO_ROOM =
  /^\s?(?:年|月|日|天|元|块|万|人|名|次|个|件|台|辆|平|㎡|米|公里|度|%|点|时|分|小时|层|路|街|弄|多|余|吨|棵|盏|户(?!主|业)|线|公交|热线|不|间|[.:：]\d)/;
const SUFFIX = '(?:室|号房|号(?![楼院线])|房(?!间|屋|价|款|租|产|子|贷|租|东|顶|管)|户(?![数型口]))';
/** Numbers of three digits that everybody calls. */
const EMERGENCY = /^(?:110|119|120|122)$/;

const IN_BUILDING = new RegExp(
  `(?<building>(?:${N}{1,4}|[A-Za-z甲乙丙丁])${BUILDING_END})(?<rest>${GAP}(?:(?<unit>${UNIT}|\\d{1,2}(?=-))${GAP})?(?:${FLOOR}${GAP})?(?<room>${ROOM_NUMBER})(?![0-9十百千])(?:\\s?(?<suffix>${SUFFIX}))?)`,
  'g',
);
const IN_UNIT = new RegExp(
  `(?<unit>${UNIT})${GAP}(?:${FLOOR}${GAP})?(?:西户|东户|中户|对门|(?<room>${ROOM_NUMBER})(?![0-9十百千])(?:\\s?(?<suffix>${SUFFIX}))?)`,
  'g',
);
const HYPHENATED = /(?<![\d\-.:年月])(\d{1,2})[-‐-―](?:(\d{1,2})[-‐-―])?(\d{3,4})(?![\d.:]|[-‐-―]\d)(室|号(?![楼院线])|户)?/g;
const ALONE = new RegExp(`(?<![0-9一二三四五六七八九十零〇.\\-])(${ROOM_NUMBER})(室|号房|房(?![间屋价款租产子贷东顶管])|(?![0-9]))`, 'g');

const HOME = /(?:小区|家园|花园|公寓|家属院|大院|社区|苑|园|城|府|院|庭|里|湾|郡|居)\s?$/;
const LIVING = /(?:住在?|家(?:是|在|住)|我家|家住|我是|户主|业主|邻居|隔壁|对门|楼上|楼下|房号|门牌号?|住址|地址)[为是在的:：\s]{0,3}$/;
const LIVED_IN = /(?:住在?|家(?:是|在|住)|我家|家住|房号|住址)[为是在的:：\s]{0,3}$/;
const NO_HOME = /(?:会议|办公|活动|教|阅览|接待|值班|调解|服务|诊)[^\d]{0,4}$/;

/** Room numbers, with and without their building. */
export function findRooms(text: string): Candidate[] {
  return [...inBuildings(text), ...inUnits(text), ...hyphenated(text), ...alone(text)];
}

const room = (start: number, end: number, certain: boolean): Candidate => ({ kind: 'ROOM', start, end, certain });

function inBuildings(text: string): Candidate[] {
  return [...text.matchAll(IN_BUILDING)].flatMap((match) => {
    const { building = '', rest = '', unit, room: number = '', suffix } = match.groups ?? {};
    const start = match.index + building.length;
    const end = start + rest.length;
    const follow = after(text, end, 4);
    if (!unit && !suffix && (NO_ROOM.test(follow) || EMERGENCY.test(number))) return [];
    if (suffix === '户' && number.includes('百')) return [];
    if (suffix === '户' && /^(?:居民|群众|家庭|人家|业主|[,，.。、]?共)/.test(follow)) return [];
    // `45号301`: a street number, or a building of which the word is left out.
    return [room(start, end, unit !== undefined || suffix !== undefined || !/号$/.test(building))];
  });
}

function inUnits(text: string): Candidate[] {
  return [...text.matchAll(IN_UNIT)]
    .filter(({ groups, 0: all, index }) => groups?.suffix || !groups?.room || !NO_ROOM.test(after(text, index + all.length, 4)))
    .map(({ index, 0: all }) => room(index, index + all.length, true));
}

/** `3-2-501`: building, unit, room; `3-501`: building, room. */
function hyphenated(text: string): Candidate[] {
  return [...text.matchAll(HYPHENATED)].flatMap((match) => {
    const [all, building = '', unit, , suffix] = match;
    const prior = before(text, match.index, 8);
    const isHome = HOME.test(prior) || LIVING.test(prior);
    if (!suffix && NO_ROOM.test(after(text, match.index + all.length, 4))) return [];
    if (unit === undefined && !isHome && !suffix) return [];
    return [room(match.index + building.length, match.index + all.length, isHome || suffix !== undefined)];
  });
}

function alone(text: string): Candidate[] {
  return [...text.matchAll(ALONE)].flatMap((match) => {
    const [all, , suffix] = match;
    const prior = before(text, match.index, 8);
    const end = match.index + all.length;
    if (!suffix) return LIVED_IN.test(prior) && !NO_ROOM.test(after(text, end, 4)) && !isGeneral(all) ? [room(match.index, end, true)] : [];
    if (NO_HOME.test(prior)) return [];
    return [room(match.index, end, LIVING.test(prior) || HOME.test(prior) || /号\s?$/.test(prior))];
  });
}

/** A number without digits is more often an amount: 住一百二十平. */
const isGeneral = (number: string): boolean => !/\d/.test(number);
