export * from './container-engine.js';
export * from './terminal.js';
export * from './network-driver.js';
export * from './network-host.js';
export * from './volume-driver.js';
export * from './volume-host.js';
