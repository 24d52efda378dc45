#!/usr/bin/env node
/** `npm run users -- add|list|remove …`: who may use the embedded service. */
import { join } from 'node:path';
import { home } from './lib/paths.mjs';
import { main } from './lib/steps.mjs';
import { manageUsers } from './lib/users.mjs';

await main(async () => {
  process.exitCode = await manageUsers(join(home, 'zun.conf'), process.argv.slice(2), (text) => process.stdout.write(text));
});
