export { BridgeNetworkDriver, type BridgeNetworkOptions } from './bridge-network.driver.js';
