export { dialStream, type DialOptions } from './dial.js';
export { StreamGateway, type ExpectedStream, type GatewayOptions } from './gateway.js';
export type { StreamTicket } from './ticket.js';
