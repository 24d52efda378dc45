import type { ConfigMistake } from './config-error.js';
import { RuleBroken, type Option } from './option.js';
import type { Sources } from './sources.js';
import { ALL_OPTIONS, findOption } from './table.js';

/** One option after all sources were heard. */
export interface Resolved {
  readonly section: string;
  readonly name: string;
  readonly option: Option<unknown>;
  /** The text in force with its references replaced; undefined when unset. */
  readonly text: string | undefined;
  /** Where it came from: `FILE:LINE`, an environment variable, or `default`. */
  readonly origin: string;
  readonly value: unknown;
}

/** Finds each option's text, replaces `$name`, `${name}` and `${section.name}` in it, and reads its value. */
export class Resolver {
  readonly mistakes: ConfigMistake[] = [];
  private readonly defaults = new Map<Option<unknown>, string | undefined>();

  constructor(private readonly sources: Sources) {}

  resolveAll(): Resolved[] {
    return ALL_OPTIONS.flatMap(({ section, name, option }) =>
      option.status === 'works' ? [this.resolve(section, name, option)] : [],
    );
  }

  private resolve(section: string, name: string, option: Option<unknown>): Resolved {
    const given = this.sources.valuesOf({ section, name });
    const origin = given.at(-1)?.origin ?? 'default';
    try {
      const text = this.textOf(section, name, option, []);
      return { section, name, option, origin, text, value: readValue(option, text, given.length > 0) };
    } catch (error) {
      this.mistakes.push({ where: `[${section}] ${name}`, problem: this.describe(error, section, name, option, origin) });
      return { section, name, option, origin, text: undefined, value: null };
    }
  }

  /** @param asking the options whose text refers to this one, to notice a circle */
  private textOf(section: string, name: string, option: Option<unknown>, asking: readonly string[]): string | undefined {
    const place = `${section}.${name}`;
    if (asking.includes(place)) throw new RuleBroken(`refers to itself: ${[...asking, place].join(' -> ')}`);
    const raw = this.rawText(section, name, option);
    return raw?.replaceAll('\\$', '$$$$').replace(REFERENCE, (whole, braced?: string, bare?: string) => {
      const target = braced ?? bare;
      return target === undefined ? (whole === '$$' ? '$' : whole) : this.referred(section, target, [...asking, place]);
    });
  }

  private rawText(section: string, name: string, option: Option<unknown>): string | undefined {
    const given = this.sources.valuesOf({ section, name });
    if (given.length === 0) return this.defaultOf(option);
    return given.at(-1)?.text;
  }

  private defaultOf(option: Option<unknown>): string | undefined {
    if (!this.defaults.has(option)) {
      this.defaults.set(option, typeof option.default === 'function' ? option.default() : option.default);
    }
    return this.defaults.get(option);
  }

  /** A name without a section is looked up in the section it stands in, then in DEFAULT. */
  private referred(section: string, reference: string, asking: readonly string[]): string {
    const [first = '', second] = reference.split('.', 2);
    const placed =
      second === undefined ? (findOption(section, first) ?? findOption('DEFAULT', first)) : findOption(first, second);
    if (placed?.option.status !== 'works') {
      throw new RuleBroken(`refers to $${reference}, which is no option; a literal dollar sign is written $$`);
    }
    return this.textOf(placed.section, placed.name, placed.option, asking) ?? '';
  }

  private describe(error: unknown, section: string, name: string, option: Option<unknown>, origin: string): string {
    if (!(error instanceof RuleBroken)) throw error;
    const raw = this.rawText(section, name, option) ?? '';
    const shown = option.secret ? '****' : raw;
    return `= ${JSON.stringify(shown)} ${error.message || `must be ${option.rule}`} (${origin})`;
  }
}

/** `$$`, `${name}`, `$name`; a `$` before anything else stands for itself. */
const REFERENCE = /\$(?:\$|\{([a-z_][\w.]*)\}|([a-z_]\w*(?:\.[a-z_]\w*)?))/gi;

/** An option set to nothing is unset, if it may be. */
function readValue(option: Option<unknown>, text: string | undefined, given: boolean): unknown {
  if (text === undefined) return null;
  const mayBeUnset = option.default === undefined;
  if (given && text.trim() === '' && mayBeUnset) return null;
  return deepFreeze(option.parse(text.trim()));
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
