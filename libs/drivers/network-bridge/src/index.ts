export { BridgeNetworkDriver, networkName, type BridgeNetworkOptions } from './bridge-network.driver.js';
