export {
  fixedToken,
  type Glance,
  type GlanceDownload,
  type GlanceImage,
  type GlanceStatus,
  type ImageService,
  type ListGlanceOptions,
  type NewGlanceImage,
  type TokenSource,
  type TransferOptions,
} from './glance.js';
export {
  HttpClient,
  type HttpClientOptions,
  type HttpRequest,
  type HttpResponse,
  type StreamRequest,
  type StreamResponse,
} from './http-client.js';
export { connectGlance, type GlanceConnection } from './connect-glance.js';
export { GlanceClient } from './glance-client.js';
export { createKeystoneClient, KeystoneClient } from './keystone-client.js';
export { credentialsFrom, v3Url, type DomainRef, type KeystoneCredentials } from './keystone-credentials.js';
export { createKeystoneLogin, KeystoneLogin, type ListedProject } from './keystone-login.js';
export { KeystoneSession } from './keystone-session.js';
export { ServiceCatalog, type EndpointChoice } from './service-catalog.js';
export { parseTokenData, type TokenData } from './token-data.js';
