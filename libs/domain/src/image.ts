/**
 * What is to become of an image on a host: it is to be there, or not to be there any more. One that was committed for Glance is to be
 * there and not here any more; should it not have been made, or when it is not wanted after all, in neither place.
 */
export const IMAGE_WISHES = ['present', 'absent', 'published', 'discarded'] as const;
export type ImageWishKind = (typeof IMAGE_WISHES)[number];

/** What an administrator sees of it. */
export type ImageStatus = 'Pulling' | 'Saving' | 'Available' | 'Error' | 'Deleting';

/** An image that is wanted on, or away from, a host: the row's wanted state, and all that the host needs for it. */
export interface ImageWish {
  readonly uuid: string;
  /** Grows with each wish about the same image: of two the newer one counts, in whatever order they arrive. */
  readonly revision: number;
  readonly kind: ImageWishKind;
  /** `[registry/]path:tag`. */
  readonly reference: string;
  /** Its uuid in Glance, which it comes from or goes to; null or absent: Glance has no part in it. */
  readonly glanceImage?: string | null;
  /** absent: it came with our pull, so it may be removed from the engine. What was there before is not ours. */
  readonly isOurs: boolean;
  readonly requestId: string;
}
