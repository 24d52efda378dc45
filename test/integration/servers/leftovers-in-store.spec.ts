import { systemClock } from '@zun/domain';
import { NetworkStore, ImageStore, LeftoverStore, QuotaStore } from '@zun/persistence';
import { describe, expect, it } from 'vitest';
import { describePersistence, context, outcome } from './persistence-fixture.js';

describePersistence('leftovers in the database', (fixture) => {
  const { report, create, placed } = fixture;

  describe('what projects leave behind', () => {
    const LIMIT = 10;
    const purging = { ...context, userId: 'admin', projectId: 'admin' };
    const deletion = [{ action: 'delete', rule: 'delete_force', params: { force: true } }] as const;
    const later = (ms: number): LeftoverStore =>
      new LeftoverStore(fixture.db, { ...systemClock, now: () => systemClock.now() + ms });
    const purge = async () => (await later(0).purges())[0]!;
    const toDelete = async (store = later(0)) => (await store.containersToDelete(await purge(), LIMIT)).map(({ uuid }) => uuid);

    it('is counted by project, with when its purge was asked for', async () => {
      await report('a', 2);
      await create();
      await create();
      await new QuotaStore(fixture.db).setLimits('q', { containers: 1 });
      await new NetworkStore(fixture.db, systemClock).create({ projectId: 'q', userId: 'u', name: null, neutronNetId: 'net-q' });
      await later(0).requestPurge(purging, 'q');
      const none = { containers: 0, registries: 0, images: 0, networks: 0, volumes: 0, quotas: 0, usages: 0 };
      expect(await later(0).list()).toEqual([
        { projectId: 'p', ...none, containers: 2, usages: 1, purgeRequestedAt: null },
        { projectId: 'q', ...none, networks: 1, quotas: 1, purgeRequestedAt: (await purge()).requested_at },
      ]);
      expect(await later(0).find('nobody')).toBeNull();
    });

    it('goes once no container is left, and the purge with it', async () => {
      await report('a', 2);
      const { spec } = await placed('a');
      await new QuotaStore(fixture.db).setLimits('p', { containers: 1 });
      await later(0).requestPurge(purging, 'p');
      expect(await later(0).finishPurge(await purge())).toBe(false);
      expect(await later(0).find('p')).toMatchObject({ containers: 1, quotas: 1, usages: 1 });
      const { actions: work } = await fixture.acceptance.act(context, spec.uuid, deletion);
      await fixture.settlement.finish(outcome(spec.uuid, 'a', work.at(-1)!.id, null, 1));
      expect(await later(0).finishPurge(await purge())).toBe(true);
      expect(await later(0).list()).toEqual([]);
    });

    it('is deleted once at a time; what failed is tried again after a minute, or when somebody asks', async () => {
      await report('a', 2);
      const { spec } = await placed('a');
      await later(-1_000).requestPurge(purging, 'p');
      expect(await toDelete()).toEqual([spec.uuid]);
      const { actions: work } = await fixture.acceptance.act(context, spec.uuid, deletion);
      expect(await toDelete(later(3_600_000))).toEqual([]);
      await fixture.settlement.finish(outcome(spec.uuid, 'a', work.at(-1)!.id, 'the engine refuses', 1));
      expect(await toDelete()).toEqual([]);
      expect(await toDelete(later(61_000))).toEqual([spec.uuid]);
      await later(1_000).requestPurge(purging, 'p');
      expect(await toDelete()).toEqual([spec.uuid]);
    });

    it('keeps the purge of a project until its images are gone; one that cannot be removed is tried again', async () => {
      const images = new ImageStore(fixture.db, systemClock);
      await images.want(context, { repo: 'busybox', tag: 'latest', host: 'a' });
      await later(1_000).requestPurge(purging, 'p');
      const toRemove = async (store = later(1_000)) => (await store.imagesToRemove(await purge(), LIMIT)).map(({ uuid }) => uuid);
      const [uuid] = await toRemove();
      expect(uuid).toBeDefined();
      const removal = await images.unwant(context, uuid!);
      expect(await toRemove(later(3_600_000))).toEqual([]);
      expect(await later(0).finishPurge(await purge())).toBe(false);
      const end = { host: 'a', uuid: uuid!, revision: removal.revision, imageId: null, sizeBytes: null, wasThere: true };
      await fixture.db.transaction((tx) =>
        tx.execute('UPDATE project_purge SET requested_at = ?', ['2000-01-01 00:00:00.000000']),
      );
      await images.settle({ ...end, failure: 'in use' });
      expect(await toRemove()).toEqual([]);
      expect(await toRemove(later(61_000))).toEqual([uuid]);
      const again = await images.unwant(context, uuid!);
      await images.settle({ ...end, revision: again.revision, failure: null });
      expect(await later(0).finishPurge(await purge())).toBe(true);
    });

    it('does not lose a container that is made while the rest goes', async () => {
      for (let round = 0; round < 10; round += 1) {
        await later(0).requestPurge(purging, 'p');
        const [made, isDone] = await Promise.all([create(), later(0).finishPurge(await purge())]);
        const left = await later(0).find('p');
        expect(left).toMatchObject({ containers: 1, usages: 1 });
        expect(await new QuotaStore(fixture.db).usage('p')).toMatchObject({ containers: 1 });
        if (!isDone) expect(left!.purgeRequestedAt).not.toBeNull();
        await fixture.db.transaction((tx) =>
          tx.execute("UPDATE container SET status = 'Error' WHERE uuid = ?", [made.spec.uuid]),
        );
        await fixture.acceptance.act(context, made.spec.uuid, deletion);
      }
    });
  });
});
