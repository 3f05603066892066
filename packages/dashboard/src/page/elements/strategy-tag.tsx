/** A strategy's name with its colour and its shape, the same as in every drawing. */

const shapes: Readonly<Record<string, string>> = {
  direct: 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0 -9Z',
  batch: 'M2 2H10V10H2Z',
  orchestrate: 'M6 1L11 10.5H1Z',
  collaborate: 'M6 .5L11.5 6L6 11.5L.5 6Z',
};

export function StrategyTag({ strategy }: { readonly strategy: string }) {
  return (
    <span class={`strategy strategy-${strategy}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={shapes[strategy] ?? 'M1 5H11V7H1Z'} />
      </svg>
      {strategy}
    </span>
  );
}
