import type { Locator, Page } from 'playwright-core';
import type { Credentials } from './api-client.js';
import { eventually } from './eventually.js';

/** The console as somebody uses it, at the address of an API. */
export class ConsolePage {
  constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {
    page.setDefaultTimeout(20_000);
  }

  /** @param path as the console has it behind `#` */
  async open(path = '/'): Promise<void> {
    await this.page.goto(`${this.origin}/console/#${path}`);
  }

  async signIn({ username, password }: Pick<Credentials, 'username' | 'password'>): Promise<void> {
    await this.page.getByLabel('User').fill(username);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  tab(name: string): Promise<void> {
    return this.page.getByRole('navigation', { name: 'About' }).getByRole('link', { name }).click();
  }

  /** Fills the form by its labels, and sends it. */
  async create(fields: Readonly<Record<string, string>>): Promise<void> {
    await this.open('/create');
    await this.heading('Create container').waitFor();
    for (const [label, value] of Object.entries(fields)) await this.page.getByLabel(label, { exact: true }).fill(value);
    await this.button('Create and start').click();
  }

  /** Until the container of this page is in a status. */
  async reaches(status: string): Promise<void> {
    await this.page.locator('h1 .status', { hasText: new RegExp(`^${status}$`) }).waitFor();
  }

  /** What a terminal shows. */
  screen(): Promise<string> {
    return this.page.locator('.xterm-rows').innerText();
  }

  async type(text: string): Promise<void> {
    await this.page.locator('.xterm-helper-textarea').focus();
    await this.page.keyboard.type(`${text}\n`);
  }

  /** Until the terminal shows something that fits. */
  sees(pattern: RegExp): Promise<string> {
    return eventually(
      () => this.screen(),
      (text) => pattern.test(text),
      { describe: `the terminal shows ${pattern}`, show: (text) => text },
    );
  }
}
