import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { COMPOUNDS, DISTRICT, type OrganizationGraph, organizationGraph } from './graph.ts';

let graph: OrganizationGraph;

beforeAll(async () => {
  graph = await organizationGraph();
  await graph.owner.query(DISTRICT);
  await graph.owner.query(COMPOUNDS);
});
afterAll(() => graph?.drop());

const PUBLIC: Partial<Claims> = { roles: ['PUBLIC'], variant: 'PUBLIC' };
const staffOf = (...communities: string[]): Partial<Claims> => ({
  roles: ['STREET_STAFF'],
  variant: 'DEPARTMENT',
  subject: 'x',
  communities,
});

describe('who sees an officeholder', () => {
  const seen = async (claims: Partial<Claims>) => {
    const { data } = await graph.ask('{ organization(id: "b1") { appointments { officeholder { displayName } } } }', claims);
    return data.organization.appointments[0].officeholder.displayName;
  };

  it('his full name: staff of his place and the district; surname and title everybody else', async () => {
    expect(await seen(PUBLIC)).toBe('王书记');
    expect(await seen(staffOf('k3'))).toBe('王书记');
    expect(await seen({ roles: ['AUDITOR'], variant: 'AUDIT' })).toBe('王书记');
    expect(await seen({ roles: ['SERVICE'] })).toBe('王书记');
    expect(await seen(staffOf('k1'))).toBe('王建国');
    expect(await seen({ roles: ['DISTRICT_LEAD'] })).toBe('王建国');
  });

  it('his number masked, staff of his place only', async () => {
    const phone = async (claims: Partial<Claims>) =>
      (await graph.ask('{ officeholder(id: "o1") { workPhone } }', claims)).data.officeholder.workPhone;
    expect(await phone(staffOf('k1'))).toBe('138****5678');
    expect(await phone(staffOf('k3'))).toBeNull();
  });

  it('kept by the database itself: no row of another place, whatever is asked', async () => {
    const rows = await graph.session(staffOf('k3')).rows('select * from officeholder_contact');
    expect(rows).toEqual([]);
    expect(await graph.session(staffOf('k1')).rows('select * from officeholder_contact')).toHaveLength(2);
  });

  it('Party membership is for inside the district alone', async () => {
    const query = '{ appointment(id: "a1") { isPartyMember } }';
    expect((await graph.ask(query)).data.appointment.isPartyMember).toBe(true);
    const reply = await graph.ask(query, staffOf('k1'));
    expect(reply.data.appointment.isPartyMember).toBeNull();
    expect(reply.codes).toEqual(['FORBIDDEN']);
  });
});

