import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { deleteContainer } from '../api/containers.js';
import type { Container } from '../api/types.js';
import { refresh } from '../state/live.js';
import { attempt } from '../state/toasts.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';

export interface ContainerDialogProps {
  readonly container: Container;
  readonly onClose: () => void;
}

/** What cannot be undone is confirmed by its name. */
export function DeleteDialog({ container, onClose }: ContainerDialogProps): JSX.Element {
  const { uuid, name, status } = container;
  const [typed, setTyped] = useState('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const isAccepted = await attempt(() => deleteContainer(uuid, status === 'Running'), `${name} is being deleted.`);
    // It may be gone already.
    if (isAccepted) await refresh(uuid).catch(() => undefined);
    onClose();
  };
  return (
    <Dialog title={`Delete ${name}?`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>
          {status === 'Running' ? 'It runs: it is stopped first. ' : ''}
          What was written inside is lost; named volumes stay.
        </p>
        <Field label={`Type ${name} to confirm`}>
          <input value={typed} onInput={(event) => setTyped(event.currentTarget.value)} autocomplete="off" autofocus />
        </Field>
        <div class="buttons end">
          <button type="button" onClick={onClose}>
            Keep it
          </button>
          <button type="submit" class="danger" disabled={typed !== name}>
            Delete
          </button>
        </div>
      </form>
    </Dialog>
  );
}
