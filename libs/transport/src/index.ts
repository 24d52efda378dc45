export * from './transport.js';
export * from './nest.js';