describe('an organization', () => {
  it('shows its contact outside only when it is a service point, and its own number never unmasked', async () => {
    const contact = async (id: string, claims: Partial<Claims>, fields = 'address servicePhone') =>
      (await graph.ask(`{ organization(id: "${id}") { contact { ${fields} } } }`, claims)).data.organization.contact;
    expect(await contact('po1', PUBLIC)).toEqual({ address: '一社区', servicePhone: '037960000000' });
    expect(await contact('b1', PUBLIC)).toBeNull();
    expect(await contact('b1', staffOf('k3'))).toBeNull();
    expect(await contact('b1', staffOf('k1'), 'address phone')).toEqual({ address: '一号院', phone: '139****1234' });
  });

  it('has counts of members for staff, refused to the public', async () => {
    const query = '{ organization(id: "b1") { partyMemberCount fullMemberCount } }';
    expect((await graph.ask(query, staffOf('k1'))).data.organization).toEqual({ partyMemberCount: 12, fullMemberCount: 10 });
    expect((await graph.ask(query, PUBLIC)).codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('knows its tree, compounds, buildings, posts and term', async () => {
    const { data } =
      await graph.ask(`{ organization(id: "po1") { status early: status(at: "2019-01-01") area { code } children(kinds: [COMPOUND_PARTY_BRANCH]) { id
      parent { id } partyLevel compounds { id } before: compounds(at: "2024-01-01") { id } children { buildings(at: "2024-06-01") { id } } } }
      oc: organization(id: "oc1") { ownersCommittee { term } posts { code seats } appointments(at: "2024-01-01") { id from to } } }`);
    expect(data.organization).toMatchObject({ status: 'ACTIVE', early: 'PLANNED', area: { code: '410305001001' } });
    expect(data.organization.children).toEqual([
      {
        id: 'b1',
        parent: { id: 'po1' },
        partyLevel: 'BRANCH',
        compounds: [{ id: 'c1' }],
        before: [{ id: 'c1' }],
        children: [{ buildings: [{ id: 'h1' }, { id: 'h2' }] }],
      },
      { id: 'jb', parent: { id: 'po1' }, partyLevel: 'JOINT_BRANCH', compounds: [{ id: 'c2' }, { id: 'c3' }], before: [], children: [] },
    ]);
    expect(data.oc.ownersCommittee).toEqual({ term: 2 });
    expect(data.oc.posts).toEqual([
      { code: 'OC_CHAIR', seats: 1 },
      { code: 'OC_MEMBER', seats: 5 },
    ]);
    expect(data.oc.appointments.map(({ id }: { id: string }) => id)).toEqual(['a2', 'a3']);
  });

  it('is listed by place, kind, status, parent, compound and name', async () => {
    const ids = async (filter: string) => {
      const { data } = await graph.ask(`{ organizations(filter: { ${filter} }) { nodes { id } } }`);
      return data.organizations.nodes
        .map(({ id }: { id: string }) => id)
        .sort()
        .join(' ');
    };
    expect(await ids('areaCode: "410305001000"')).toBe('b1 g1 jb oc1 po1');
    expect(await ids('areaCode: "410305000000"')).toBe('b1 g1 jb oc1 pc po1');
    expect(await ids('kinds: [COMPOUND_PARTY_BRANCH]')).toBe('b1 jb');
    expect(await ids('statuses: [SUSPENDED]')).toBe('g1');
    expect(await ids('parentId: "po1", compoundId: "c3"')).toBe('jb');
    expect(await ids('text: "业委会"')).toBe('oc1');
    const { data } = await graph.ask(
      '{ area(id: "s1") { organizations { nodes { id } } } d: area(id: "d") { organizations(filter: { kinds: [PROPERTY_COMPANY] }) { nodes { id } } } }',
    );
    expect(data.area.organizations.nodes).toHaveLength(5);
    expect(data.d.organizations.nodes).toEqual([{ id: 'pc' }]);
  });

  it('wants exactly one key', async () => {
    expect((await graph.ask('{ organization { id } }')).codes).toEqual(['VALIDATION_FAILED']);
    expect((await graph.ask('{ organization(id: "nobody") { id } }')).data.organization).toBeNull();
  });

  it('cannot hold more full members than members, nor one post twice by one holder on one day', async () => {
    await expect(graph.owner.query(`update organization set full_member_count = 13 where id = 'b1'`)).rejects.toThrow(
      'organization_members',
    );
    const twice = `insert into appointment (id, post_id, officeholder_id, method, valid_from) values ('ax', 'p1', 'o1', 'ELECTED', '2024-01-01')`;
    await expect(graph.owner.query(twice)).rejects.toThrow('appointment_one_at_a_time');
  });
});

describe('appointments and officeholders', () => {
  it('are listed as of a day', async () => {
    const { data } =
      await graph.ask(`{ now: appointments(filter: { areaCode: "410305001000" }) { nodes { id post { organization { id } } } }
      then: appointments(filter: { postCodes: [OC_CHAIR], at: "2024-12-31" }) { nodes { id officeholder { id } } }
      holders: officeholders(filter: { organizationId: "oc1", at: "2024-01-01" }) { nodes { id appointments { id } } } }`);
    expect(data.now.nodes.map(({ id }: { id: string }) => id)).toEqual(['a1', 'a3']);
    expect(data.then.nodes).toEqual([{ id: 'a2', officeholder: { id: 'o1' } }]);
    expect(data.holders.nodes.map(({ id }: { id: string }) => id)).toEqual(['o1', 'o2']);
  });

  it('are refused to the public', async () => {
    expect((await graph.ask('{ officeholders(filter: {}) { nodes { id } } }', PUBLIC)).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('the caller', () => {
  it('hears who he is', async () => {
    const claims: Partial<Claims> = {
      roles: ['STREET_STAFF'],
      variant: 'DEPARTMENT',
      organization: 'po1',
      areaCodes: ['410305001000', '990000000000'],
    };
    const { data } = await graph.ask('{ viewer { roles variant organization { name } areas { code } } }', claims);
    expect(data.viewer).toEqual({
      roles: ['STREET_STAFF'],
      variant: 'DEPARTMENT',
      organization: { name: '一社区党委' },
      areas: [{ code: '410305001000' }],
    });
  });
});
