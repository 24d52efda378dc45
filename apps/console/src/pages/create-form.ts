import { splitWords } from '@zun/domain';
import { fieldOf } from '../api/api-error.js';
import { parsePairs } from '../format/pairs.js';

/** What is in the controls of the form. */
export interface CreateForm {
  readonly image: string;
  readonly name: string;
  readonly command: string;
  readonly cpu: string;
  readonly memory: string;
  readonly environment: string;
  readonly labels: string;
  readonly restart_policy: string;
  readonly exposed_ports: string;
  readonly mounts: string;
  readonly workdir: string;
  readonly hostname: string;
  readonly availability_zone: string;
  readonly image_driver: string;
  readonly image_pull_policy: string;
  readonly interactive: boolean;
  readonly auto_remove: boolean;
}

export type FieldErrors = Readonly<Partial<Record<keyof CreateForm, string>>>;

export const EMPTY_FORM: CreateForm = {
  image: '',
  name: '',
  command: '',
  cpu: '',
  memory: '',
  environment: '',
  labels: '',
  restart_policy: '',
  exposed_ports: '',
  mounts: '',
  workdir: '',
  hostname: '',
  availability_zone: '',
  image_driver: '',
  image_pull_policy: '',
  interactive: true,
  auto_remove: false,
};

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function parseMount(line: string): object {
  const at = line.indexOf(':');
  const [source, destination] = [line.slice(0, at), line.slice(at + 1)];
  if (at < 1 || !destination.startsWith('/')) throw new Error(`Each line must be VOLUME:/PATH, and “${line}” is not.`);
  return { type: 'volume', source, destination };
}

/** How each text becomes what the API takes; each throws what is wrong with it. */
const PARSERS: Readonly<Partial<Record<keyof CreateForm, (text: string) => unknown>>> = {
  command: splitWords,
  environment: parsePairs,
  labels: parsePairs,
  restart_policy: (text) => ({ Name: text }),
  exposed_ports: (text) => Object.fromEntries(text.split(/[\s,]+/).map((port) => [port, {}])),
  mounts: (text) => lines(text).map(parseMount),
};

/** The body of a create, or what is wrong with it by field; what is empty is left to the API. */
export function requestOf(form: CreateForm): { readonly body: object; readonly errors: FieldErrors } {
  const body: Record<string, unknown> = { interactive: form.interactive, tty: form.interactive, auto_remove: form.auto_remove };
  const errors: Partial<Record<keyof CreateForm, string>> = {};
  for (const [name, value] of Object.entries(form) as [keyof CreateForm, string | boolean][]) {
    if (typeof value !== 'string' || value.trim() === '') continue;
    try {
      body[name] = PARSERS[name]?.(value.trim()) ?? value.trim();
    } catch (error) {
      errors[name] = (error as Error).message;
    }
  }
  if (form.image.trim() === '') errors.image = 'Which image is it to run?';
  return { body, errors };
}

/** A refusal of the API as an error at its field; null when it is about none. */
export function errorsOf(message: string): FieldErrors | null {
  const name = fieldOf(message, Object.keys(EMPTY_FORM));
  return name === undefined ? null : { [name]: message };
}
