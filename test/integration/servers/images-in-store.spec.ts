import { systemClock } from '@zun/domain';
import { ImageStore, toImageWish, type ImageRow } from '@zun/persistence';
import { beforeEach, describe, expect, it } from 'vitest';
import { describePersistence, context, outcome } from './persistence-fixture.js';

/** The uuid of an image in Glance. */
const OF_GLANCE = '0b1f3c0e-5a50-4b6e-9d0c-0f5a3f7f1a11';

describePersistence('images in the database', (fixture) => {
  const { report, placed } = fixture;

  describe('images', () => {
    const wanted = { repo: 'app', tag: '1', host: 'a' };
    const admin = { ...context, requestId: 'req-image' };
    const done = { host: 'a', revision: 1, failure: null, imageId: 'sha256:1', sizeBytes: 10, wasThere: false };
    let images: ImageStore;

    beforeEach(() => {
      images = new ImageStore(fixture.db, systemClock);
    });

    it('are wanted once on a host, however many ask at once', async () => {
      const results = await Promise.allSettled(Array.from({ length: 10 }, () => images.want(admin, wanted)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'image-already-exists' });
      }
      await images.want(admin, { ...wanted, host: 'b' });
    });

    it('are handed out until their host reports the end, which counts once and from that host only', async () => {
      const { uuid } = await images.want(admin, wanted);
      expect(await images.pending({ hosts: ['a'], limit: 10 })).toMatchObject([{ uuid }]);
      expect(await images.settle({ ...done, uuid, host: 'b' })).toBe(false);
      expect([await images.settle({ ...done, uuid }), await images.settle({ ...done, uuid })]).toEqual([true, false]);
      expect(await images.pending({ hosts: ['a'], limit: 10 })).toEqual([]);
      expect(await images.find('all', uuid)).toMatchObject({ status: 'Available', image_id: 'sha256:1', size: '10', is_ours: 1 });
    });

    it('that were overtaken by their removal are not brought back by the late end of the pull', async () => {
      const { uuid } = await images.want(admin, wanted);
      await images.unwant(admin, uuid);
      expect(await images.settle({ ...done, uuid })).toBe(false);
      expect(await images.find('all', uuid)).toMatchObject({ status: 'Deleting', is_pending: 1, is_ours: 1 });
      await images.settle({ ...done, uuid, revision: 2, imageId: null });
      await expect(images.find('all', uuid)).rejects.toMatchObject({ code: 'image-not-found' });
    });

    it('that failed may be wanted again; those that cannot be removed stay', async () => {
      const { uuid } = await images.want(admin, wanted);
      await images.settle({ ...done, uuid, failure: 'no such image', imageId: null });
      expect(await images.find('all', uuid)).toMatchObject({ status: 'Error', status_reason: 'no such image', size: null });
      expect(await images.want(admin, wanted)).toMatchObject({ uuid, revision: 2, status: 'Pulling', status_reason: null });
      await images.settle({ ...done, uuid, revision: 2 });
      await images.unwant(admin, uuid);
      await images.settle({ ...done, uuid, revision: 3, failure: 'in use', imageId: null });
      expect(await images.find('all', uuid)).toMatchObject({
        status: 'Available',
        status_reason: 'in use',
        image_id: 'sha256:1',
      });
    });

    it('are seen by their own project', async () => {
      const { uuid } = await images.want(admin, wanted);
      await expect(images.find({ projectId: 'somebody else' }, uuid)).rejects.toMatchObject({ code: 'image-not-found' });
    });

    it('of Glance are there once for each uuid, whatever they are called', async () => {
      await images.want(admin, wanted);
      const first = await images.want(admin, { ...wanted, glanceImage: OF_GLANCE });
      await images.want(admin, { ...wanted, glanceImage: OF_GLANCE.replace('b', 'c') });
      await expect(images.want(admin, { ...wanted, glanceImage: OF_GLANCE })).rejects.toMatchObject({
        code: 'image-already-exists',
      });
      expect(toImageWish(first)).toMatchObject({ kind: 'present', reference: `zun-glance:${OF_GLANCE}`, glanceImage: OF_GLANCE });
      expect(await images.findCommitted('p', 'app', '1')).toBeNull();
    });
  });

  describe('a commit for Glance', () => {
    const commit = { imageUuid: OF_GLANCE, repo: 'app', tag: '1', isForGlance: true };
    const wishes = () => new ImageStore(fixture.db, systemClock).pending({ hosts: ['a'], hintedBefore: '', limit: 10 });
    const settled = (revision: number, failure: string | null) =>
      new ImageStore(fixture.db, systemClock).settle({
        ...{ host: 'a', uuid: OF_GLANCE, revision, failure },
        ...{ imageId: null, sizeBytes: null, wasThere: true },
      });
    const all = () => fixture.db.read<ImageRow>('SELECT * FROM image');
    let uuid: string;
    let actionId: number;

    beforeEach(async () => {
      await report('a', 2);
      const { spec, entry } = await placed('a');
      uuid = spec.uuid;
      await fixture.settlement.finish(outcome(uuid, 'a', entry.id, null, 1));
      const work = await fixture.acceptance.act(context, uuid, [{ action: 'commit', params: { commit } }]);
      actionId = work.actions.at(-1)!.id;
    });

    it('is a wish of its own once the image is made, and so outlives its action', async () => {
      expect(await wishes()).toEqual([]);
      await fixture.settlement.finish({ ...outcome(uuid, 'a', actionId, null, 2), image: { id: 'sha256:1', sizeBytes: 10 } });
      const [wish] = await wishes();
      expect(toImageWish(wish!)).toMatchObject({
        ...{ kind: 'published', revision: 2, glanceImage: OF_GLANCE },
        reference: `zun-committed:${OF_GLANCE}`,
      });
      expect(await new ImageStore(fixture.db, systemClock).findCommitted('p', 'app', '1')).toBeNull();
      expect(await settled(2, null)).toBe(true);
      expect(await all()).toEqual([]);
    });

    it('that fails has Glance forget the image', async () => {
      await fixture.settlement.finish(outcome(uuid, 'a', actionId, 'no space left', 2));
      expect(await wishes()).toMatchObject([{ uuid: OF_GLANCE, wanted: 'discarded', status: 'Deleting' }]);
    });

    it('whose container goes meanwhile is left to its host to decide', async () => {
      const work = await fixture.acceptance.act(context, uuid, [
        { action: 'delete', rule: 'delete_force', params: { force: true } },
      ]);
      await fixture.settlement.finish(outcome(uuid, 'a', work.actions.at(-1)!.id, null, 3));
      expect(await wishes()).toMatchObject([{ uuid: OF_GLANCE, wanted: 'published' }]);
    });

    it('that Glance does not take shows why, until an administrator has it discarded', async () => {
      await fixture.settlement.finish({ ...outcome(uuid, 'a', actionId, null, 2), image: { id: 'sha256:1', sizeBytes: 10 } });
      expect(await settled(2, 'over the quota')).toBe(true);
      expect(await all()).toMatchObject([{ status: 'Error', status_reason: 'over the quota', is_pending: 0 }]);
      await new ImageStore(fixture.db, systemClock).unwant(context, OF_GLANCE);
      expect((await all())[0]).toMatchObject({ wanted: 'discarded', is_pending: 1 });
      await settled(3, null);
      expect(await all()).toEqual([]);
    });
  });
});
