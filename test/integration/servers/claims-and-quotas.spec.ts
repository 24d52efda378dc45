import { QuotaStore } from '@zun/persistence';
import { expect, it } from 'vitest';
import { context, describePersistence, outcome, unlimited } from './persistence-fixture.js';

describePersistence('claims and quotas', (fixture) => {
  const { report, create, placed, claimedOn } = fixture;

  it('lets 20 of 50 racing claims have a host with room for 20, and its books add up', async () => {
    await report('a', 2);
    const made = await Promise.all(Array.from({ length: 50 }, () => create()));
    const verdicts = await Promise.all(made.map(({ spec }) => fixture.settlement.claim([{ uuid: spec.uuid, hostname: 'a' }])));
    expect(verdicts.flat().filter((verdict) => verdict === 'placed')).toHaveLength(20);
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 2_000_000, claimed_memory_mib: 20 * 64 });
  });

  it('never passes a quota under racing creates', async () => {
    const limits = { ...unlimited, containers: 10 };
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => create({}, limits)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    const refused = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'over-quota', detail: expect.stringContaining('containers') as string });
  });

  it('never passes a quota that is lowered while creates race', async () => {
    const quotas = new QuotaStore(fixture.db);
    await quotas.setLimits('p', { containers: 12 });
    const defaults = { ...unlimited, containers: 40 };
    let usedWhenLowered = Infinity;
    const creates = Array.from({ length: 40 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index));
      return create({}, defaults);
    });
    const lowering = (async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await quotas.setLimits('p', { containers: 3 });
      usedWhenLowered = (await quotas.usage('p')).containers;
    })();
    const [results] = await Promise.all([Promise.allSettled(creates), lowering]);
    const accepted = results.filter(({ status }) => status === 'fulfilled').length;
    expect(accepted).toBe(Math.max(3, usedWhenLowered));
    expect(await quotas.usage('p')).toMatchObject({ containers: accepted });
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'over-quota' });
    }
  });

  it('takes the limits of the project, else of the class default, else of the operator', async () => {
    const quotas = new QuotaStore(fixture.db);
    const defaults = { ...unlimited, containers: 1, cpu: 4 };
    await quotas.setClassLimits('default', { containers: 2, cpu: -1 });
    expect(await quotas.limits('p', defaults)).toEqual({ ...unlimited, containers: 2 });
    await create({ cpu: 5 }, defaults);
    await quotas.setLimits('p', { cpu: 6 });
    await expect(create({ cpu: 2 }, defaults)).rejects.toMatchObject({ detail: expect.stringContaining('cpu') as string });
    await create({ cpu: 1 }, defaults);
    await expect(create({ cpu: 0 }, defaults)).rejects.toMatchObject({ detail: expect.stringContaining('containers') as string });
    await quotas.resetLimits('p');
    await quotas.setClassLimits('default', { containers: 3 });
    await create({ cpu: 5 }, defaults);
  });

  it('gives claim and quota back when the deletion is told, also when it is told twice', async () => {
    await report('a', 2);
    const { spec } = await placed('a');
    const accepted = await fixture.acceptance.act(context, spec.uuid, [{ action: 'delete', rule: 'delete_force', params: {} }]);
    const told = outcome(spec.uuid, 'a', accepted.actions.at(-1)!.id, null, 1);
    expect(await fixture.settlement.finish(told)).toBe(true);
    expect(await fixture.settlement.finish(told)).toBe(false);
    expect(await fixture.containers.findByUuid(spec.uuid)).toBeNull();
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 0, claimed_memory_mib: 0 });
    expect(await fixture.db.read('SELECT containers FROM project_usage')).toEqual([{ containers: 0 }]);
    expect(await fixture.db.read('SELECT id FROM container_action')).toEqual([]);
  });

  it('changes limits only when the host has done it', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    await fixture.settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
    const first = await fixture.acceptance.update(context, spec.uuid, { cpu: 1, memoryMib: 128, limits: unlimited });
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 1_000_000, claimed_memory_mib: 128 });
    await fixture.settlement.finish({ ...outcome(spec.uuid, 'a', first.entry.id, 'refused', 2) });
    expect(await claimedOn('a')).toEqual({ claimed_cpu_micro: 100_000, claimed_memory_mib: 64 });
    expect(await fixture.containers.findByUuid(spec.uuid)).toMatchObject({ cpu: 0.1, memory_mib: 64, status: 'Running' });
    const second = await fixture.acceptance.update(context, spec.uuid, { cpu: 1, limits: unlimited });
    await fixture.settlement.finish(outcome(spec.uuid, 'a', second.entry.id, null, 3));
    expect(await fixture.containers.findByUuid(spec.uuid)).toMatchObject({ cpu: 1, memory_mib: 64 });
    await expect(fixture.acceptance.update(context, spec.uuid, { cpu: 3, limits: unlimited })).rejects.toMatchObject({
      errorClass: 'conflict',
    });
  });

  it('keeps claim and quota through changes that overlap, shrink and are cut off by a deletion', async () => {
    await report('a', 2);
    const { spec, entry } = await placed('a');
    const memoryUsed = async () =>
      (await fixture.db.read<{ memory_mib: number }>('SELECT memory_mib FROM project_usage'))[0]?.memory_mib;
    const held = async () => [(await claimedOn('a')).claimed_memory_mib, await memoryUsed()];
    const change = (memoryMib: number) => fixture.acceptance.update(context, spec.uuid, { memoryMib, limits: unlimited });
    await fixture.settlement.finish(outcome(spec.uuid, 'a', entry.id, null, 1));
    const [grow, more] = [await change(128), await change(256)];
    expect(await held()).toEqual([256, 256]);
    await fixture.settlement.finish(outcome(spec.uuid, 'a', grow.entry.id, null, 2));
    expect(await held()).toEqual([256, 256]);
    await fixture.settlement.finish(outcome(spec.uuid, 'a', more.entry.id, 'refused', 3));
    expect(await held()).toEqual([128, 128]);
    const shrink = await change(32);
    expect(await held()).toEqual([128, 128]);
    await fixture.settlement.finish(outcome(spec.uuid, 'a', shrink.entry.id, null, 4));
    expect(await held()).toEqual([32, 32]);
    await change(512);
    const { actions: work } = await fixture.acceptance.act(context, spec.uuid, [
      { action: 'delete', rule: 'delete_force', params: { force: true } },
    ]);
    await fixture.settlement.finish(outcome(spec.uuid, 'a', work.at(-1)!.id, null, 5));
    expect(await held()).toEqual([0, 0]);
  });
});
