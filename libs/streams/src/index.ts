export { dialStream, type DialOptions } from './dial.js';
export { endFrames, receiveFrames, sendFrame, sendFrames, type ReceiveOptions, type SendOptions } from './frames.js';
export { StreamGateway, type ExpectedStream, type GatewayOptions } from './gateway.js';
