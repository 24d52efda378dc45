/** Test suites for implementations; a separate entry, as it imports the test runner. */
export { describeContainerEngine, type ConformanceOptions, type EngineUnderTest } from './engine/conformance.js';
