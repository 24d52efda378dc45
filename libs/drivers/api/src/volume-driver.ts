import type { VolumeMount } from '@zun/domain';

/** What an engine mounts: one of its own volumes by name, or a directory of the host by path. */
export interface EngineMount {
  readonly source: string;
  /** An absolute path of the container. */
  readonly destination: string;
}

/** Whose container it is that a volume is for. */
export interface VolumeUser {
  readonly uuid: string;
  readonly projectId: string;
}

/**
 * Brings volumes to this host and to its containers. Every call is idempotent, keyed by the volume's uuid and the container's: a host may
 * be killed in the middle of one and is asked again.
 *
 * A driver of volumes that come over the network (Cinder) reserves, connects and mounts in `attach`, and undoes that in `detach` when
 * no other container of this host has the volume.
 */
export interface VolumeDriver {
  /** Makes the volume ready. @returns what the engine is to mount */
  attach(mount: VolumeMount, user: VolumeUser): Promise<EngineMount>;
  /** Lets go of the volume after the engine's container is gone, and deletes it when it was the container's own. */
  detach(mount: VolumeMount, user: VolumeUser): Promise<void>;
  /** Uuids of all volumes that this host's service has here. */
  list(): Promise<readonly string[]>;
  /** Deletes a volume and what is in it; gone already is success, one that a container has is refused (conflict). */
  remove(volume: string): Promise<void>;
}
