import { systemClock, type ContainerSpec } from '@zun/domain';
import { NetworkStore, RegistryStore, SecretBox, toActionEntry, toContainerRecord, type PendingWork } from '@zun/persistence';
import { beforeEach, describe, expect, it } from 'vitest';
import { context, describePersistence, outcome, unlimited } from './persistence-fixture.js';

describePersistence('containers in the database', (fixture) => {
  const { report, create, placed, claimedOn } = fixture;

  it('deletes no registry that a container takes at the same time', async () => {
    const registries = new RegistryStore(fixture.db, new SecretBox('k'.repeat(32)), systemClock);
    for (let round = 0; round < 10; round++) {
      const { uuid } = await registries.create({ projectId: 'p', userId: 'u', domain: 'd.example', password: 'secret' });
      const [created, deleted] = await Promise.allSettled([create({}, unlimited, { registryId: uuid }), registries.delete(uuid)]);
      expect([created.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected']);
      const taken = await registries.forPull({ registry_id: uuid }, () => undefined);
      expect(taken).toEqual(created.status === 'fulfilled' ? { domain: 'd.example', username: null, password: 'secret' } : null);
    }
  });

  it('deletes no network that a container is to be on at the same time', async () => {
    const networks = new NetworkStore(fixture.db, systemClock);
    for (let round = 0; round < 10; round++) {
      const net = { network: `net_${round}` };
      await networks.create({ projectId: 'p', userId: 'u', name: null, neutronNetId: net.network });
      const [created, deleted] = await Promise.allSettled([create({ networks: [net] }), networks.delete(net.network)]);
      expect([created.status, deleted.status].sort()).toEqual(['fulfilled', 'rejected']);
    }
    await networks.create({ projectId: 'q', userId: 'u', name: null, neutronNetId: 'theirs' });
    await expect(create({ networks: [{ network: 'theirs' }] })).rejects.toMatchObject({ code: 'network-not-found' });
    const again = networks.create({ projectId: 'p', userId: 'u', name: null, neutronNetId: 'theirs' });
    await expect(again).rejects.toMatchObject({ code: 'network-already-exists' });
  });

  describe('a container', () => {
    const own = { network: 'zun-p' };
    const act = (uuid: string, action: 'rebuild' | 'network_attach' | 'network_detach' | 'start', params = {}) =>
      fixture.acceptance.act(context, uuid, [{ action, params }]);
    const stored = async (uuid: string) => toContainerRecord((await fixture.containers.findByUuid(uuid))!);

    async function running(overrides: Partial<ContainerSpec> = {}): Promise<string> {
      const { spec, entry } = await placed('a', overrides);
      await fixture.settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
      return spec.uuid;
    }
    const end = (uuid: string, { actions }: PendingWork, failure: string | null, more = {}): Promise<boolean> =>
      fixture.settlement.finish({
        ...outcome(uuid, 'a', Number(actions.at(-1)!.id), failure, 100 + Number(actions.at(-1)!.id)),
        ...more,
      });

    beforeEach(() => report('a', 2));

    it('is rebuilt from its new image, with what its tenant wanted of it and not what the old image ran', async () => {
      const uuid = await running({ command: null });
      expect((await fixture.containers.findByUuid(uuid))!.command).toBe('["sh"]');
      const work = await act(uuid, 'rebuild', { image: { image: 'web:2', imageDriver: 'docker' } });
      expect(toContainerRecord(work.container)).toMatchObject({ image: 'web:2', command: null });
      expect(toActionEntry(work.actions[0]!).params).toMatchObject({ run: true, replacedImage: { image: 'busybox' } });
      expect(await stored(uuid)).toMatchObject({ status: 'Rebuilding', taskState: 'container_rebuilding', image: 'web:2' });
      await expect(act(uuid, 'rebuild')).rejects.toMatchObject({ code: 'invalid-state-exception' });
      expect(await end(uuid, work, null)).toBe(true);
      expect(await stored(uuid)).toMatchObject({ status: 'Running', taskState: null, image: 'web:2' });
    });

    it('is said to be what it was when its rebuild could not begin, and in error when it broke off', async () => {
      const uuid = await running();
      const image = { image: 'none:1', imageDriver: 'docker' };
      await end(uuid, await act(uuid, 'rebuild', { image }), 'no such image', { leftAsItWas: true });
      expect(await stored(uuid)).toMatchObject({ status: 'Running', statusReason: 'no such image', image: 'busybox' });
      await end(uuid, await act(uuid, 'rebuild', { image }), 'cannot start');
      expect(await stored(uuid)).toMatchObject({ status: 'Error', statusReason: 'cannot start', image: 'none:1' });
    });

    it('is not rebuilt while its resources change', async () => {
      const uuid = await running();
      const { work } = await fixture.acceptance.update(context, uuid, { cpu: 0.2, limits: unlimited });
      await expect(act(uuid, 'rebuild')).rejects.toMatchObject({ errorClass: 'conflict' });
      await end(uuid, work, null);
      expect((await act(uuid, 'rebuild')).container.cpu).toBe(0.2);
    });

    it('that is on no host is placed again to be rebuilt, with a claim or in error', async () => {
      const { spec, entry } = await placed('a');
      await fixture.settlement.finish({ ...outcome(spec.uuid, 'a', entry.id, 'no such image', 1, true) });
      expect(await claimedOn('a')).toMatchObject({ claimed_cpu_micro: 0 });
      await act(spec.uuid, 'rebuild');
      expect((await fixture.containers.findUnhosted('9', 10)).map(({ uuid }) => uuid)).toEqual([spec.uuid]);
      await fixture.settlement.failPlacement(spec.uuid);
      expect(await stored(spec.uuid)).toMatchObject({ status: 'Error', host: null });
      expect(await fixture.actions.list(spec.uuid)).toMatchObject([
        { action: 'rebuild', message: 'Error' },
        { action: 'create' },
      ]);
      const work = await act(spec.uuid, 'rebuild');
      expect(await fixture.settlement.claim([{ uuid: spec.uuid, hostname: 'a' }])).toEqual(['placed']);
      expect(await claimedOn('a')).toMatchObject({ claimed_cpu_micro: 100_000 });
      await end(spec.uuid, work, null);
      expect(await stored(spec.uuid)).toMatchObject({ status: 'Running', host: 'a' });
    });

    it('has the networks that were attached and not detached; a failure is taken back', async () => {
      await new NetworkStore(fixture.db, systemClock).create({ projectId: 'p', userId: 'u', name: null, neutronNetId: 'n2' });
      const uuid = await running();
      const n2 = { network: 'n2', fixedIp: '10.0.0.7' };
      const attach = await act(uuid, 'network_attach', { network: n2 });
      expect(toContainerRecord(attach.container).networks).toEqual([own, n2]);
      await expect(act(uuid, 'network_attach', { network: n2 })).rejects.toMatchObject({ code: 'invalid' });
      await end(uuid, attach, null);
      await end(uuid, await act(uuid, 'network_detach', { network: { network: 'n2' } }), 'no');
      expect((await stored(uuid)).networks).toEqual([own, n2]);
      await end(uuid, await act(uuid, 'network_detach', { network: own }), null);
      expect((await stored(uuid)).networks).toEqual([n2]);
      await expect(act(uuid, 'network_detach', { network: own })).rejects.toMatchObject({ code: 'invalid' });
      await end(uuid, await act(uuid, 'network_attach', { network: own }), 'no');
      expect((await stored(uuid)).networks).toEqual([n2]);
      await expect(act(uuid, 'network_attach', { network: { network: 'n3' } })).rejects.toMatchObject({
        code: 'network-not-found',
      });
    });
  });

  it('ignores reports of a host the container is not placed on, and older ones', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    expect(await fixture.settlement.finish(outcome(spec.uuid, 'b', entry.id, null, 5))).toBe(false);
    expect(await fixture.settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 5))).toBe(true);
    const stopped = {
      ...outcome(spec.uuid, 'a', 0, null, 4).observation,
      state: { status: 'Stopped' as const, statusDetail: '', statusReason: null },
    };
    await fixture.settlement.observe('a', [stopped]);
    expect((await fixture.containers.findByUuid(spec.uuid))?.status).toBe('Running');
    await fixture.settlement.observe('b', [{ ...stopped, version: 6 }]);
    expect((await fixture.containers.findByUuid(spec.uuid))?.status).toBe('Running');
    await fixture.settlement.observe('a', [{ ...stopped, version: 6 }]);
    expect((await fixture.containers.findByUuid(spec.uuid))?.status).toBe('Stopped');
  });

  it('frees the host of a failed create that left nothing, and lets it be deleted at once', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await fixture.settlement.finish({ ...outcome(spec.uuid, 'a', entry.id, 'no such image', 1, true), observation: null });
    expect(await fixture.containers.findByUuid(spec.uuid)).toMatchObject({
      status: 'Error',
      status_reason: 'no such image',
      host: null,
    });
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 0, claimed_memory_mib: 0 });
    const accepted = await fixture.acceptance.act(context, spec.uuid, [{ action: 'delete', params: {} }]);
    expect(accepted.actions).toEqual([]);
    expect(await fixture.containers.findByUuid(spec.uuid)).toBeNull();
  });

  it('keeps a container Deleting while its create still ends', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await fixture.acceptance.act(context, spec.uuid, [{ action: 'delete', rule: 'delete_force', params: { force: true } }]);
    await fixture.settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
    expect(await fixture.containers.findByUuid(spec.uuid)).toMatchObject({
      status: 'Deleting',
      task_state: 'container_deleting',
      host: 'a',
    });
    expect((await fixture.actions.pending({ limit: 10 })).map((work) => work.actions.map(({ action }) => action))).toEqual([
      ['delete'],
    ]);
  });

  it('holds what is seen while an action is under way until it has ended, in whatever order both come', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    const ended = outcome(spec.uuid, 'a', entry.id, null, 1);
    const gone = { status: 'Stopped' as const, statusDetail: 'Exited(0) 0 seconds ago ', statusReason: null };
    await fixture.settlement.observe('a', [{ ...ended.observation, version: 2, state: gone }]);
    expect(await fixture.containers.findByUuid(spec.uuid)).toMatchObject({ status: 'Creating' });
    await fixture.settlement.finish(ended);
    expect(await fixture.containers.findByUuid(spec.uuid)).toMatchObject({ status: 'Stopped', observed_version: 2 });
    await fixture.settlement.observe('a', [{ ...ended.observation, version: 3 }]);
    expect(await fixture.containers.findByUuid(spec.uuid)).toMatchObject({ status: 'Running', held_observation: null });
  });

  it('hands out all the work of a container, whichever part of it is due', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await fixture.acceptance.act(context, spec.uuid, [{ action: 'delete', rule: 'delete_force', params: { force: true } }]);
    const unfinished = async (hintedBefore: string) =>
      (await fixture.actions.pending({ hosts: ['a', 'b'], hintedBefore, limit: 10 })).map((work) =>
        work.actions.map(({ action }) => action),
      );
    expect(await unfinished('2000-01-01 00:00:00.000000')).toEqual([]);
    await fixture.db.transaction((tx) => tx.execute('UPDATE container_action SET hinted_at = NULL WHERE id = ?', [entry.id]));
    expect(await unfinished('2000-01-01 00:00:00.000000')).toEqual([['create', 'delete']]);
    expect(await fixture.actions.pending({ hosts: ['b'], limit: 10 })).toEqual([]);
  });
});
