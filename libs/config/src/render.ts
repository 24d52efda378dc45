import { OPTIONS } from './options/index.js';
import type { Option } from './option.js';
import type { Resolved } from './resolve.js';
import { ALL_OPTIONS, environmentName, SECTION_NAMES } from './table.js';

const WIDTH = 100;

/** The text of `--help`. */
export function renderHelp(program: string): string {
  const head = [
    `Usage: ${program} [--config-file FILE]… [--config-dir FOLDER]…`,
    '',
    '  --config-file FILE    read an INI file; may be repeated, a later one wins',
    '  --config-dir FOLDER   read every *.conf in it, by name',
    '  --print-config        print the options in force and where each comes from, secrets hidden; start nothing',
    '  --sample-config       print a file with every option and its default',
    '  --version             print the version',
    '  -h, --help            print this',
    '',
    'Each option can also be given in the environment, as OS_<SECTION>__<OPTION>; that wins over files.',
    'In a value, $name and ${section.name} stand for another option, $$ for a dollar sign.',
  ];
  return [...head, ...sections((section, name, option) => helpOf(section, name, option))].join('\n') + '\n';
}

/** The text of `--sample-config`: every option commented out with its default. */
export function renderSample(): string {
  const head = ['# Every option, with its default. Remove the # before a line to change it.'];
  const body = sections(
    (_, name, option) => [...wrap(describe(option), '# '), `#${name} = ${defaultText(option)}`],
    (section) => wrap(OPTIONS[section].help, '# '),
  );
  return [...head, ...body].join('\n') + '\n';
}

/** The text of `--print-config`. Secrets are hidden. */
export function renderValues(resolved: readonly Resolved[]): string {
  const lines: string[] = [];
  for (const section of SECTION_NAMES) {
    const values = resolved.filter((value) => value.section === section);
    if (values.length > 0) lines.push(`[${section}]`, ...values.map(valueLine), '');
  }
  return lines.join('\n');
}

function valueLine({ name, text, option, origin }: Resolved): string {
  if (text === undefined) return `# ${name} is unset`;
  const shown = option.secret && text !== '' ? option.mask(text) : text.replaceAll('\n', ',');
  return `${`${name} = ${shown}`.padEnd(60)}  # ${origin}`;
}

function sections(
  render: (section: string, name: string, option: Option<unknown>) => string[],
  intro: (section: keyof typeof OPTIONS) => string[] = (section) => [`  ${OPTIONS[section].help}`],
): string[] {
  return (Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]).flatMap((section) => {
    const options = ALL_OPTIONS.filter((placed) => placed.section === section);
    const texts = options.flatMap(({ name, option }) =>
      option.status === 'works' ? ['', ...render(section, name, option)] : [],
    );
    return texts.length === 0 ? [] : ['', `[${section}]`, ...intro(section), ...texts];
  });
}

function helpOf(section: string, name: string, option: Option<unknown>): string[] {
  return [
    `  ${name}  (${environmentName(section, name)})`,
    ...wrap(describe(option), '      '),
    `      Default: ${defaultText(option) || 'unset'}`,
  ];
}

function describe(option: Option<unknown>): string {
  const obvious = option.type === 'string' || option.type === 'path';
  return obvious ? option.help : `${option.help} Must be ${option.rule}.`;
}

/** A secret's default is public anyway: it is in the sample of every copy. */
function defaultText(option: Option<unknown>): string {
  return option.defaultText ?? (typeof option.default === 'string' ? option.default : '');
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
