import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { messageOf } from '../api/api-error.js';
import { renameContainer } from '../api/containers.js';
import { put } from '../state/live.js';
import type { ContainerDialogProps } from './delete-dialog.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';

export function RenameDialog({ container, onClose }: ContainerDialogProps): JSX.Element {
  const [name, setName] = useState(container.name);
  const [error, setError] = useState<string>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      put(await renameContainer(container.uuid, name));
      onClose();
    } catch (refusal) {
      setError(messageOf(refusal));
    }
  };
  return (
    <Dialog title={`Rename ${container.name}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Field label="New name" error={error}>
          <input value={name} onInput={(event) => setName(event.currentTarget.value)} autocomplete="off" required />
        </Field>
        <div class="buttons end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={name === container.name}>
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  );
}
