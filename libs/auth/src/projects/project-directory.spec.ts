import { describe, expect, it } from 'vitest';
import { KeystoneProjects } from './project-directory.js';

/** A Keystone that lists only a part of its projects, as its `list_limit` may say. */
function keystoneWith(projects: readonly string[], listed: readonly string[] = projects) {
  const asked: string[] = [];
  return {
    asked,
    listProjects: async () => new Set(listed),
    hasProject: async (id: string) => {
      asked.push(id);
      return projects.includes(id);
    },
  };
}

describe('KeystoneProjects', () => {
  it('finds the ids that are no project', async () => {
    const keystone = keystoneWith(['a', 'b']);
    expect(await new KeystoneProjects(keystone).findUnknown(['a', 'x', 'b'])).toEqual(['x']);
    expect(keystone.asked).toEqual(['x']);
  });

  it('does not take a project that a list leaves out for a deleted one', async () => {
    expect(await new KeystoneProjects(keystoneWith(['a', 'b', 'c'], ['a'])).findUnknown(['a', 'b', 'c', 'x'])).toEqual(['x']);
  });

  it('asks for one alone, and for none not at all', async () => {
    const keystone = { ...keystoneWith(['a']), listProjects: () => Promise.reject(new Error('not needed')) };
    expect(await new KeystoneProjects(keystone).findUnknown(['a'])).toEqual([]);
    expect(await new KeystoneProjects(keystone).findUnknown([])).toEqual([]);
  });
});
