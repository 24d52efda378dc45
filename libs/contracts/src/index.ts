import 'reflect-metadata';
export * from './contract.js';
export * from './compute.contracts.js';
export * from './image.contracts.js';
export * from './scheduler.contracts.js';
export * from './validation.js';
