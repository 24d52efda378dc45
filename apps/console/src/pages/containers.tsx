import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatAge, formatMib } from '../format/format.js';
import type { Container } from '../api/types.js';
import { href } from '../router.js';
import { inOrder, matches } from '../state/apply-event.js';
import { containers, listError, reload, showsAllProjects } from '../state/live.js';
import { isAdmin, mayWrite } from '../state/session.js';
import { ActionBar } from '../ui/action-bar.js';
import { Check } from '../ui/field.js';
import { Empty, ErrorNote, Loading } from '../ui/notes.js';
import { Status } from '../ui/status.js';
import { useNow } from '../ui/use-now.js';

/** Kept when one comes back to the list. */
const filter = signal('');

export function Containers(): JSX.Element {
  return (
    <>
      <div class="title-row">
        <h1>Containers</h1>
        {mayWrite.value && (
          <a class="button primary" href={href('create')}>
            Create container
          </a>
        )}
      </div>
      {listError.value !== null && <ErrorNote error={listError.value} retry={() => void reload()} />}
      <List />
    </>
  );
}

function List(): JSX.Element | null {
  const known = containers.value;
  if (!known) return listError.value === null ? <Loading what="containers" /> : null;
  const found = inOrder(known).filter((container) => matches(container, filter.value));
  return (
    <>
      <Toolbar found={found.length} all={known.size} />
      {known.size === 0 && <FirstContainer />}
      {known.size > 0 && found.length === 0 && (
        <Empty title="Nothing matches">
          <p>No container has “{filter.value}” in its name, image, status or labels.</p>
          <button type="button" onClick={() => (filter.value = '')}>
            Show all
          </button>
        </Empty>
      )}
      {found.length > 0 && <Table rows={found} />}
    </>
  );
}

function FirstContainer(): JSX.Element {
  return (
    <Empty title="No containers yet">
      <p>A container runs an image, such as a web server, without a server of your own.</p>
      {mayWrite.value && (
        <a class="button primary" href={href('create')}>
          Create your first
        </a>
      )}
    </Empty>
  );
}

function Toolbar({ found, all }: { readonly found: number; readonly all: number }): JSX.Element {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, dialog') !== null;
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  return (
    <div class="toolbar">
      <input
        ref={search}
        type="search"
        aria-label="Filter containers"
        placeholder="Filter by name, image, status, label  ( / )"
        value={filter.value}
        onInput={(event) => (filter.value = event.currentTarget.value)}
      />
      {isAdmin.value && (
        <Check label="All projects" checked={showsAllProjects.value} onChange={(checked) => (showsAllProjects.value = checked)} />
      )}
      <span class="muted small">{found === all ? `${all} in all` : `${found} of ${all}`}</span>
    </div>
  );
}

function Table({ rows }: { readonly rows: readonly Container[] }): JSX.Element {
  const now = useNow();
  return (
    <table class="cards">
      <caption class="unseen">Containers, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Status</th>
          <th scope="col">Image</th>
          <th scope="col">Resources</th>
          <th scope="col">Address</th>
          {isAdmin.value && <th scope="col">Host</th>}
          <th scope="col">Created</th>
          <th scope="col">
            <span class="unseen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((container) => (
          <Row key={container.uuid} container={container} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ container, now }: { readonly container: Container; readonly now: number }): JSX.Element {
  const { uuid, name, image, cpu, memory, addresses, host, created_at, status_reason } = container;
  return (
    <tr>
      <th scope="row" data-label="Name">
        <a href={href('containers', uuid)}>{name}</a>
      </th>
      <td data-label="Status">
        <Status {...container} />
        {container.status === 'Error' && status_reason && <p class="reason">{status_reason}</p>}
      </td>
      <td data-label="Image" class="mono">
        {image}
      </td>
      <td data-label="Resources" class="number">
        {cpu} CPU · {formatMib(Number(memory))}
      </td>
      <td data-label="Address" class="mono">
        {Object.values(addresses ?? {}).flat()[0]?.addr ?? '–'}
      </td>
      {isAdmin.value && <td data-label="Host">{host ?? '–'}</td>}
      <td data-label="Created">{created_at === null ? '–' : formatAge(created_at, now)}</td>
      <td class="row-actions">
        <ActionBar container={container} actions={['start', 'stop', 'unpause', 'delete']} isCompact />
      </td>
    </tr>
  );
}
