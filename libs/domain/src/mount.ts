/** A file that the tenant gives along: it is put into the container before its first start. */
export interface FileMount {
  readonly kind: 'file';
  /** An absolute path of the container. */
  readonly destination: string;
  /** Base64. */
  readonly content: string;
}

/** A volume that a host mounts. */
export interface VolumeMount {
  readonly kind: 'volume';
  readonly destination: string;
  /** The uuid of its record. */
  readonly volume: string;
  /** Made for this container, and deleted with it. */
  readonly isOwned: boolean;
}

/** What a host mounts into a container. */
export type Mount = FileMount | VolumeMount;

/** What a tenant asks to be mounted: a file, a volume by name or uuid, or a new volume of the container's own. */
export type MountRequest =
  | FileMount
  | { readonly kind: 'named'; readonly destination: string; readonly source: string }
  | { readonly kind: 'new'; readonly destination: string; readonly sizeGib: number };
