import { systemClock } from '@zun/domain';
import { EventStore } from '@zun/persistence';
import { describe, expect, it } from 'vitest';
import { describePersistence, context, outcome } from './persistence-fixture.js';

describePersistence('events in the database', (fixture) => {
  const { report, placed } = fixture;

  describe('events', () => {
    const events = (): EventStore => new EventStore(fixture.db, systemClock);
    const bare = (uuid: string): Record<string, string> => {
      return { event: 'changed', uuid, project_id: 'p', user_id: 'u', name: uuid, status: 'Running' };
    };
    async function position(): Promise<number> {
      await events().sequence();
      return (await events().position()).last_seq;
    }

    it('tell of what somebody can see of a container, in order, and of nothing else', async () => {
      const before = await position();
      await report('a', 2);
      const { spec, entry } = await placed('a');
      const { uuid } = spec;
      await fixture.settlement.progress(uuid, 'a', null, 'layer 1 of 2');
      const ended = outcome(uuid, 'a', entry.id, null, 5);
      await fixture.settlement.finish(ended);
      await fixture.settlement.observe('a', [{ ...ended.observation, version: 6 }]);
      await fixture.acceptance.patch(uuid, { name: 'renamed' });
      await fixture.acceptance.act(context, uuid, [{ action: 'delete', rule: 'delete_stop', params: {} }]);
      const [deletion] = await fixture.db.read<{ id: number }>("SELECT id FROM container_action WHERE action = 'delete'");
      await fixture.settlement.finish({ ...ended, actionId: Number(deletion!.id) });
      await position();
      const seen = await events().read(before, 100);
      expect(seen.map(({ event, status, host, name }) => [event, status, host, name === 'renamed'])).toEqual([
        ['created', 'Creating', null, false],
        ['changed', 'Creating', 'a', false],
        ['changed', 'Creating', 'a', false],
        ['changed', 'Running', 'a', false],
        ['changed', 'Running', 'a', true],
        ['changed', 'Deleting', 'a', true],
        ['deleted', 'Deleted', 'a', true],
      ]);
      expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7].map((step) => before + step));
    });

    it.skipIf(fixture.location.kind === 'sqlite')(
      'of a slow transaction are not missed by who has read those of a quicker one',
      async () => {
        const before = await position();
        let finish = (): void => undefined;
        const held = new Promise<void>((resolve) => (finish = resolve));
        let wrote = (): void => undefined;
        const hasWritten = new Promise<void>((resolve) => (wrote = resolve));
        const slow = fixture.db.transaction(async (tx) => {
          await tx.insert('container_event', bare('slow'));
          wrote();
          await held;
        });
        await hasWritten;
        await fixture.db.transaction((tx) => tx.insert('container_event', bare('quick')));
        const between = await position();
        expect((await events().read(before, 10)).map(({ uuid }) => uuid)).toEqual(['quick']);
        finish();
        await slow;
        await position();
        const late = await events().read(between, 10);
        expect(late.map(({ uuid }) => uuid)).toEqual(['slow']);
        expect(Number(late[0]!.id)).toBeLessThan(Number((await events().read(before, 1))[0]!.id));
      },
    );

    it('are numbered once, without a gap, however many look for them at once', async () => {
      const before = await position();
      const writing = Array.from({ length: 40 }, (_, n) =>
        fixture.db.transaction((tx) => tx.insert('container_event', bare(`w${n}`))),
      );
      await Promise.all([...writing, ...Array.from({ length: 5 }, () => events().sequence())]);
      await position();
      const seen = await events().read(before, 100);
      expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => before + n + 1));
      expect(new Set(seen.map(({ uuid }) => uuid)).size).toBe(40);
    });

    it('are forgotten when they are old, which is noted', async () => {
      await fixture.db.transaction((tx) => tx.insert('container_event', bare('old')));
      const last = await position();
      await events().prune(systemClock.now() + 1_000);
      expect(await events().read(0, 10)).toEqual([]);
      expect(await events().position()).toMatchObject({ last_seq: last, pruned_seq: last });
    });

    it('are not there when their change is taken back', async () => {
      const before = await position();
      const taken = fixture.db.transaction(async (tx) => {
        await tx.insert('container_event', bare('never'));
        throw new Error('taken back');
      });
      await expect(taken).rejects.toThrow('taken back');
      expect(await position()).toBe(before);
    });
  });
});
