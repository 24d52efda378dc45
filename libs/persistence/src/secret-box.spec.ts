import { describe, expect, it } from 'vitest';
import { SealBrokenError, SecretBox } from './secret-box.js';

describe('secret box', () => {
  const box = new SecretBox('sixteen letters!');

  it.each(['secret', '', 'pässwörd 🐳', 'x'.repeat(10_000)])('gives %.20s back, and shows nothing of it', (secret) => {
    const sealed = box.seal(secret, 'owner');
    expect(box.open(sealed, 'owner')).toBe(secret);
    if (secret !== '') expect(sealed).not.toContain(secret);
  });

  it('seals the same secret differently each time', () => {
    expect(box.seal('secret', 'owner')).not.toBe(box.seal('secret', 'owner'));
  });

  it('opens for no other key, no other owner, and not when it was changed', () => {
    const sealed = box.seal('secret', 'owner');
    const middle = Math.floor(sealed.length / 2);
    const changed = sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1);
    expect(() => new SecretBox('sixteen letters?').open(sealed, 'owner')).toThrow(SealBrokenError);
    expect(() => box.open(sealed, 'another')).toThrow(SealBrokenError);
    for (const text of [changed, '', 'v1:', 'secret']) expect(() => box.open(text, 'owner')).toThrow(SealBrokenError);
  });
});
