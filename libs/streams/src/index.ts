export { dialStream, type DialOptions } from './dial.js';
export { receiveFrames, sendFrames } from './frames.js';
export { StreamGateway, type ExpectedStream, type GatewayOptions } from './gateway.js';
