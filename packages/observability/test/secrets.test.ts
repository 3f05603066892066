import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactor, secretsOf } from '../src/secrets.ts';

describe('redactor', () => {
  // Put together here, so that no scanner takes them for keys.
  test.each([
    ['sk-', 'proj-0123456789abcdefXYZ_'],
    ['sk-', 'ant-api03-0123456789abcdef'],
    ['AIza', 'SyA0123456789abcdefghijklmnopqrstu'],
    ['ghp', '_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['github_', 'pat_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['xoxb-', '0123456789-abcdef'],
    ['AKIA', '0123456789ABCDEF'],
    ['hf_', '0123456789abcdefghijklmnopqrstuvwx'],
    ['Bearer ', 'abcdefghijklmnop.qrstuvwx'],
    ['Basic ', 'YXBpOjAxMjM0NTY3ODk='],
    ['eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'],
    ['-----BEGIN RSA ', 'PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA\\n-----END RSA PRIVATE KEY-----'],
  ])('takes out what looks like a key: %s', (head, tail) => {
    const line = redactor([])(`{"text":"before ${head}${tail} after"}`);
    expect(line).toContain('[redacted]');
    expect(line).not.toContain(tail);
    expect((JSON.parse(line) as { text: string }).text).toMatch(/^before .*after$/);
  });

  test('leaves ordinary words alone, also in the words of keys', () => {
    const line = JSON.stringify({ text: 'The task-oriented basic tokens of a bearer; sk-short; eyJust; risk-averse-and-long-enough-words' });
    expect(redactor(['tiny'])(line)).toBe(line);
  });

  test('takes out every known secret, whatever signs are in it, and leaves JSON', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' }), fc.string(), (secret, text) => {
        const shown = JSON.parse(redactor([secret])(JSON.stringify({ text: `${text}${secret}${text}` }))) as { text: string };
        expect(shown.text.includes('[redacted]')).toBe(true);
      }),
    );
  });
});

test('secretsOf finds the values of variables that are named like keys', () => {
  expect(secretsOf({ OPENAI_API_KEY: 'a', GITHUB_TOKEN: 'b', DB_PASSWORD: 'c', HOME: 'd', EMPTY_SECRET: undefined })).toEqual(['a', 'b', 'c']);
});
