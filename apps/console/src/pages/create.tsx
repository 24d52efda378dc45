import type { JSX, TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, messageOf } from '../api/api-error.js';
import { listZones } from '../api/admin.js';
import { createContainer } from '../api/containers.js';
import { go, href } from '../router.js';
import { put } from '../state/live.js';
import { isAdmin } from '../state/session.js';
import { Check, Field } from '../ui/field.js';
import { ErrorNote } from '../ui/notes.js';
import { useLoad } from '../ui/use-load.js';
import { EMPTY_FORM, errorsOf, requestOf, type CreateForm, type FieldErrors } from './create-form.js';

type TextName = { [K in keyof CreateForm]: CreateForm[K] extends string ? K : never }[keyof CreateForm];

export function Create(): JSX.Element {
  const [form, setForm] = useState(EMPTY_FORM);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { value: zones = [] } = useLoad(listZones, 'zones');

  const change = (name: TextName) => (event: TargetedEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>) => {
    setForm({ ...form, [name]: event.currentTarget.value });
    setErrors({ ...errors, [name]: undefined });
  };
  const bind = (name: TextName): object => ({ name, value: form[name], onInput: change(name), autocomplete: 'off' });

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { body, errors: found } = requestOf(form);
    setErrors(found);
    setRefusal(null);
    if (Object.keys(found).length > 0) return focusFirst(found);
    setBusy(true);
    try {
      const container = await createContainer(body);
      put(container);
      go('containers', container.uuid);
    } catch (error) {
      setBusy(false);
      const atField = error instanceof ApiError ? errorsOf(messageOf(error)) : null;
      if (!atField) return setRefusal(error);
      setErrors(atField);
      focusFirst(atField);
    }
  };

  return (
    <form class="create" onSubmit={(event) => void submit(event)} noValidate>
      <h1>Create container</h1>
      {refusal !== null && <ErrorNote error={refusal} />}
      <fieldset>
        <legend>What it runs</legend>
        <Field label="Image" hint="For example nginx:alpine, or registry.example/team/app:1.2" error={errors.image}>
          <input {...bind('image')} autofocus />
        </Field>
        <Field label="Name" hint="Empty: one is made up." error={errors.name}>
          <input {...bind('name')} />
        </Field>
        <Field label="Command" hint="Empty: the image’s own." error={errors.command} isWide>
          <input {...bind('command')} class="mono" placeholder="sh -c 'echo hello; sleep 1000'" />
        </Field>
        <Check
          label="Interactive, with a terminal to attach to"
          checked={form.interactive}
          onChange={(interactive) => setForm({ ...form, interactive })}
        />
      </fieldset>
      <fieldset>
        <legend>Resources</legend>
        <Field label="CPU" hint="Cores; half a core is 0.5." error={errors.cpu}>
          <input {...bind('cpu')} inputMode="decimal" placeholder="default" />
        </Field>
        <Field label="Memory" hint="MiB." error={errors.memory}>
          <input {...bind('memory')} inputMode="numeric" placeholder="default" />
        </Field>
        <Field label="When its process ends" error={errors.restart_policy}>
          <select {...bind('restart_policy')}>
            <option value="">Leave it stopped</option>
            <option value="on-failure">Restart it after a failure</option>
            <option value="always">Always restart it</option>
            <option value="unless-stopped">Restart it unless it was stopped</option>
          </select>
        </Field>
        <Field label="Availability zone" error={errors.availability_zone}>
          <select {...bind('availability_zone')}>
            <option value="">Any</option>
            {zones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </Field>
      </fieldset>
      <details>
        <summary>Environment, labels, ports, volumes</summary>
        <fieldset>
          <Field label="Environment" hint="One NAME=value on each line." error={errors.environment}>
            <textarea {...bind('environment')} rows={4} class="mono" spellcheck={false} />
          </Field>
          <Field label="Labels" hint="One NAME=value on each line." error={errors.labels}>
            <textarea {...bind('labels')} rows={4} class="mono" spellcheck={false} />
          </Field>
          <Field
            label="Volumes"
            hint="One VOLUME:/PATH on each line; a volume is made when it is first named."
            error={errors.mounts}
          >
            <textarea {...bind('mounts')} rows={3} class="mono" spellcheck={false} />
          </Field>
          <Field label="Ports" hint="That it listens on, such as 80, 53/udp." error={errors.exposed_ports}>
            <input {...bind('exposed_ports')} class="mono" />
          </Field>
          <Field label="Working directory" error={errors.workdir}>
            <input {...bind('workdir')} class="mono" />
          </Field>
          <Field label="Host name inside" error={errors.hostname}>
            <input {...bind('hostname')} />
          </Field>
          <Field label="Where the image is" error={errors.image_driver}>
            <select {...bind('image_driver')}>
              <option value="">Where the operator has set</option>
              <option value="docker">In a registry</option>
              <option value="glance">In Glance</option>
            </select>
          </Field>
          {isAdmin.value && (
            <Field label="Pull the image" error={errors.image_pull_policy}>
              <select {...bind('image_pull_policy')}>
                <option value="">As the operator has set</option>
                <option value="ifnotpresent">If the host does not have it</option>
                <option value="always">Always</option>
                <option value="never">Never</option>
              </select>
            </Field>
          )}
          <Check
            label="Remove it when its process ends"
            checked={form.auto_remove}
            onChange={(auto_remove) => setForm({ ...form, auto_remove })}
          />
        </fieldset>
      </details>
      <div class="buttons end">
        <a class="button" href={href('containers')}>
          Cancel
        </a>
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Creating …' : 'Create and start'}
        </button>
      </div>
    </form>
  );
}

function focusFirst(errors: FieldErrors): void {
  const names = Object.keys(errors);
  const control = [...document.querySelectorAll<HTMLElement>('form.create [name]')].find((one) =>
    names.includes(one.getAttribute('name')!),
  );
  control?.closest('details')?.setAttribute('open', '');
  control?.focus();
}
