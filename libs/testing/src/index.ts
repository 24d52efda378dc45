export { FakeEngine, type EngineVerb, type FakeEngineOptions } from './engine/fake-engine.js';
export { FakeWorld, type FakeContainer, type FakeImage } from './engine/fake-world.js';
export type { Fault, FaultKind } from './engine/faults.js';
export { FakeClock, settle } from './fake-clock.js';
export { makeSpec } from './make-spec.js';
export { makeTar } from './make-tar.js';
export { FakeNetworkHost } from './fake-network-host.js';
export { FakeNetworkDriver } from './fake-network-driver.js';
export { RecordingTransport, type SentMessage } from './recording-transport.js';
