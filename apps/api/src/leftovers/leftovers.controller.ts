import { Controller, Inject, Param } from '@nestjs/common';
import { PROJECT_DIRECTORY, type ProjectDirectory } from '@zun/auth';
import { DomainError } from '@zun/domain';
import { LeftoverStore } from '@zun/persistence';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { presentLeftover } from './present-leftover.js';

/** What deleted projects have left behind. */
@Controller()
export class LeftoversController {
  constructor(
    private readonly store: LeftoverStore,
    @Inject(PROJECT_DIRECTORY) private readonly projects: ProjectDirectory,
  ) {}

  @ServesOperation('listLeftovers')
  async list(): Promise<string> {
    const all = await this.store.list();
    const unknown = new Set(await this.projects.findUnknown(all.map(({ projectId }) => projectId)));
    const leftovers = all.filter(({ projectId }) => unknown.has(projectId));
    return JSON.stringify({ leftovers: leftovers.map(presentLeftover) });
  }

  @ServesOperation('purgeLeftovers')
  async purge(@Call() { context }: ApiCall, @Param('project') project: string): Promise<string> {
    const [unknown] = await this.projects.findUnknown([project]);
    if (unknown === undefined) throw projectExists(project);
    const before = await this.store.find(project);
    if (!before) throw nothingLeft(project);
    await this.store.requestPurge(context, project);
    // It may be done by now.
    return JSON.stringify(presentLeftover((await this.store.find(project)) ?? before));
  }
}

function projectExists(project: string): DomainError {
  const detail = `Project ${project} exists: only what deleted projects have left behind can be purged.`;
  return new DomainError('conflict', 'project-exists', detail);
}

function nothingLeft(project: string): DomainError {
  return new DomainError('not-found', 'leftovers-not-found', `Nothing is left of a project ${project}.`);
}
