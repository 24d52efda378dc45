import type { Config } from '@zun/config';
import type { EmbeddedIdentity } from '@zun/identity';
import { createKeystoneClient, type KeystoneClient } from '@zun/openstack';
import type { Logger } from '@zun/telemetry';

/** Knows which projects there are. */
export interface ProjectDirectory {
  /**
   * @returns of these, the ids that are no project's; one that it cannot tell of is never among them
   * @throws ServiceUnavailableError when it cannot be told now; DomainError of class conflict when this service may not know
   */
  findUnknown(ids: readonly string[]): Promise<readonly string[]>;
}

/** Dependency-injection token of the one directory of a process. */
export const PROJECT_DIRECTORY = Symbol('ProjectDirectory');

/** The projects of Keystone: one list of them all, and a look at each that is not in it. */
export class KeystoneProjects implements ProjectDirectory {
  constructor(private readonly keystone: Pick<KeystoneClient, 'listProjects' | 'hasProject'>) {}

  async findUnknown(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const listed = ids.length === 1 ? new Set<string>() : await this.keystone.listProjects();
    const unknown: string[] = [];
    for (const id of ids) if (!listed.has(id) && !(await this.keystone.hasProject(id))) unknown.push(id);
    return unknown;
  }
}

/** The projects of the embedded identity. */
export class EmbeddedProjects implements ProjectDirectory {
  constructor(private readonly identity: Pick<EmbeddedIdentity, 'hasProject'>) {}

  async findUnknown(ids: readonly string[]): Promise<readonly string[]> {
    return ids.filter((id) => !this.identity.hasProject(id));
  }
}

/**
 * Makes the directory that `[api] auth_strategy` asks for.
 * @param identity the embedded identity, for `embedded`
 * @throws Error naming options of `[keystone_authtoken]` that are missing
 */
export function createProjectDirectory(config: Config, logger: Logger, identity?: EmbeddedIdentity): ProjectDirectory {
  if (identity) return new EmbeddedProjects(identity);
  return new KeystoneProjects(createKeystoneClient(config.keystone_authtoken, logger));
}
