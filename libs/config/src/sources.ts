import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigMistake } from './config-error.js';
import { parseIni } from './ini.js';
import { nearest } from './nearest.js';
import { ALL_OPTIONS, canonicalSection, environmentName, findOption, SECTION_NAMES, type PlacedOption } from './table.js';

/** A text given for an option, and where. */
export interface GivenValue {
  readonly text: string;
  /** `FILE:LINE`, or the environment variable. */
  readonly origin: string;
}

/** Something to tell the operator that does not stop the start. */
export interface ConfigNotice {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** What all sources together give, in rising priority. */
export class Sources {
  readonly mistakes: ConfigMistake[] = [];
  readonly notices: ConfigNotice[] = [];
  private readonly given = new Map<string, GivenValue[]>();

  /** @returns what was given for an option; the last one wins unless the option takes several */
  valuesOf({ section, name }: Pick<PlacedOption, 'section' | 'name'>): readonly GivenValue[] {
    return this.given.get(`${section}.${name}`) ?? [];
  }

  addFile(file: string): void {
    const content = this.tryRead(file);
    const { entries, mistakes } = parseIni(content ?? '');
    for (const { line, problem } of mistakes) this.mistakes.push({ where: `${file}:${line}`, problem });
    for (const { section, name, value, line } of entries) {
      this.add(findOption(section, name), { text: value, origin: `${file}:${line}` }, () => unknownOption(section, name));
    }
  }

  /** Adds every `*.conf` of a folder, by name. */
  addFolder(folder: string): void {
    try {
      const files = readdirSync(folder).filter((name) => name.endsWith('.conf'));
      files.sort().forEach((name) => this.addFile(join(folder, name)));
    } catch (error) {
      this.mistakes.push({ where: folder, problem: `cannot be read: ${messageOf(error)}` });
    }
  }

  /** `OS_<SECTION>__<OPTION>`; wins over all files. */
  addEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    for (const [variable, text] of Object.entries(env)) {
      const [, section, name] = /^OS_([A-Z0-9_]+?)__([A-Z0-9_]+)$/.exec(variable) ?? [];
      if (text === undefined || section === undefined || name === undefined) continue;
      const placed = findOption(section === 'DEFAULT' ? section : section.toLowerCase(), name.toLowerCase());
      this.add(placed, { text, origin: variable }, () => unknownVariable(variable));
    }
  }

  private add(placed: PlacedOption | undefined, value: GivenValue, unknown: () => string): void {
    if (!placed) {
      this.notices.push({ level: 'warn', message: `${value.origin}: ${unknown()}` });
      return;
    }
    const key = `${placed.section}.${placed.name}`;
    if (placed.option.status !== 'works') this.tellInert(placed, value.origin, placed.option.reason);
    this.given.set(key, [...(this.given.get(key) ?? []), value]);
  }

  private tellInert({ section, name, option }: PlacedOption, origin: string, reason: string): void {
    const effect = option.status === 'not-yet' ? 'has no effect yet' : 'has no effect here';
    this.notices.push({ level: 'info', message: `${origin}: [${section}] ${name} ${effect}: ${reason}` });
  }

  private tryRead(file: string): string | undefined {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      this.mistakes.push({ where: file, problem: `cannot be read: ${messageOf(error)}` });
      return undefined;
    }
  }
}

function unknownOption(section: string, name: string): string {
  const known = canonicalSection(section);
  if (!SECTION_NAMES.includes(known)) return `unknown section [${section}]${suggest(nearest(section, SECTION_NAMES), '[', ']')}`;
  const here = ALL_OPTIONS.filter((placed) => placed.section === known).map((placed) => placed.name);
  const near = nearest(name, here);
  const elsewhere = near ? undefined : ALL_OPTIONS.find((placed) => placed.name === name);
  const hint = elsewhere ? `; there is one in [${elsewhere.section}]` : suggest(near);
  return `unknown option ${name} in [${section}]${hint}`;
}

function unknownVariable(variable: string): string {
  const names = ALL_OPTIONS.map(({ section, name }) => environmentName(section, name));
  return `no option has this environment variable${suggest(nearest(variable, names))}`;
}

function suggest(name: string | undefined, before = '', after = ''): string {
  return name === undefined ? '' : `; did you mean ${before}${name}${after}?`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
