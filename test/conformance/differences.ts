import type { Recorded } from './recorded.js';

/** Requests that cannot be compared; they are neither sent nor counted. */
export interface LeftOut {
  readonly because: string;
  applies(row: Recorded): boolean;
}

const one = (...ids: string[]): LeftOut['applies'] => {
  return ({ id }) => ids.includes(id);
};

export const LEFT_OUT: readonly LeftOut[] = [
  { because: 'capsules are not served yet', applies: ({ path }) => path.startsWith('/v1/capsules') },
  {
    because: 'the container was stopped, or deleted, at the moment of the recording, by a request that is not in it',
    applies: one(
      'query-top-00',
      'query-stats-00',
      'delete-running',
      'at-1.30-/v1/containers/{running}/container_actions',
      'at-1.38-/v1/containers/{running}/container_actions',
    ),
  },
  {
    because: 'volumes by name are of Cinder: a volume of a host is made when its name is used first',
    applies: one('create/mounts-03', 'create/mounts-05'),
  },
];

/** Where we answer otherwise on purpose. */
export interface Difference {
  readonly because: string;
  /** What we answer. */
  readonly status: number;
  readonly ids: readonly string[];
}

export const DIFFERENCES: readonly Difference[] = [
  // Where Zun failed, or closed the connection.
  {
    because: 'a version out of range is not acceptable',
    status: 406,
    ids: ['version/container 1.0', 'version/container 2.0'],
  },
  { because: 'there is a 1.41, which follows logs and stats', status: 200, ids: ['version/container 1.41'] },
  { because: 'a collection cannot be deleted', status: 405, ids: ['method/DELETE'] },
  { because: 'logs of neither stream make no sense', status: 400, ids: ['query-logs-09'] },
  {
    because: 'a parameter is missing',
    status: 400,
    ids: [
      'query-get_archive-00',
      'query-resize-00',
      'query-resize-03',
      'query-put_archive-00',
      'query-put_archive-01',
      'net-post-admin-3',
      'svc-admin-enable-0',
      'svc-admin-disable-0',
      'svc-admin-force_down-0',
      'svc-admin-force_down-1',
      'svc-admin-force_down-2',
    ],
  },
  { because: 'a path that is not there is an error of who asks', status: 400, ids: ['query-get_archive-01'] },
  { because: 'memory that is too little for the engine is an error of who asks', status: 400, ids: ['patch-05'] },
  { because: 'the value of a label cannot be null', status: 400, ids: ['create/labels-06'] },
  { because: 'there is no such type of mount', status: 400, ids: ['create/mounts-09'] },
  {
    because: 'a registry that is out of reach is a conflict with how things are, told as it is',
    status: 409,
    ids: [
      'get-demo-/v1/images/busybox/search?image_driver=docker',
      'get-admin-/v1/images/busybox/search',
      'get-other-/v1/images/busybox/search',
    ],
  },
  // Where Zun did what its users do not want.
  { because: 'Zun renames to "None"; a name that is null names nothing', status: 200, ids: ['patch-10'] },
  { because: 'a line feed at the end of a name breaks every script that lists names', status: 400, ids: ['create/name-12'] },
  {
    because: 'the engine refuses a variable without a name; Zun tells so only in an Error later',
    status: 400,
    ids: ['create/environment-06'],
  },
  { because: 'there is no port 99999; Zun tells so only in an Error later', status: 400, ids: ['create/exposed_ports-08'] },
];
