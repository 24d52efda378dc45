#!/usr/bin/env node
import { build } from './lib/build.mjs';
import { createSteps, main } from './lib/steps.mjs';

await main(() => createSteps().step('Building', build));
