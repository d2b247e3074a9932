import { formatPercent } from '../../format.ts';
import { useApp, useWorkbench } from '../context.ts';
import type { ConversionState } from './state.ts';

function words({ step, stopped }: ConversionState): string | undefined {
  switch (step.kind) {
    case 'work': {
      if (step.paused) return 'Conversion paused';
      const { phase, done, total } = step.progress;
      return phase === 'waiting' ? 'Conversion waiting' : `Converting, ${formatPercent(total > 0 ? done / total : 0)}`;
    }
    case 'plan':
      // Of several checkpoints, the next one lacks its CLIP.
      return step.report.needsText ? 'Conversion asks for a file' : undefined;
    case 'failed':
      return 'Conversion stopped';
    case 'done':
      return 'Converted: open it';
    default: {
      const mine = stopped.filter(({ busy }) => !busy).length;
      return mine > 0 ? `${mine} unfinished conversion${mine === 1 ? '' : 's'}` : undefined;
    }
  }
}

/** The conversion of a checkpoint while its window is closed. */
export function ConversionChip() {
  const { session } = useWorkbench();
  const text = useApp(({ conversion }) => conversion && !conversion.shown && words(conversion));
  if (!text) return null;
  return (
    <button
      type="button"
      className="button small conversion-chip"
      data-testid="conversion-chip"
      onClick={() => session.convert((controller) => controller.open())}
    >
      {text}
    </button>
  );
}
