import { useApp } from '../../context.ts';
import type { Rect } from '../geometry.ts';

/** Thin lines through the point whose values the read-out shows. */
export function Crosshair({ rect }: { readonly rect: Rect }) {
  const crosshair = useApp((state) => state.crosshair);
  if (!crosshair) return null;
  const x = rect.x + crosshair.u * rect.width;
  const y = rect.y + crosshair.v * rect.height;
  return (
    <svg className="crosshair" data-by={crosshair.by} data-held={crosshair.held} aria-hidden="true">
      <path
        d={`M${rect.x} ${y}H${x - 7}M${x + 7} ${y}H${rect.x + rect.width}M${x} ${rect.y}V${y - 7}M${x} ${y + 7}V${rect.y + rect.height}`}
      />
      <circle cx={x} cy={y} r="7" />
    </svg>
  );
}
