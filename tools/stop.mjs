#!/usr/bin/env node
/** `npm stop`: ends the service that `npm start` began. */
import { join } from 'node:path';
import { stopDaemon } from './lib/daemon.mjs';
import { home } from './lib/paths.mjs';
import { createSteps, main } from './lib/steps.mjs';

const { step, print } = createSteps();

await main(async () => {
  await step('Service', async (say) => say((await stopDaemon(join(home, 'zun.pid'))) ? 'stopped' : 'was not running'));
  print('\nContainers and data stay; npm start brings it back.');
});
