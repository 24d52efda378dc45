import { expect, it } from 'vitest';
import { acceptsJson } from './accepts-json.js';

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
  expect(acceptsJson(header)).toBe(true);
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
  expect(acceptsJson(header)).toBe(false);
});
