/** Python, which only scorers of Python code need. */
import { pythonReadiness } from '@ratchet/harness';
import { type Check, ok, warning } from './check.ts';

export async function pythonCheck(): Promise<Check> {
  const python = await pythonReadiness();
  if (python.kind === 'missing')
    return warning(
      'Python',
      `no Python 3.9 or later on Linux or macOS ("${python.command}"): code in Python cannot be scored`,
      'install it, or let RATCHET_PYTHON name its interpreter; nothing else needs it',
    );
  const found = `${python.version} (${python.interpreter})`;
  return python.isolated
    ? ok('Python', `${found}; what it scores has no network`)
    : warning(
        'Python',
        `${found}; what it scores could reach the network, as \`unshare\` makes no namespaces here`,
        'before scoring code of models in Python, allow user namespaces, or run in a container without network',
      );
}
