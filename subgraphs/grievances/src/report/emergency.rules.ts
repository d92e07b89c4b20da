// Words that tell of danger to life (§7.2): the report is taken all the same, and says at once whom to call.

interface Line {
  readonly number: string;
  readonly zh: string;
  readonly en: string;
  readonly words: RegExp;
}

const LINES: readonly Line[] = [
  {
    number: '110',
    zh: '报警',
    en: 'police',
    words:
      /持刀|砍人|杀人|行凶|绑架|抢劫|劫持|家暴|家庭暴力|(?:正在|在)?殴打|群殴|自杀|轻生|跳楼|跳河|不想活|活不下去|炸弹|爆炸物|威胁要(?:杀|弄死)/,
  },
  {
    number: '119',
    zh: '火警、救援',
    en: 'fire and rescue',
    words:
      /着火|起火|失火|火灾|着了火|烧起来|冒浓烟|(?:燃气|煤气|天然气|液化气)(?:泄[漏露]|味)|爆炸|困在电梯|被困|困人|坍塌|倒塌|塌了|自杀|轻生|跳楼|跳河/,
  },
  {
    number: '120',
    zh: '急救',
    en: 'ambulance',
    words:
      /昏迷|晕倒|昏倒|不省人事|没有?了?呼吸|休克|大出血|血流不止|心梗|心脏病发|脑梗|触电|溺水|落水|中毒|割腕|喝农药|服毒|坠楼|重伤|快不行了/,
  },
  { number: '122', zh: '交通事故', en: 'traffic accident', words: /车祸|交通事故|被车撞|撞(?:了|伤|倒)?人/ },
];

export interface EmergencyAdvice {
  /** Lines to call, e.g. `119`. */
  readonly lines: readonly string[];
  /** What the reporter is told, in both languages. */
  readonly text: string;
}

/** Whom to call, if the words of a report point to danger to life; null if they do not. */
export function emergencyAdvice(...words: readonly string[]): EmergencyAdvice | null {
  const said = words.join('\n');
  const lines = LINES.filter((line) => line.words.test(said));
  if (lines.length === 0) return null;
  const zh = lines.map((line) => `${line.number}（${line.zh}）`).join('、');
  const en = lines.map((line) => `${line.number} (${line.en})`).join(', ');
  return { lines: lines.map(({ number }) => number), text: `如有人身危险，请立即拨打 ${zh}。 If life is in danger, call ${en} at once.` };
}
