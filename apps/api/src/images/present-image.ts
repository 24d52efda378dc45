import { IMAGE_FIELDS } from '@zun/api-schema';
import type { SearchedImage } from '@zun/contracts';
import type { ImageRow } from '@zun/persistence';

const FIELDS = Object.keys(IMAGE_FIELDS) as (keyof typeof IMAGE_FIELDS)[];

/** An image as the API shows it. */
export function presentImage(row: ImageRow, origin: string): Record<string, unknown> {
  const links = [
    { href: `${origin}/v1/images/${row.uuid}`, rel: 'self' },
    { href: `${origin}/images/${row.uuid}`, rel: 'bookmark' },
  ];
  return { links, ...Object.fromEntries(FIELDS.map((name) => [name, row[name]])) };
}

/** An item of a search, as Zun's Docker driver shows it. */
export function presentFound({ name, description, isAutomated, isOfficial, stars }: SearchedImage): Record<string, unknown> {
  return { name, description, is_automated: isAutomated, metadata: { is_official: isOfficial, star_count: stars } };
}
