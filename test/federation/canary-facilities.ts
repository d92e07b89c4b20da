/** What makes facilities' commands right but for the input that is tried. */
import { type Ground, type Prepared, TODAY, type Ways } from './canary-ground.ts';

export function facilityWays({ callers, place, next, run }: Ground): Ways {
  const { communityId } = place;
  const token = callers.street;
  const described = () => ({
    ...{ name: `社区用房${next()}`, kind: 'COMMUNITY_SERVICE_STATION', tenure: 'OWNED', provisionMode: 'NEW_BUILD', communityId },
    ...{ address: '湖北路一号' },
  });
  const opened = async () => {
    const known = { ...described(), openedOn: '2025-01-01', effectiveOn: '2025-01-01' };
    const { facility } = await run('upsertFacility', known, token, 'facility { id version }');
    const { id, version } = facility as { id: string; version: number };
    return { facilityId: id, expectedVersion: version };
  };
  const ofFacility = (known: object) => async (): Promise<Prepared> => ({ token, known: { ...(await opened()), ...known } });
  const rules = [{ weekdays: [1, 2, 3], from: '08:00', to: '17:00' }];
  return {
    runCoverage: () => ({ token, known: {} }),
    upsertFacility: () => ({ token, known: described() }),
    assureFacility: ofFacility({}),
    closeFacility: ofFacility({ on: TODAY }),
    setOpeningHours: ofFacility({ rules }),
    'setOpeningHours.osm': ofFacility({}),
    upsertSpace: async () => ({ token, known: { facilityId: (await opened()).facilityId, name: `房间${next()}` } }),
  };
}
