import { defineConfig } from 'vitest/config';

const conditions = ['@zun/source', 'node'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

const NEED_SERVERS = 'test/integration/servers/**/*.spec.ts';
const system = { testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false };

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        ...shared,
        test: { name: 'unit', include: ['libs/**/src/**/*.spec.ts', 'apps/**/src/**/*.spec.ts'] },
      },
      // Two at a time, each on an engine of its own: what takes a broker, a database or an engine away, and what must not miss them.
      {
        ...shared,
        test: { ...system, name: 'alone', include: ['test/{e2e,conformance,integration}/**/*.spec.ts'], exclude: [NEED_SERVERS] },
      },
      { ...shared, test: { ...system, name: 'servers', include: ['test/{distributed,faults}/**/*.spec.ts', NEED_SERVERS] } },
    ],
  },
});
