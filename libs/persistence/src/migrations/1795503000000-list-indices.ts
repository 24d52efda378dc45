import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * For pages of long lists, in each order that people ask for and with each filter; the key `id` ends every index by itself. The rest of the
 * columns can be sorted by as well, only that their first page takes longer in a project of very many containers: each index costs
 * every write.
 */
const INDICES = [
  ...['name', 'image', 'status', 'host', 'created_at', 'user_id'].map(
    (column) => new TableIndex({ name: `container_project_${column}`, columnNames: ['project_id', column] }),
  ),
  ...['image', 'status', 'created_at'].map((column) => new TableIndex({ name: `container_${column}`, columnNames: [column] })),
];

/** Lists of a million containers are as quick on their last page as on the first. */
export class ListIndices1795503000000 implements MigrationInterface {
  readonly name = 'ListIndices1795503000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndices('container', INDICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices('container', INDICES);
  }
}
