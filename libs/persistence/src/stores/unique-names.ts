import { ContainerAlreadyExistsError } from '@zun/domain';
import type { Transaction } from '../database.js';
import type { ContainerRow } from '../entities/index.js';

/** Among which containers a name is given once; null: names need not be unique. */
export type NameScope = 'project' | 'global' | null;

/** Columns that go with a name. */
export type NameColumns = Pick<ContainerRow, 'name' | 'name_key' | 'unique_name'>;

/** The key is in lower case, as names that differ only in that are the same name. */
export function nameColumns(name: string, projectId: string, scope: NameScope): NameColumns {
  const key = name.toLowerCase();
  const owner = scope === 'project' ? projectId : '';
  return { name, name_key: key, unique_name: scope === null ? null : `${owner}:${key}` };
}

/**
 * Refuses a name that is taken. Of two that take it at once, the database lets one write its `unique_name`; this look finds names that
 * were given before the operator wanted them unique.
 * @param own the container that is to have the name
 * @throws ContainerAlreadyExistsError
 */
export async function demandFreeName(
  tx: Transaction,
  own: { readonly uuid: string; readonly project_id: string; readonly name_key: string },
  scope: NameScope,
): Promise<void> {
  if (scope === null) return;
  const { uuid, project_id: projectId, name_key: key } = own;
  const within = scope === 'project' ? ' AND project_id = ?' : '';
  const [taken] = await tx.query(`SELECT uuid FROM container WHERE name_key = ? AND uuid <> ?${within} LIMIT 1`, [
    key,
    uuid,
    ...(scope === 'project' ? [projectId] : []),
  ]);
  if (taken) throw new ContainerAlreadyExistsError(key);
}
