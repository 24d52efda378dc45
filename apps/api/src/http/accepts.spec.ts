import { expect, it } from 'vitest';
import { accepts } from './accepts.js';

it.each([
  undefined,
  '',
  '*/*',
  'application/json',
  'Application/JSON; q=0.5',
  'application/*',
  'text/html, */*;q=0.8',
  'application/json, */*;q=0',
  '*/*;q=0, application/json',
])('may answer JSON to %s', (header) => {
  expect(accepts(header, 'application/json')).toBe(true);
});

it.each([
  'text/html',
  'text/*, image/*',
  '*/*;q=0',
  'application/json;q=0',
  'application/json;q=0.0, */*',
  'application/jsonx',
  'json',
  'application/json;q=much',
])('may not answer JSON to %s', (header) => {
  expect(accepts(header, 'application/json')).toBe(false);
});

it.each<[string, boolean]>([
  ['text/event-stream', true],
  ['text/*', true],
  ['application/json', false],
  ['text/event-stream;q=0, */*', false],
])('says to %s whether a stream of events may be answered', (header, isAccepted) => {
  expect(accepts(header, 'text/event-stream')).toBe(isAccepted);
});
