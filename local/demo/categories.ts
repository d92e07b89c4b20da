import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import type { DepartmentCode } from './bodies.ts';
import type { CategoryRow, StatutoryChannel, Urgency } from './grievances.types.ts';

/** A leaf with who leads its cases and how often it occurs. */
export interface Leaf {
  row: CategoryRow;
  department: DepartmentCode;
  weight: number;
  /** Complaints name the compound's property company. */
  aboutCompany: boolean;
}

type LeafLine = [
  nameZh: string,
  nameEn: string,
  urgency: Urgency,
  weight: number,
  more?: { channel?: StatutoryChannel; aboutPeople?: boolean },
];
type Branch = [code: string, nameZh: string, nameEn: string, department: DepartmentCode, leaves: LeafLine[]];

const TREE: Branch[] = [
  [
    ...(['WY', '物业管理', 'Property management', 'housing'] as const),
    [
      ['物业服务质量', 'Quality of property service', 'GENERAL', 12],
      ['物业收费', 'Property fees', 'GENERAL', 6],
      ['电梯故障', 'Lift out of order', 'URGENT', 7],
      ['维修资金', 'Repair fund', 'COMPLEX', 3],
      ['房屋漏水', 'Leaking roof or wall', 'GENERAL', 6],
    ],
  ],
  [
    ...(['HJ', '环境卫生', 'Environment and hygiene', 'urban-management'] as const),
    [
      ['垃圾清运', 'Refuse collection', 'GENERAL', 9],
      ['施工噪音', 'Construction noise', 'URGENT', 4],
      ['油烟异味', 'Fumes and smells', 'GENERAL', 3],
      ['绿化养护', 'Green space', 'GENERAL', 3],
    ],
  ],
  [
    ...(['SS', '水电气暖', 'Water, power, gas, heating', 'housing'] as const),
    [
      ['供水', 'Water supply', 'URGENT', 5],
      ['供电', 'Power supply', 'URGENT', 4],
      ['供暖', 'Heating', 'URGENT', 8],
      ['燃气', 'Gas', 'EMERGENCY', 2],
      ['排水堵塞', 'Blocked drains', 'GENERAL', 5],
    ],
  ],
  [
    ...(['TC', '停车与交通', 'Parking and traffic', 'traffic'] as const),
    [
      ['占道停车', 'Obstructive parking', 'GENERAL', 9],
      ['小区停车位', 'Parking spaces in compounds', 'COMPLEX', 6],
      ['道路破损', 'Damaged roads', 'GENERAL', 4],
      ['路灯不亮', 'Street lights', 'GENERAL', 3],
      ['电动车充电', 'Charging of e-bikes', 'GENERAL', 4],
    ],
  ],
  [
    ...(['WJ', '违法建设与占用', 'Illegal building and occupation', 'urban-management'] as const),
    [
      ['私搭乱建', 'Illegal structures', 'COMPLEX', 4],
      ['占用消防通道', 'Blocked fire access', 'URGENT', 4],
      ['占用公共空间', 'Occupied common space', 'GENERAL', 3],
      ['乱贴广告', 'Illegal posters', 'GENERAL', 2],
    ],
  ],
  [
    ...(['MS', '民生保障', 'Welfare', 'civil-affairs'] as const),
    [
      ['养老服务', 'Services for the elderly', 'GENERAL', 4],
      ['低保救助', 'Minimum living allowance', 'CONSULT', 3],
      ['残疾人服务', 'Services for disabled persons', 'GENERAL', 2],
      ['社保缴费', 'Social insurance', 'CONSULT', 4],
    ],
  ],
  [
    ...(['JY', '教育与托育', 'Education and childcare', 'education'] as const),
    [
      ['入学咨询', 'School enrolment', 'CONSULT', 4],
      ['课后服务', 'After-school care', 'GENERAL', 2],
      ['校外培训', 'Private tutoring', 'GENERAL', 2],
      ['托育服务', 'Childcare', 'CONSULT', 1],
    ],
  ],
  [
    ...(['WS', '卫生与食品', 'Health and food', 'health'] as const),
    [
      ['社区卫生服务', 'Community clinics', 'GENERAL', 2],
      ['食品安全', 'Food safety', 'URGENT', 2],
      ['病媒防制', 'Pests', 'GENERAL', 2],
      ['疫苗接种', 'Vaccination', 'CONSULT', 1],
    ],
  ],
  [
    ...(['ZA', '公共安全', 'Public safety', 'police'] as const),
    [
      ['消防隐患', 'Fire hazards', 'EMERGENCY', 3],
      ['犬类管理', 'Dogs', 'GENERAL', 4],
      ['高空抛物', 'Objects thrown from above', 'URGENT', 2],
      ['欠薪', 'Unpaid wages', 'GENERAL', 2, { channel: 'ARBITRATION' }],
    ],
  ],
  [
    ...(['JF', '纠纷与作风', 'Disputes and conduct', 'justice'] as const),
    [
      ['邻里纠纷', 'Quarrels of neighbours', 'GENERAL', 4, { aboutPeople: true }],
      ['家庭纠纷', 'Family quarrels', 'COMPLEX', 1, { aboutPeople: true }],
      ['工作人员态度', 'Conduct of staff', 'GENERAL', 2, { aboutPeople: true }],
      ['信访事项', 'Petitions', 'GENERAL', 1, { channel: 'PETITION' }],
    ],
  ],
];

/** The tree of categories and its leaves. Codes: parent two letters, leaf the parent's and two digits. */
export function categoriesOf(): { rows: CategoryRow[]; leaves: Leaf[] } {
  const rows: CategoryRow[] = [];
  const leaves: Leaf[] = [];
  for (const [code, nameZh, nameEn, department, lines] of TREE) {
    rows.push({ ...rowOf(code, nameZh, nameEn, null), defaultUrgency: 'GENERAL', statutoryChannel: null, aboutPeople: false });
    for (const [i, [leafZh, leafEn, defaultUrgency, weight, more]] of lines.entries()) {
      const base = rowOf(`${code}${String(i + 1).padStart(2, '0')}`, leafZh, leafEn, code);
      const row = { ...base, defaultUrgency, statutoryChannel: more?.channel ?? null, aboutPeople: more?.aboutPeople ?? false };
      rows.push(row);
      leaves.push({ row, department, weight, aboutCompany: code === 'WY' });
    }
  }
  return { rows, leaves };
}

function rowOf(
  code: string,
  nameZh: string,
  nameEn: string,
  parentCode: string | null,
): Pick<CategoryRow, 'id' | 'code' | 'nameZh' | 'nameEn' | 'parentCode'> {
  return { id: stableId('ct', '2022-01-01', `demo category ${code}`), code, nameZh, nameEn, parentCode };
}
