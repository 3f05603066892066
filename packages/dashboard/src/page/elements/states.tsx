/** What stands where there is nothing to show: not yet, nothing there, or a fault and what to do about it. */
import type { ComponentChildren } from 'preact';
import { adviceOn } from '../service/request-error.ts';
import type { Loaded } from '../service/use-resource.ts';

export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="state" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {what} ...
    </p>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state empty">
      <strong>{title}</strong>
      {children === undefined ? null : <p>{children}</p>}
    </div>
  );
}

export function Failure({ what, error, onRetry }: { readonly what: string; readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <div class="state failure" role="alert">
      <strong>
        {what}: {error instanceof Error ? error.message : String(error)}
      </strong>
      <p>{adviceOn(error)}</p>
      {onRetry === undefined ? null : (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** One of the three, or what `children` makes of what was loaded. */
export function Resourceful<Value>({
  loaded: { resource, reload },
  what,
  children,
}: {
  readonly loaded: Loaded<Value>;
  readonly what: string;
  readonly children: (value: Value) => ComponentChildren;
}) {
  switch (resource.kind) {
    case 'loading':
      return <Loading what={what} />;
    case 'failed':
      return <Failure what={`No ${what}`} error={resource.error} onRetry={reload} />;
    case 'ready':
      return <>{children(resource.value)}</>;
    default:
      return resource satisfies never;
  }
}
