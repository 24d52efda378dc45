import { OPTIONS } from './options/index.js';
import type { AnyOption, SectionValues } from './option.js';

/** All values, typed from the table: `config.section.option`, names exactly as in the file. Frozen. */
export type Config = { readonly [S in SectionsWithValues]: SectionValues<(typeof OPTIONS)[S]> };

type SectionsWithValues = {
  [S in keyof typeof OPTIONS]: keyof SectionValues<(typeof OPTIONS)[S]> extends never ? never : S;
}[keyof typeof OPTIONS];

/** An option with its place. */
export interface PlacedOption {
  readonly section: string;
  readonly name: string;
  readonly option: AnyOption;
}

/** Every option, in the order of the sample file. */
export const ALL_OPTIONS: readonly PlacedOption[] = Object.entries(OPTIONS).flatMap(([section, { options }]) =>
  Object.entries<AnyOption>(options).map(([name, option]) => ({ section, name, option })),
);

export const SECTION_NAMES = Object.keys(OPTIONS);

const byPlace = new Map(ALL_OPTIONS.flatMap((placed) => namesOf(placed).map((name) => [key(placed.section, name), placed])));

/** @returns the option of that place or old name; `-` in a name is read as `_`, sections other than DEFAULT in any case */
export function findOption(section: string, name: string): PlacedOption | undefined {
  return byPlace.get(key(canonicalSection(section), name.replaceAll('-', '_')));
}

export function canonicalSection(section: string): string {
  return section === 'DEFAULT' ? section : section.toLowerCase();
}

/** The environment variable of an option, in oslo.config's form. */
export function environmentName(section: string, name: string): string {
  return `OS_${section}__${name}`.toUpperCase();
}

function namesOf({ name, option }: PlacedOption): string[] {
  return option.status === 'works' ? [name, ...(option.aliases ?? [])] : [name];
}

function key(section: string, name: string): string {
  return `${section}.${name}`;
}
