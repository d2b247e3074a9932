import type { ReactNode } from 'react';
import type { AblateResult, RawMapsResult } from '../../engine/results.ts';
import { formatShare, stem } from '../../format.ts';
import { Lazy } from '../../ui/Lazy.tsx';
import type { AbsenceModel } from '../../vpd/absence.ts';
import type { OtherHeat } from '../attention/other-heat.ts';
import { isUnusualShape } from '../photo-size.ts';
import { Absence } from './absence/Absence.tsx';
import { Downloads } from './Downloads.tsx';
import type { SentPhoto } from './mask-files.ts';
import { DeletedNote } from './masks/DeletedNote.tsx';
import { MaskList } from './masks/MaskList.tsx';
import { MaskTools } from './masks/MaskTools.tsx';
import type { MaskChange, MaskHistory } from './masks/masks.ts';
import { UndoButtons } from './masks/UndoButtons.tsx';
import type { ListedMask } from './overlay.ts';
import { PromptBox, type PromptProps } from './PromptBox.tsx';
import { QuotedPrompt } from './QuotedPrompt.tsx';
import type { ReferView } from './view.ts';
import { ReadingNotes } from './words/ReadingNotes.tsx';
import { WordStrip } from './words/WordStrip.tsx';
import { ZeroShot } from './zero-shot/ZeroShot.tsx';

interface Props extends Omit<PromptProps, 'children'> {
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  /** Prompt of the shown mask; '' before the first search. */
  readonly prompt: string;
  readonly history: MaskHistory;
  /** The masks of the list whose pixels are available. */
  readonly masks: readonly ListedMask[];
  onChange(prompt: string, change: MaskChange, step?: string): void;
  onRemove(prompt: string): void;
  onUndo(): void;
  onRedo(): void;
  /** Maps by layer and head, once the grid has requested them. */
  readonly raw: RawMapsResult | undefined;
  /** Result without these tokens' maps, once it is computed. */
  ablated(tokens: readonly number[]): AblateResult | undefined;
  /** Whether another model than the open one computed the shown mask: then nothing further can be computed for it. */
  readonly byOther: boolean;
  /** While two models are compared: the other one's map of the shown word, and why the means are shown in place of a head. */
  readonly otherHeat: OtherHeat | undefined;
  readonly whyMeans: string | undefined;
  /** Calibration of the absence note for the model that computed the mask, if known. */
  readonly absence: AbsenceModel | undefined;
  readonly photo: SentPhoto | undefined;
  /** Note on whose results the downloads hold. */
  readonly filesNote: ReactNode;
  onError(thrown: unknown): void;
  /** Whether the open pack has a trained head for words. */
  readonly head: boolean;
  onZeroShot(on: boolean): void;
}

function Finding({ mask: { item, shape, result } }: { readonly mask: ListedMask }) {
  const area = shape.inside / Math.max(1, shape.width * shape.height);
  const quoted = <QuotedPrompt prompt={item.prompt} />;
  const removed = area === 0 && shape.above > 0;
  return (
    <p
      className="finding"
      data-testid="finding"
      data-area={area}
      data-empty={area === 0 || undefined}
      data-zero-shot={result.zeroShot}
    >
      {removed ? (
        <>Nothing is left of {quoted}: all of it was removed by the brush or as specks.</>
      ) : area === 0 ? (
        <>
          Nothing found for {quoted} above {item.threshold.toFixed(2)}. Lower the threshold or describe it in other
          words.
        </>
      ) : (
        <>
          {quoted} covers <b className="figure">{formatShare(area)}</b> of the photo
          {result.zeroShot && ', zero-shot'}.
        </>
      )}
    </p>
  );
}

export function ReferPanel(props: Props) {
  const { view, onView, prompt, history, masks, photo } = props;
  const shown = masks.find(({ item }) => item.prompt === prompt);
  const words = shown && { ...props, result: shown.result };
  const { items, past, future } = history;
  return (
    <>
      <PromptBox {...props} recent={props.recent.filter((recent) => items.every((item) => item.prompt !== recent))}>
        {/* Always rendered: screen readers announce only changes of a live region. */}
        <div className="said" role="status">
          {shown && (
            <>
              <Finding mask={shown} />
              <ReadingNotes
                words={shown.result.words}
                // The box names the words of its own text that are cut.
                cut={props.cut.length > 0 && props.draft.trim() === prompt ? [] : shown.result.cut}
              />
              <Absence
                prompt={prompt}
                absence={shown.result.absence}
                model={props.absence}
                unusual={photo !== undefined && isUnusualShape(photo)}
              />
            </>
          )}
        </div>
        {words && <WordStrip {...words} />}
      </PromptBox>
      {(items.length > 0 || past.length > 0 || future.length > 0) && (
        <div className="group">
          <div className="masks-head">
            <h2>Masks</h2>
            <UndoButtons history={history} onUndo={props.onUndo} onRedo={props.onRedo} />
          </div>
          {items.length > 0 && (
            <MaskList
              items={items}
              masks={masks}
              shown={prompt}
              onShow={props.onRun}
              onChange={props.onChange}
              onRemove={props.onRemove}
              onHover={(hoveredMask) => onView({ hoveredMask })}
            />
          )}
          <DeletedNote history={history} onUndo={props.onUndo} />
          {items.length > 0 && (
            <MaskTools
              view={view}
              onView={onView}
              item={shown?.item}
              pixels={shown ? shown.shape.width * shown.shape.height : 0}
              onChange={props.onChange}
            />
          )}
        </div>
      )}
      <ZeroShot head={props.head} on={view.zeroShot} onChange={props.onZeroShot} />
      {shown && words && (
        <Lazy what="The analysis of the words" load={() => import('./Analysis.tsx')} onFail={props.onError}>
          {({ Analysis }) => (
            <Analysis
              shown={shown}
              masks={masks}
              words={words}
              stem={stem(photo?.name ?? '')}
              ablated={props.ablated}
              onPair={(prompt, compare) => {
                props.onRun(prompt);
                onView({ compare });
              }}
            />
          )}
        </Lazy>
      )}
      {photo && (
        <Downloads
          photo={photo}
          masks={masks}
          shown={shown}
          complete={masks.length === history.items.length}
          filesNote={props.filesNote}
          onError={props.onError}
        />
      )}
    </>
  );
}
