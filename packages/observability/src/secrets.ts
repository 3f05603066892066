/** Takes keys out of the text of a trace: those that are known, and what looks like one. */

/** Shapes of keys of providers and platforms, of bearer tokens, of JSON web tokens, of private keys (in JSON, so without line breaks). */
const shapes = [
  '(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}',
  '(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}',
  '(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{30,}',
  '(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{30,}',
  '(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}',
  '(?<![A-Za-z0-9])AKIA[A-Z0-9]{16}',
  '(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}',
  '(?<=[Bb]earer )[A-Za-z0-9._~+/-]{16,}',
  '(?<=[Bb]asic )[A-Za-z0-9+/=]{16,}',
  '(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]*',
  '-----BEGIN[A-Z ]*PRIVATE KEY-----[^"]*?-----END[A-Z ]*PRIVATE KEY-----',
] as const;
/** How they begin: a look for these takes a tenth of the time, and nearly no line has any. */
const heads = ['sk-', 'AIza', 'gh[pousr]_', 'github_pat_', 'xox', 'AKIA', 'hf_', '[Bb]earer ', '[Bb]asic ', 'eyJ', '-----BEGIN'] as const;

/** A shorter one could be an ordinary word. */
const shortestSecret = 8;

/** `known` are taken out wherever they stand. The text is one line of JSON, and stays so. */
export function redactor(known: readonly string[]): (json: string) => string {
  const exact = known.filter((secret) => secret.length >= shortestSecret).map((secret) => JSON.stringify(secret).slice(1, -1));
  const suspect = new RegExp([...exact.map((secret) => escaped(secret.slice(0, shortestSecret - 1))), ...heads].join('|'));
  const pattern = new RegExp([...exact.map(escaped), ...shapes].join('|'), 'g');
  return (json) => (suspect.test(json) ? json.replace(pattern, '[redacted]') : json);
}

/** Of an environment, the values of variables whose names say that they are keys. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => (value !== undefined && /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i.test(name) ? [value] : []));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
