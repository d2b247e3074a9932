import { formatPercent } from '../../format.ts';
import { useApp, useWorkbench } from '../context.ts';
import type { ConversionState } from './state.ts';

function textOf({ step, stopped }: ConversionState): string | undefined {
  switch (step.kind) {
    case 'work': {
      if (step.paused) return 'Conversion paused';
      const { phase, done, total } = step.progress;
      return phase === 'waiting' ? 'Conversion waiting' : `Converting, ${formatPercent(total > 0 ? done / total : 0)}`;
    }
    case 'plan':
      // The next of several checkpoints lacks its text encoder (CLIP).
      return step.report.needsText ? 'Conversion needs a file' : undefined;
    case 'failed':
      return 'Conversion stopped';
    case 'done':
      return 'Converted: open it';
    default: {
      const resumable = stopped.filter(({ busy }) => !busy).length;
      return resumable > 0 ? `${resumable} unfinished conversion${resumable === 1 ? '' : 's'}` : undefined;
    }
  }
}

/** Button that shows the state of a conversion while its dialog is closed, and opens the dialog. */
export function ConversionChip() {
  const { session } = useWorkbench();
  const text = useApp(({ conversion }) => conversion && !conversion.shown && textOf(conversion));
  if (!text) return null;
  return (
    <button
      type="button"
      className="button small"
      data-testid="conversion-chip"
      onClick={() => session.convert((controller) => controller.open())}
    >
      {text}
    </button>
  );
}
