import { useId, useState } from 'react';
import type { ConversionOptions } from '../../convert/plan.ts';
import type { PlanReport } from '../../storage/conversion/protocol.ts';
import { MAX_PACK_NAME } from '../../storage/shelf/pack-name.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { useWorkbench } from '../context.ts';

interface Props {
  readonly report: PlanReport;
  readonly options: ConversionOptions;
  readonly wrong: string | undefined;
}

/** Settings that cannot be read from the checkpoint: a name, and numbers whose defaults are right for every published checkpoint. */
export function PlanChoices({ report, options, wrong }: Props) {
  const { session } = useWorkbench();
  const { config, family } = report;
  const [name, setName] = useState(config.name);
  const id = useId();
  const choose = (change: ConversionOptions) =>
    session.convert((controller) => controller.choose({ ...options, ...change }));
  const saveName = () => {
    if (name.trim() === '') setName(config.name);
    else if (name.trim() !== config.name) choose({ name: name.trim() });
  };
  const official = family !== 'native';
  const { depth } = config.tasks;
  return (
    <details className="convert-choices">
      <summary>Name, and settings that the file does not contain</summary>
      <div className="group">
        <div className="convert-name">
          <label className="field-label" htmlFor={id}>
            Name
          </label>
          <input
            id={id}
            className="text-input"
            value={name}
            maxLength={MAX_PACK_NAME}
            onChange={(event) => setName(event.currentTarget.value)}
            onBlur={saveName}
          />
        </div>
        {official && depth && (
          <NumberField
            label="Maximum depth"
            unit="m (10 for NYU)"
            value={options.maxDepth ?? depth.maxDepth}
            min={0.1}
            max={1000}
            step={0.1}
            onChange={(maxDepth) => choose({ maxDepth })}
          />
        )}
        {official && (
          <NumberField
            label="Attention heads"
            unit="(8 in Stable Diffusion)"
            value={options.heads ?? config.unet.heads ?? 8}
            min={1}
            max={64}
            step={1}
            onChange={(heads) => choose({ heads: Math.round(heads) })}
          />
        )}
        {official && config.text && (
          <NumberField
            label="Heads of the text encoder"
            unit="(12 in CLIP)"
            value={options.textHeads ?? config.text.heads}
            min={1}
            max={64}
            step={1}
            onChange={(textHeads) => choose({ textHeads: Math.round(textHeads) })}
          />
        )}
        {wrong !== undefined && (
          <p className="field-error" role="alert">
            {wrong}
          </p>
        )}
      </div>
    </details>
  );
}
