export { createTransport, type CreateTransportOptions } from './create-transport.js';
export type { TransportLogger } from './dispatch.js';
export { MemoryTransport } from './memory.transport.js';
export { ContractServer, Handles, startContractServer, type ContractServerOptions } from './nest.js';
export { RabbitMqTransport, type RabbitMqOptions } from './rabbitmq.transport.js';
export {
  addressOf,
  on,
  TRANSPORT,
  type Handler,
  type Registration,
  type RequestOptions,
  type SendOptions,
  type Transport,
} from './transport.js';
