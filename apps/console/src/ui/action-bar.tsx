import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Container } from '../api/types.js';
import { act, ACTION_LABELS, isAllowed, type Action } from '../state/actions.js';
import { mayWrite } from '../state/session.js';
import { DeleteDialog } from './delete-dialog.js';
import { RenameDialog } from './rename-dialog.js';

export interface ActionBarProps {
  readonly container: Container;
  readonly actions: readonly Action[];
  /** Leave out what cannot be done now, instead of showing it greyed. */
  readonly isCompact?: boolean;
}

/** What can be done to a container. */
export function ActionBar({ container, actions, isCompact = false }: ActionBarProps): JSX.Element | null {
  const [open, setOpen] = useState<'delete' | 'rename' | null>(null);
  if (!mayWrite.value) return null;
  const close = (): void => setOpen(null);
  const shown = isCompact ? actions.filter((action) => isAllowed(action, container)) : actions;
  return (
    <div class="buttons">
      {shown.map((action) => (
        <button
          key={action}
          type="button"
          class={action === 'delete' ? 'danger-text' : undefined}
          disabled={!isAllowed(action, container)}
          aria-label={isCompact ? `${ACTION_LABELS[action]} ${container.name}` : undefined}
          onClick={() => (action === 'delete' || action === 'rename' ? setOpen(action) : void act(container, action))}
        >
          {ACTION_LABELS[action]}
        </button>
      ))}
      {open === 'delete' && <DeleteDialog container={container} onClose={close} />}
      {open === 'rename' && <RenameDialog container={container} onClose={close} />}
    </div>
  );
}
