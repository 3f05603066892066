/** A long list of equally high rows, of which only those in sight are made. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { visibleRows } from './visible-rows.ts';

interface VirtualRowsProps {
  readonly label: string;
  readonly count: number;
  /** Pixels. */
  readonly rowHeight: number;
  readonly height: number;
  readonly row: (index: number) => ComponentChildren;
  readonly onOpen?: (index: number) => void;
  /** The row that is open. */
  readonly current?: number | undefined;
  /** Told of the first and the last row in sight, so that they can be loaded. */
  readonly onSight?: (first: number, last: number) => void;
}

/** Arrow keys, Page Up and Down, Home and End move through it; Enter opens a row. */
export function VirtualRows({ label, count, rowHeight, height, row, onOpen, current, onSight }: VirtualRowsProps) {
  const host = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState(0);
  const { first, last } = visibleRows({ top, height, rowHeight, count });
  useEffect(() => onSight?.(first, last), [first, last, onSight]);

  const moveTo = (wanted: number): void => {
    const index = Math.max(0, Math.min(count - 1, wanted));
    setActive(index);
    const element = host.current;
    if (element === null) return;
    if (index * rowHeight < element.scrollTop) element.scrollTop = index * rowHeight;
    else if ((index + 1) * rowHeight > element.scrollTop + height) element.scrollTop = (index + 1) * rowHeight - height;
  };
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => moveTo(active + 1),
    ArrowUp: () => moveTo(active - 1),
    PageDown: () => moveTo(active + page),
    PageUp: () => moveTo(active - page),
    Home: () => moveTo(0),
    End: () => moveTo(count - 1),
    Enter: () => onOpen?.(active),
  };
  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  return (
    <div
      ref={host}
      class="virtual"
      style={{ height: `${Math.min(height, Math.max(1, count) * rowHeight + 2)}px` }}
      role="listbox"
      aria-label={label}
      aria-activedescendant={active >= first && active <= last && count > 0 ? `${label}-${active}`.replaceAll(/\W/g, '-') : undefined}
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={(event) => {
        const move = moves[event.key];
        if (move === undefined) return;
        event.preventDefault();
        move();
      }}
    >
      <div role="presentation" style={{ height: `${count * rowHeight}px`, position: 'relative' }}>
        {rows.map((index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus, and takes the keys for its rows (aria-activedescendant)
          // biome-ignore lint/a11y/useFocusableInteractive: the same
          <div
            key={index}
            id={`${label}-${index}`.replaceAll(/\W/g, '-')}
            role="option"
            aria-selected={index === current}
            aria-posinset={index + 1}
            aria-setsize={count}
            class={`row${index === active ? ' active' : ''}${index === current ? ' current' : ''}`}
            style={{ top: `${index * rowHeight}px`, height: `${rowHeight}px` }}
            onClick={() => {
              setActive(index);
              onOpen?.(index);
            }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
