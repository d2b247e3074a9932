import { useId } from 'react';
import { formatPercent } from '../../format.ts';
import { formatBytes } from '../../format-bytes.ts';
import { TASK_NAMES } from '../../tasks/names.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import { useWorkbench } from '../context.ts';
import { fitWords, misfitWords } from '../shelf/misfit-words.ts';
import { NextModels } from './NextModels.tsx';
import { PickWeights } from './PickWeights.tsx';
import { PlanChoices } from './PlanChoices.tsx';
import { PlanDetails } from './PlanDetails.tsx';
import type { ConversionStep } from './state.ts';

type Plan = Extract<ConversionStep, { kind: 'plan' }>;

const SCHEMES: readonly { readonly weights: WeightScheme; readonly about: string }[] = [
  { weights: 'q4', about: 'smallest' },
  { weights: 'q8', about: 'almost the same as the original' },
  { weights: 'f16', about: 'half precision' },
];

function Precision({ step, room }: { readonly step: Plan; readonly room: number | undefined }) {
  const { session } = useWorkbench();
  const name = useId();
  return (
    <fieldset className="convert-precision">
      <legend>Stored as</legend>
      {SCHEMES.map(({ weights, about }) => {
        const { bytes, kept, stored, fit } = step.report.schemes[weights];
        const over = room !== undefined && bytes - kept > room;
        const state = stored
          ? 'stored in this browser already'
          : kept > 0
            ? `${formatPercent(kept / bytes)} already written`
            : about;
        return (
          <label key={weights} data-testid={`scheme-${weights}`}>
            <input
              type="radio"
              name={name}
              checked={step.weights === weights}
              onChange={() => session.convert((controller) => controller.setWeights(weights))}
            />
            <b>{weights}</b>
            <span className="figure">{formatBytes(bytes)}</span>
            <span className="quiet">{state}</span>
            {over && <span className="field-error">larger than the free storage</span>}
            {fit && fit.problems.length > 0 && <span className="field-error">{misfitWords(fit)}</span>}
          </label>
        );
      })}
    </fieldset>
  );
}

/** Shows what the files hold and which model they would become; nothing is written yet. */
export function PlanView({ step, room }: { readonly step: Plan; readonly room: number | undefined }) {
  const { session } = useWorkbench();
  const { report } = step;
  const scheme = report.schemes[step.weights];
  return (
    <>
      <section className="convert-what" aria-label="What it is" data-testid="plan" data-family={report.family}>
        <h3>{report.config.name}</h3>
        <p>
          {report.tasks.map((task) => (
            <span key={task} className="convert-badge">
              {TASK_NAMES[task]}
            </span>
          ))}
          {report.tasks.length === 0 && <span className="convert-badge">Backbone without a head</span>}
          <span className="quiet">{(report.parameters / 1e6).toFixed(1)} million parameters</span>
        </p>
        <ul className="convert-list">
          {report.files.map(({ name, format, bytes, tensors }) => (
            <li key={name}>
              <span className="convert-file">{name}</span>{' '}
              <span className="quiet">
                {format}, {formatBytes(bytes)}, {tensors} tensors
              </span>
            </li>
          ))}
        </ul>
      </section>
      <NextModels report={report} />
      {step.note !== undefined && (
        <p className="convert-message" role="alert">
          {step.note}
        </p>
      )}
      {report.problem !== undefined && (
        <p className="convert-message" role="alert">
          {report.problem}
        </p>
      )}
      {report.needsText && (
        <div className="convert-ask" data-testid="needs-text">
          <p>
            This checkpoint has no text encoder, so its model could not read prompts. Add the Stable Diffusion v1
            checkpoint that it was made from (for example <code>v1-5-pruned-emaonly.safetensors</code>): its text
            encoder (CLIP) is used.
          </p>
          <PickWeights>Add that checkpoint…</PickWeights>
        </div>
      )}
      {report.problem === undefined && (
        <>
          <Precision step={step} room={room} />
          <p className="quiet" data-testid="needs-here">
            {formatBytes(scheme.bytes)} of storage;{' '}
            {room === undefined
              ? 'the browser does not report how much is free.'
              : `this page may store ${formatBytes(room)} more.`}{' '}
            {scheme.fit?.problems.length === 0 && fitWords(scheme.fit)}
          </p>
          <PlanChoices report={report} options={step.options} wrong={step.wrong} />
        </>
      )}
      <PlanDetails report={report} />
      <div className="row">
        {report.problem === undefined &&
          (scheme.stored ? (
            <button
              type="button"
              className="button primary"
              onClick={() => session.convert((controller) => controller.openConverted(scheme.id))}
            >
              Open it
            </button>
          ) : (
            <button
              type="button"
              className="button primary"
              disabled={step.wrong !== undefined}
              onClick={() => session.convert((controller) => controller.start())}
            >
              {scheme.kept > 0 ? 'Continue converting' : 'Convert'}
            </button>
          ))}
        <button type="button" className="button" onClick={() => session.convert((controller) => controller.reset())}>
          Other files
        </button>
      </div>
    </>
  );
}
