import { expect, it } from 'vitest';
import { OpenStreams } from './open-streams.js';

it('lets each project have so many streams, and another for one that has ended', () => {
  const streams = new OpenStreams(2);
  const end = streams.begin('a');
  streams.begin('a');
  expect(() => streams.begin('a')).toThrow(expect.objectContaining({ errorClass: 'too-many-requests' }));
  streams.begin('b');
  end();
  expect(streams.of('a')).toBe(1);
  streams.begin('a');
});

it('has no limit where there is to be none', () => {
  const streams = new OpenStreams(0);
  const ends = Array.from({ length: 500 }, () => streams.begin('a'));
  for (const end of ends) end();
  expect(streams.of('a')).toBe(0);
});
