import type { Params } from '@zun/api-schema';
import { InvalidValueError, isReservedReference, parseImageReference, type ImageReference } from '@zun/domain';

/** A name and its tag, whatever characters they have. */
export interface NameAndTag {
  readonly repo: string;
  readonly tag: string;
}

/** Splits at the tag, `latest` when there is none: tenants name their own images more freely than registries do. */
export function splitName(text: string): NameAndTag {
  const colon = text.lastIndexOf(':');
  if (colon === -1 || text.indexOf('/', colon) !== -1) return { repo: text, tag: 'latest' };
  return { repo: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** The image driver that a request names; Python clients send the text None for nothing. */
export function imageDriverOf({ image_driver: named }: Params): string | null {
  return typeof named === 'string' && named !== '' && named !== 'None' ? named : null;
}

/** @throws InvalidValueError for what no image is called, and for the names that engines have for images of tenants */
export function demandImageName(text: string): ImageReference {
  const reference = parseImageReference(text, null);
  if (isReservedReference(reference)) throw new InvalidValueError(`image: the name ${reference.path} is reserved`);
  return reference;
}
