/** Whose name a request to another service is made in. {@link KeystoneSession} is one; a tenant's own token is another. */
export interface TokenSource {
  /** @throws ServiceUnavailableError when there is none to be had */
  token(): Promise<string>;
  /** Tells that a service refused a token that {@link token} gave. */
  drop(token: string): void;
}

/** The token that came with a tenant's request. */
export function fixedToken(token: string): TokenSource {
  return { token: () => Promise.resolve(token), drop: () => undefined };
}

/** States of an image in which its content can still come, or is there; the others are of no use to anybody. */
export type GlanceStatus =
  'queued' | 'saving' | 'importing' | 'uploading' | 'active' | 'deactivated' | 'killed' | 'deleted' | 'pending_delete';

/** An image as Glance v2 shows it. */
export interface GlanceImage {
  readonly id: string;
  readonly name: string | null;
  readonly status: GlanceStatus;
  /** `docker` for what `docker save` writes. */
  readonly containerFormat: string | null;
  readonly diskFormat: string | null;
  /** Bytes; null until it has content. */
  readonly sizeBytes: number | null;
  /** All fields as Glance answered them. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface NewGlanceImage {
  /** Default: Glance chooses one. One that was ever used is refused as a conflict. */
  readonly id?: string;
  /** The id of its project; default: that of the user. Only administrators may name another. */
  readonly owner?: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly containerFormat: string;
  readonly diskFormat: string;
}

export interface ListGlanceOptions {
  /** Exactly this name. */
  readonly name?: string;
  readonly containerFormat?: string;
}

export interface TransferOptions {
  /** Aborting it ends the transfer; the call, or the content, then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface GlanceDownload {
  /** Bytes to come; null when Glance does not tell. */
  readonly sizeBytes: number | null;
  /** Throws at its end when what came is not what was stored: it must not be used before it has ended well. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Images as one user sees them. Errors, all of them of `DomainError`: `ServiceUnavailableError` when Glance does not answer, answers 5xx or
 * takes no token (worth another try); of class `forbidden`, `conflict`, `too-large`, `over-quota` or `invalid` with Glance's own
 * reason when it says no.
 */
export interface ImageService {
  /** @returns null when there is none, or none that this user may see */
  get(id: string): Promise<GlanceImage | null>;
  /** At most a thousand, newest first. */
  list(options?: ListGlanceOptions): Promise<readonly GlanceImage[]>;
  /** An image without content. */
  create(image: NewGlanceImage): Promise<GlanceImage>;
  /** Gone already is success. */
  delete(id: string): Promise<void>;
  /**
   * Gives an image its content, of unknown length; it is active afterwards. Held back as Glance reads.
   * @throws also what `content` throws: Glance is then left with an image without content
   */
  upload(id: string, content: AsyncIterable<Uint8Array>, options?: TransferOptions): Promise<void>;
  /** Held back as it is read. @throws DomainError of class not-found when there is no such image, conflict when it has no content */
  download(id: string, options?: TransferOptions): Promise<GlanceDownload>;
}

/** The cloud's image service. */
export interface Glance {
  /** Whether Keystone's catalog knows an image service; what it said is believed for a while. @throws ServiceUnavailableError */
  isOffered(): Promise<boolean>;
  /** Its images as the owner of a token sees them. */
  as(user: TokenSource): ImageService;
}
