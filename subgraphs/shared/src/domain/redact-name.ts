/**
 * Names after cue words (§10.2): `我叫`, `姓名`, `投诉人`, `本人` and their like, then two to four characters. Many surnames are words as well
 * (`本人曾多次反映`), so a name needs its surname, and an end: a sign, or a word that follows names. A cue that a sentence may go on after
 * (`本人`) asks for more than one that only names follow (`我叫`, `姓名：`).
 */

import { COMPOUND_SURNAMES } from './mask.ts';
import { after, type Candidate } from './redact-text.ts';

const SURNAMES = new Set(
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于余蒋蔡杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由'.split(
    '',
  ),
);
/** Surnames that begin ordinary words after a weak cue: 曾多次、向社区、和邻居、家住、现在. */
const WORDS_TOO = new Set(
  '曾于和向从常万高安成全能明房单解毕金宁后左路车白花党计商何关平包管尚易连强时应相都来由但干信海国门但利居平元原满区位云经支项付任方文时别同温边南华景游公阿那母师展修由普练但荣官封战印查谈计许严年段索钱阳麻盛费古简农敬初富幸危容卫智沙班储'.split(
    '',
  ),
);
/** What follows a name in a sentence. */
const FOLLOWS =
  /^(?:家?住|居住|电话|手机|联系|性别|男|女|身份证|微信|反映|反应|申请|登记|报名|来电|致电|投诉|举报|于\d|于昨|在\d|系|年龄|今年|现年|现住|的(?:电话|手机|身份证|微信|家|车)|是|，|,|说|要求|希望|称|诉|向|QQ|qq|和我|对|与|我)/;
/** After a cue that a sentence may go on from, fewer words end a name. */
const FOLLOWS_WEAK =
  /^(?:家?住|居住|电话|手机|联系|性别|身份证|微信|反映|来电|致电|投诉|举报|申请|于\d|于昨|系|年龄|今年|现年|现住|要求|希望)/;
const NO_NAME_EITHER = /^(?:马上|马路|马桶|田地|杨树|柳树|程序|石油|石化|江西|江苏|汤圆|毛病|钱款|龙门|金融|黄河|牛奶|陶瓷|车间)/;
/** What only follows somebody who gives himself away. */
const IDENTITY_FOLLOWS =
  /^[\s,，、;；:：（(]{0,2}(?:电话|手机|联系电话|联系方式|性别|男[,，、。\s]|女[,，、。\s]|身份证|住址|微信|\d{2}岁|1[3-9]\d|汉族|回族)/;
const TITLE = /^.(?:先生|女士|小姐|大爷|大妈|阿姨|师傅|老师|同志|某|姓|大姐|大哥|奶奶|爷爷|家)/;
/** No name begins like this after 我叫: I call for, I was told. */
const NO_NAME =
  /^(?:不|了|他|她|它|你|您|物|人|来|去|过|得|着|保|社|救|车|醒|停|个|一|这|那|门|外|快递|120|110|他们|大家|街道|居委|啥|什么|匿名|保密|不详|不便|未知|无|略|见|同上|如下|栏|必填|隐去|信息|要)/;

const KIN = '老公|老婆|丈夫|妻子|爱人|老伴|儿子|女儿|父亲|母亲|爸爸|妈妈|孩子|孙子|孙女|邻居|住户';
const PARTY = '投诉|举报|反映|申请|联系|当事|经办|委托|监护';
const STRONG = new RegExp(
  `(?:(?:${KIN})(?:名字)?叫|我的?(?:名字|大名)(?:叫|是)?|我叫|名叫|名字[叫是]|姓名|(?:${PARTY})人(?:姓名)?[为是:：]|本人(?:姓名|叫|名叫|[:：])|户主[:：])` +
    '[为是叫做:：|\\s"“]{0,3}',
  'g',
);
const WEAK = /(?:投诉|举报|反映|申请|联系|当事)人|本人(?:是|系)?|我是/g;
const HAN_RUN = /^\p{Script=Han}+(?:·\p{Script=Han}+)*/u;

/** Names after cue words, and what looks like a name in front of a telephone number. */
export function findNames(text: string): Candidate[] {
  const strong = [...text.matchAll(STRONG)].flatMap(({ index, 0: cue }) => afterStrong(text, index + cue.length));
  const weak = [...text.matchAll(WEAK)].flatMap(({ index, 0: cue }) => afterWeak(text, cue, index + cue.length));
  return [...strong, ...weak, ...beforePhone(text)];
}

const name = (start: number, length: number, certain: boolean): Candidate => ({ kind: 'NAME', start, end: start + length, certain });
const runAt = (text: string, start: number): string => HAN_RUN.exec(after(text, start, 24))?.[0] ?? '';
const isSurname = (run: string): boolean => SURNAMES.has(run[0] ?? '') || COMPOUND_SURNAMES.has(run.slice(0, 2));
/** How many characters a name may have, the likeliest first. */
const lengthsOf = (run: string): number[] => (COMPOUND_SURNAMES.has(run.slice(0, 2)) ? [4, 3] : [3, 2]);

function afterStrong(text: string, start: number): Candidate[] {
  const run = runAt(text, start);
  const isLong = [...run].length < 2;
  if (isLong || NO_NAME.test(run) || TITLE.test(run)) return [];
  // 阿依古丽·买买提
  if (run.includes('·')) return [name(start, run.length, true)];
  const ended = lengthsOf(run).find((length) => FOLLOWS.test(run.slice(length)) || run[length] === '的') ?? null;
  const isEntry = /[:：]\s?$/.test(text.slice(Math.max(0, start - 2), start));
  // A line of a form: 姓名：阿依古丽
  if (isEntry && run.length <= 4) return [name(start, run.length, true)];
  if (isSurname(run)) {
    if (run.length <= Math.max(...lengthsOf(run))) return [name(start, run.length, true)];
    return [name(start, ended ?? Math.max(...lengthsOf(run)), ended !== null)];
  }
  if (run.length <= 4) return [name(start, run.length, false)];
  return [name(start, ended ?? 4, false)];
}

function afterWeak(text: string, cue: string, start: number): Candidate[] {
  const run = runAt(text, start);
  if (run.length < 2 || !isSurname(run) || TITLE.test(run) || NO_NAME_EITHER.test(run)) return [];
  const isWord = WORDS_TOO.has(run[0] ?? '') && !COMPOUND_SURNAMES.has(run.slice(0, 2));
  for (const length of lengthsOf(run)) {
    if (run.length < length) continue;
    const rest = after(text, start + length, 12);
    if (IDENTITY_FOLLOWS.test(rest)) return [name(start, length, true)];
    if (isWord) continue;
    if (FOLLOWS_WEAK.test(rest)) return [name(start, length, true)];
  }
  // 我是 is followed by what somebody is far more often than by who.
  if (isWord || (cue === '我是' && run.length > 3 && !/^.{2,3}的/.test(run))) return [];
  return [name(start, Math.min(run.length, 3), false)];
}

const IN_FRONT =
  /(?<!\p{Script=Han})(\p{Script=Han}{2,3})[\s,，:：(（]{0,2}(?:的?(?:电话|手机|联系电话|手机号))?[\s:：是]{0,2}(?=1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)|■)/gu;

function beforePhone(text: string): Candidate[] {
  return [...text.matchAll(IN_FRONT)]
    .filter(
      ({ 1: run = '' }) =>
        isSurname(run) && !WORDS_TOO.has(run[0] ?? '') && !TITLE.test(run) && !/[电机话系号卡箱牌址信叫名住人]/.test(run),
    )
    .map(({ index, 1: run = '' }) => name(index, run.length, false));
}
