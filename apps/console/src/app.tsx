import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Containers } from './pages/containers.js';
import { Create } from './pages/create.js';
import { Detail } from './pages/detail.js';
import { Hosts } from './pages/hosts.js';
import { NotFound } from './pages/not-found.js';
import { Quotas } from './pages/quotas.js';
import { SignIn } from './pages/sign-in.js';
import { segments } from './router.js';
import { isAdmin, session } from './state/session.js';
import { Header } from './ui/header.js';
import { Toasts } from './ui/toasts.js';

function Page(): JSX.Element {
  const [section = 'containers', ident, tab = 'overview'] = segments.value;
  if (section === 'containers' && ident === undefined) return <Containers />;
  if (section === 'containers') return <Detail key={ident} ident={ident!} tab={tab} />;
  if (section === 'create') return <Create />;
  if (section === 'quotas') return <Quotas key={session.value?.token} />;
  if (section === 'hosts' && isAdmin.value) return <Hosts />;
  return <NotFound />;
}

export function App(): JSX.Element {
  const main = useRef<HTMLElement>(null);
  const path = segments.value.slice(0, 2).join('/');
  // A new page is read from its beginning.
  useEffect(() => {
    const heading = main.current?.querySelector('h1')?.textContent;
    document.title = heading ? `${heading} · Zun` : 'Zun console';
    scrollTo(0, 0);
  }, [path, session.value === null]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <Header />
      <main ref={main} tabIndex={-1}>
        {session.value ? <Page /> : <SignIn />}
      </main>
      <Toasts />
    </>
  );
}
