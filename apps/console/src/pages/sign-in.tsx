import type { JSX, TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import { requestSession, type SignInForm } from '../api/sign-in.js';
import { begin, hasExpired } from '../state/session.js';
import { Field } from '../ui/field.js';
import { ThemeButton } from '../ui/header.js';
import { ErrorNote } from '../ui/notes.js';

const EMPTY: SignInForm = { user: '', password: '', project: '', user_domain: '' };

/** What the API takes. */
const MAX_NAME = 255;
const MAX_PASSWORD = 4096;

export function SignIn(): JSX.Element {
  const [form, setForm] = useState(EMPTY);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const bind = (name: keyof SignInForm): object => ({
    value: form[name],
    onInput: (event: TargetedEvent<HTMLInputElement>) => setForm({ ...form, [name]: event.currentTarget.value }),
    maxLength: name === 'password' ? MAX_PASSWORD : MAX_NAME,
  });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      begin(await requestSession(form));
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return (
    <div class="sign-in">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <div class="title-row">
          <h1>
            <span class="brand">Zun</span> Sign in
          </h1>
          <ThemeButton />
        </div>
        {hasExpired.value && error === null && (
          <p class="note warn">Your session has ended. Sign in again to go on where you were.</p>
        )}
        {error !== null && <ErrorNote error={error} />}
        <Field label="User">
          <input {...bind('user')} autocomplete="username" required autofocus />
        </Field>
        <Field label="Password">
          <input {...bind('password')} type="password" autocomplete="current-password" required />
        </Field>
        <details>
          <summary>Project and domain</summary>
          <Field label="Project" hint="Empty: your default project.">
            <input {...bind('project')} autocomplete="off" />
          </Field>
          <Field label="Domain" hint="The name of your domain. Empty: the default one.">
            <input {...bind('user_domain')} autocomplete="off" />
          </Field>
        </details>
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </div>
  );
}
