import { ENTITIES } from '@zun/persistence';
import { expect, it } from 'vitest';
import { describePersistence } from './persistence-fixture.js';

describePersistence('persistence', (fixture) => {
  const { report, create, placed } = fixture;

  it('has exactly the columns of the entities', async () => {
    const runner = fixture.writer.createQueryRunner();
    for (const entity of ENTITIES) {
      const metadata = fixture.writer.getMetadata(entity);
      const table = await runner.getTable(metadata.tableName);
      expect(table?.columns.map(({ name, isNullable }) => `${name} ${isNullable}`).sort()).toEqual(
        metadata.columns.map(({ databaseName, isNullable }) => `${databaseName} ${isNullable}`).sort(),
      );
    }
    await runner.release();
  });

  it.each([
    ['id', false],
    ['id', true],
    ['name', false],
    ['host', false],
    ['host', true],
    ['memory_mib', true],
  ] as const)('pages by marker over %s (descending: %s) without gaps or repeats', async (sortKey, descending) => {
    await report('a', 2);
    for (let i = 0; i < 7; i++) await (i % 3 ? create({ memoryMib: 64 * (i % 2) }) : placed('a'));
    const query = { scope: { projectId: 'p' }, filters: {}, sortKey, descending };
    const whole = await fixture.containers.list({ ...query, limit: 100, marker: null });
    const paged: string[] = [];
    for (let marker: string | null = null; ;) {
      const page = await fixture.containers.list({ ...query, limit: 2, marker });
      paged.push(...page.map(({ uuid }) => uuid));
      if (page.length < 2) break;
      marker = page[1]!.uuid;
    }
    expect(paged).toEqual(whole.map(({ uuid }) => uuid));
    expect(paged).toHaveLength(7);
  });

  it('shows a transaction to others only when it is whole', async () => {
    await report('a', 2);
    let seen: unknown[] = [];
    await expect(
      fixture.db.transaction(async (tx) => {
        await tx.execute('DELETE FROM compute_node');
        seen = await fixture.db.read('SELECT hostname FROM compute_node');
        throw new Error('never mind');
      }),
    ).rejects.toThrow('never mind');
    expect(seen).toHaveLength(1);
    expect(await fixture.hosts.byHostname('a')).not.toBeNull();
  });
});
