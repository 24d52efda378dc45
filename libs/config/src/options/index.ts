import { api, cors, ssl, websocket_proxy } from './api.js';
import { cinder_client, glance_client, neutron_client, placement_client, zun_client } from './clients.js';
import { compute, docker, network } from './compute.js';
import { database } from './database.js';
import { DEFAULT } from './default.js';
import { embedded_identity, keystone_auth, keystone_authtoken, oslo_policy } from './identity.js';
import * as inert from './inert.js';
import { quota, scheduler } from './scheduler.js';

/** Every option there is, in the order of the sample file. */
export const OPTIONS = {
  DEFAULT,
  api,
  ssl,
  cors,
  database,
  compute,
  docker,
  network,
  scheduler,
  quota,
  keystone_authtoken,
  keystone_auth,
  embedded_identity,
  oslo_policy,
  websocket_proxy,
  glance_client,
  neutron_client,
  cinder_client,
  placement_client,
  zun_client,
  ...inert,
};
