import { Controller, Inject } from '@nestjs/common';
import { runActions, RunActions } from '@zun/contracts';
import { Handles } from '@zun/transport';
import { ContainerWorkers } from './container-workers.js';

/**
 * Takes actions on. The message is done with as soon as a worker has it: were this process killed now, the next one would ask
 * for every unfinished action of its host.
 */
@Controller()
export class RunActionController {
  constructor(@Inject(ContainerWorkers) private readonly workers: ContainerWorkers) {}

  @Handles(runActions)
  run(message: RunActions): void {
    this.workers.accept(message);
  }
}
