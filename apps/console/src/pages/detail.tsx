import type { JSX } from 'preact';
import { ApiError } from '../api/api-error.js';
import type { Container } from '../api/types.js';
import { href } from '../router.js';
import { containers, refresh } from '../state/live.js';
import { ActionBar } from '../ui/action-bar.js';
import { ErrorNote, Loading } from '../ui/notes.js';
import { Status } from '../ui/status.js';
import { useLoad } from '../ui/use-load.js';
import { Actions } from './actions.js';
import { Charts } from './charts.js';
import { Logs } from './logs.js';
import { NotFound } from './not-found.js';
import { Overview } from './overview.js';
import { TerminalTab } from './terminal.js';

type Tab = (props: { readonly container: Container }) => JSX.Element;

const TABS: Readonly<Record<string, { readonly label: string; readonly Tab: Tab }>> = {
  overview: { label: 'Overview', Tab: Overview },
  logs: { label: 'Logs', Tab: Logs },
  terminal: { label: 'Terminal', Tab: TerminalTab },
  charts: { label: 'Charts', Tab: Charts },
  actions: { label: 'Actions', Tab: Actions },
};

const ALL_ACTIONS = ['start', 'stop', 'reboot', 'pause', 'unpause', 'kill', 'rename', 'delete'] as const;

export function Detail({ ident, tab }: { readonly ident: string; readonly tab: string }): JSX.Element {
  const { error, reload } = useLoad(() => refresh(ident), ident);
  const container = containers.value?.get(ident);
  const shown = Object.hasOwn(TABS, tab) ? TABS[tab] : undefined;
  if (!shown) return <NotFound />;
  if (!container) {
    if (error instanceof ApiError && error.status === 404) return <NotFound what="The container" />;
    return error === null ? <Loading what="the container" /> : <ErrorNote error={error} retry={reload} />;
  }
  const { Tab } = shown;
  return (
    <>
      <p class="crumbs">
        <a href={href('containers')}>Containers</a>
      </p>
      <div class="title-row">
        <h1>
          {container.name} <Status {...container} />
        </h1>
        <ActionBar container={container} actions={ALL_ACTIONS} />
      </div>
      {container.status_reason && <p class={`note ${container.status === 'Error' ? 'bad' : ''}`}>{container.status_reason}</p>}
      <nav class="tabs" aria-label={`About ${container.name}`}>
        {Object.entries(TABS).map(([name, { label }]) => (
          <a key={name} href={href('containers', ident, name)} aria-current={name === tab ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <section aria-label={shown.label}>
        <Tab container={container} />
      </section>
    </>
  );
}
