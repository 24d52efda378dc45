import { describe, expect, it } from 'vitest';
import { describePersistence, unlimited } from './persistence-fixture.js';

describePersistence('names in the database', (fixture) => {
  const { create } = fixture;

  describe('where names must be unique', () => {
    const alreadyExists = { code: 'container-already-exists' };
    const fulfilled = (results: PromiseSettledResult<unknown>[]): number =>
      results.filter((result) => result.status === 'fulfilled').length;

    it.each(['project', 'global'] as const)('gives one of many at once the name (%s)', async (nameScope) => {
      const names = Array.from({ length: 12 }, (_, index) => (index % 2 ? 'web' : 'WEB'));
      const results = await Promise.allSettled(names.map((name) => create({ name }, unlimited, { nameScope })));
      expect(fulfilled(results)).toBe(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(alreadyExists);
      const elsewhere = create({ name: 'Web', projectId: 'q' }, unlimited, { nameScope });
      await (nameScope === 'project' ? elsewhere : expect(elsewhere).rejects.toMatchObject(alreadyExists));
    });

    it('lets one of many at once be renamed to it, and a container keep its own', async () => {
      const made = await Promise.all(Array.from({ length: 6 }, () => create({}, unlimited, { nameScope: 'project' })));
      const rename = ({ spec }: (typeof made)[number]) => fixture.acceptance.patch(spec.uuid, { name: 'web' }, 'project');
      const results = await Promise.allSettled(made.map(rename));
      expect(fulfilled(results)).toBe(1);
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      await fixture.acceptance.patch(made[winner]!.spec.uuid, { name: 'Web' }, 'project');
      await fixture.acceptance.patch(made[winner]!.spec.uuid, { name: 'other' }, 'project');
      await rename(made[(winner + 1) % made.length]!);
    });

    it('counts names that were given before', async () => {
      await create({ name: 'old' });
      await create({ name: 'old' });
      await expect(create({ name: 'OLD' }, unlimited, { nameScope: 'project' })).rejects.toMatchObject(alreadyExists);
      await create({ name: 'OLD', projectId: 'q' }, unlimited, { nameScope: 'project' });
    });
  });
});
