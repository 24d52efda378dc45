import { effect, signal } from '@preact/signals';

const KEY = 'zun.theme';
const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const DARK = matchMedia('(prefers-color-scheme: dark)');
const saved = localStorage.getItem(KEY) as Theme | null;

export const theme = signal<Theme>(saved && THEMES.includes(saved) ? saved : 'system');
const systemIsDark = signal(DARK.matches);
DARK.addEventListener('change', () => (systemIsDark.value = DARK.matches));

export const isDark = (): boolean => (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark');

effect(() => {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
  localStorage.setItem(KEY, theme.value);
});

/** Whatever is shown now, the other. */
export function toggleTheme(): void {
  theme.value = isDark() ? 'light' : 'dark';
}
