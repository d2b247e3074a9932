import { useMemo } from 'react';
import type { AblateResult, RawMapsResult, ReferResult } from '../../engine/protocol.ts';
import { formatPercent, formatShare } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Slider } from '../../ui/Slider.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { Ablation } from './Ablation.tsx';
import { saveMaskPng } from './export.ts';
import { areaAbove } from './mask.ts';
import { PromptBox } from './PromptBox.tsx';
import type { ReferView } from './view.ts';
import { Words } from './Words.tsx';

interface Props {
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  readonly draft: string;
  /** The prompt that `result` answers, or '' before the first run. */
  readonly prompt: string;
  readonly examples: readonly string[];
  readonly error: string | undefined;
  readonly count: { readonly used: number; readonly most: number } | undefined;
  onDraft(text: string): void;
  onRun(prompt: string): void;
  readonly result: ReferResult | undefined;
  /** Maps by layer and head, once the grid asked for them. */
  readonly raw: RawMapsResult | undefined;
  /** The answer without these tokens' maps, once it was asked for. */
  ablated(tokens: readonly number[]): AblateResult | undefined;
  readonly pointer: { readonly u: number; readonly v: number } | undefined;
  readonly stem: string;
}

export function ReferPanel(props: Props) {
  const { view, onView, prompt, result, stem } = props;
  const area = useMemo(() => result && areaAbove(result.probability, view.threshold), [result, view.threshold]);
  return (
    <>
      <PromptBox {...props} />
      {result && area !== undefined && (
        <>
          <p
            className="finding"
            data-testid="finding"
            data-area={area}
            data-empty={area === 0 || undefined}
            role="status"
          >
            {area === 0 ? (
              <>
                Nothing found for “{prompt}” above {view.threshold.toFixed(2)}. Lower the threshold or describe it in
                other words.
              </>
            ) : (
              <>
                “{prompt}” covers <b className="figure">{formatShare(area)}</b> of the photo.
              </>
            )}
          </p>
          <Words {...props} result={result} />
          <Ablation view={view} onView={onView} result={result} ablated={props.ablated} />
        </>
      )}
      <div className="group">
        <h2>Mask</h2>
        <Slider
          label="Threshold"
          value={view.threshold}
          min={0.01}
          max={0.99}
          text={view.threshold.toFixed(2)}
          onChange={(threshold) => onView({ threshold })}
        />
        <Slider
          label="Opacity"
          value={view.opacity}
          text={formatPercent(view.opacity)}
          onChange={(opacity) => onView({ opacity })}
        />
        <div className="row">
          <Toggle label="Outline" checked={view.outline} onChange={(outline) => onView({ outline })} />
          <button
            type="button"
            className="button"
            disabled={!result}
            onClick={() => result && void saveMaskPng(stem, prompt, result, view.threshold)}
          >
            <Icon name="download" /> Mask PNG
          </button>
        </div>
      </div>
    </>
  );
}
