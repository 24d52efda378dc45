/** Test suites for implementations; a separate entry, as it imports the test runner. */
export { describeContainerEngine } from './engine/conformance/container-engine.js';
export type { ConformanceOptions, EngineUnderTest } from './engine/conformance/engine-under-test.js';
