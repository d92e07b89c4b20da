declare const masked: unique symbol;

/** Text from which identity has been taken (§10.2); output only. The brand keeps unmasked text out of fields that promise masking. */
export type MaskedText = string & { readonly [masked]: true };

/** Surnames of two characters (复姓) still in use. */
export const COMPOUND_SURNAMES = new Set(
  (
    '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 ' +
    '司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 ' +
    '公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 达奚 褚师 淳于 单于 叱干'
  ).split(' '),
);

const MOBILE = /^1\d{10}$/;
const LANDLINE = /^(01\d|02\d|0[3-9]\d{2})(\d{7,8})$/;

/**
 * A person's name with only the surname left: `张*`, `欧阳*`; everything after the surname becomes one `*`, so that the length says nothing.
 * A two-character name is read as surname and given name even where both together are a compound surname. Empty text gives `*`.
 */
export function maskName(name: string): MaskedText {
  const characters = [...name.trim()];
  const compound = characters.slice(0, 2).join('');
  const surname = characters.length > 2 && COMPOUND_SURNAMES.has(compound) ? compound : (characters[0] ?? '');
  return `${surname}*` as MaskedText;
}

/**
 * A telephone number: mobile `138****0000`, landline `0379****1234`. Spaces, hyphens and +86 are dropped. What is neither shows nothing,
 * because what cannot be recognised cannot be cut safely.
 */
export function maskPhone(phone: string): MaskedText {
  const digits = phone.replace(/[\s\-()（）]/g, '').replace(/^(?:\+86|0086)/, '');
  if (MOBILE.test(digits)) return `${digits.slice(0, 3)}****${digits.slice(-4)}` as MaskedText;
  const landline = LANDLINE.exec(digits);
  return (landline ? `${landline[1]}****${digits.slice(-4)}` : '****') as MaskedText;
}
