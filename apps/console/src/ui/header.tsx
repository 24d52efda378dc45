import type { JSX } from 'preact';
import { changeProject, revoke } from '../api/sign-in.js';
import { go, href, segments } from '../router.js';
import { isLive } from '../state/live.js';
import { begin, end, isAdmin, session } from '../state/session.js';
import { isDark, toggleTheme } from '../state/theme.js';
import { attempt } from '../state/toasts.js';

function NavLink({ to, children }: { readonly to: string; readonly children: string }): JSX.Element {
  const isHere = (segments.value[0] ?? 'containers') === to;
  return (
    <a href={href(to)} aria-current={isHere ? 'page' : undefined}>
      {children}
    </a>
  );
}

async function switchTo(projectId: string): Promise<void> {
  if (await attempt(async () => begin(await changeProject(projectId)))) go('containers');
}

async function signOut(): Promise<void> {
  // The token ends by itself, should nobody be there to end it.
  await attempt(revoke);
  end();
}

export function ThemeButton(): JSX.Element {
  return (
    <button type="button" class="quiet" onClick={toggleTheme} aria-label={isDark() ? 'Light colours' : 'Dark colours'}>
      {isDark() ? '☀' : '☾'}
    </button>
  );
}

/** Where one is, and as whom. */
export function Header(): JSX.Element | null {
  const now = session.value;
  if (!now) return null;
  return (
    <header class="top">
      <a class="brand" href={href('containers')}>
        Zun
      </a>
      <nav aria-label="Main">
        <NavLink to="containers">Containers</NavLink>
        <NavLink to="quotas">Quotas</NavLink>
        {isAdmin.value && <NavLink to="hosts">Hosts</NavLink>}
      </nav>
      <div class="who">
        <span class={`live ${isLive.value ? 'good' : 'warn'}`}>
          <span class="dot" aria-hidden="true" />
          {isLive.value ? 'Live' : 'Connecting'}
        </span>
        <select
          aria-label="Project"
          value={now.project.id}
          onChange={(event) => void switchTo(event.currentTarget.value)}
          disabled={now.projects.length < 2}
        >
          {now.projects.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <ThemeButton />
        <button type="button" onClick={() => void signOut()} title={`Signed in as ${now.user.name}`}>
          Sign out
        </button>
      </div>
    </header>
  );
}
