import { describe } from 'vitest';
import { describeAbsence } from './absence.js';
import { describeArchives } from './archives.js';
import { describeCommit } from './commit.js';
import { describeCreate } from './create.js';
import { describeExec } from './exec.js';
import { describeHost } from './host.js';
import { describeImageArchives } from './image-archives.js';
import { describeImages } from './images.js';
import { describeLifecycle } from './lifecycle.js';
import { describeLogs } from './logs.js';
import { describeNetworks } from './networks.js';
import { describeTerminals } from './terminals.js';
import { describeUsage } from './usage.js';
import { conformanceContext } from './context.js';
import type { ConformanceOptions, EngineUnderTest } from './engine-under-test.js';

/** What every container engine must do; one suite for the real ones and the fake. */
export function describeContainerEngine(
  name: string,
  make: () => Promise<EngineUnderTest>,
  { lacks = {} }: ConformanceOptions = {},
): void {
  describe(`container engine: ${name}`, () => {
    const context = conformanceContext(make);
    describeHost(context);
    describeImages(context);
    describeCommit(context);
    describeImageArchives(context);
    describeCreate(context, lacks);
    describeNetworks(context, lacks);
    describeLifecycle(context);
    describeAbsence(context);
    describeLogs(context);
    describeExec(context);
    describeTerminals(context);
    describeUsage(context, lacks);
    describeArchives(context);
  });
}
