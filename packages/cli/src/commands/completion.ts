/** `completion bash|zsh|fish`: prints the script that makes a shell complete `ratchet`. */
import { fileURLToPath } from 'node:url';
import { completionWord } from '../command-line/bare-words.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../terminal/output.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

export function completionCommand(shell: Shell, output: Output): number {
  output.result(script(shell));
  return exitCodes.ok;
}

function script(shell: Shell): string {
  const node = quoted(process.execPath);
  const program = quoted(fileURLToPath(new URL('../ratchet.mjs', import.meta.url)));
  const ask = `${node} ${program} ${completionWord} ${shell}`;
  const start = `${node} --max-semi-space-size=64 ${program}`;
  switch (shell) {
    case 'bash':
      return `# Completion of ratchet in bash; in ~/.bashrc: eval "$(pnpm --silent -C ${quoted(folder())} ratchet completion bash)"
type ratchet >/dev/null 2>&1 || ratchet() { ${start} "$@"; }
_ratchet() {
  local IFS=$'\\n'
  COMPREPLY=($(${ask} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _ratchet ratchet`;
    case 'zsh':
      return `#compdef ratchet
# Completion of ratchet in zsh; in ~/.zshrc: eval "$(pnpm --silent -C ${quoted(folder())} ratchet completion zsh)"
whence ratchet >/dev/null || ratchet() { ${start} "$@" }
(( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -u }
_ratchet() {
  local -a found
  found=(\${(f)"$(${ask} "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then _describe ratchet found; else _files; fi
}
compdef _ratchet ratchet`;
    case 'fish':
      return `# Completion of ratchet in fish; in ~/.config/fish/config.fish: pnpm --silent -C ${quoted(folder())} ratchet completion fish | source
type -q ratchet; or function ratchet; ${start} $argv; end
function __ratchet_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l found (${ask} $words[2..] "$current" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path "$current"
  end
end
complete -c ratchet -f -a '(__ratchet_complete)'`;
    default:
      return shell satisfies never;
  }
}

function folder(): string {
  return fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
}

/** For all three shells: nothing in single quotes means anything but the quote. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
