import { useState } from 'react';
import { BACKEND_NAMES } from '../../engine/backends.ts';
import type { PackOrigin } from '../../engine/protocol.ts';
import { formatDuration } from '../../format.ts';
import { formatBytes } from '../../format-bytes.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { shortHash } from '../../weights/pack/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { engineLines } from '../notices/details.ts';
import { about } from './about.ts';
import type { EngineState } from './engine-state.ts';
import { Memory } from './Memory.tsx';
import { ModelCard } from './ModelCard.tsx';
import './device.css';

const LIMITS: Readonly<Record<string, string>> = {
  maxBufferSize: 'Largest buffer',
  maxStorageBufferBindingSize: 'Largest binding',
};

const FROM = {
  network: 'the network',
  cache: 'the browser’s cache',
  storage: 'this browser’s storage',
} as const satisfies Record<PackOrigin, string>;

function label(engine: EngineState): string {
  if (engine.phase === 'ready') return BACKEND_NAMES[engine.device.backend];
  if (engine.phase === 'failed') return engine.stopped ? 'Stopped' : 'Not running';
  return 'Starting…';
}

function rows(engine: Extract<EngineState, { phase: 'ready' }>): readonly (readonly [string, string])[] {
  const { device, pack, timings } = engine;
  const limits = Object.entries(device.limits).map(
    ([name, bytes]) => [LIMITS[name] ?? name, formatBytes(bytes)] as const,
  );
  return [
    ['Backend', BACKEND_NAMES[device.backend]],
    ...(device.adapter
      ? ([
          ['Adapter', device.adapter],
          ['Half precision (f16)', device.backend === 'webgpu-f16' ? 'yes' : 'no'],
        ] as const)
      : ([['Threads', `${device.threads} of ${navigator.hardwareConcurrency} cores`]] as const)),
    ...limits,
    ['Model', pack.name === pack.family ? pack.name : `${pack.name} (${pack.family})`],
    ['Weights', `${pack.weights}, ${formatBytes(pack.bytes)}`],
    ...(pack.learnedSide === undefined
      ? []
      : ([
          [
            'Input size',
            `${pack.working.longSide} px; the model was trained at ${pack.learnedSide} px, so results are less accurate, distances most of all, although they are rescaled`,
          ],
        ] as const)),
    ['Loaded from', FROM[engine.from]],
    ['SHA-256', shortHash(pack.hash)],
    ['Opened in', formatDuration(timings.reduce((sum, { ms }) => sum + ms, 0))],
    ['Licence', pack.licence],
  ];
}

const KEPT = {
  unknown: 'not stored yet',
  kept: 'this page and its model are stored',
  'not kept': 'the browser refused to store the page',
} as const;

/** Badge with the name of the backend; a click opens details of device and model. */
export function DeviceBadge() {
  const { store, session } = useWorkbench();
  const engine = useApp((state) => state.engine);
  const kept = useApp((state) => state.offline.kept);
  const [openings, setOpenings] = useState(0);
  const why =
    engine.phase === 'ready'
      ? engine.device.reason
      : engine.phase === 'failed'
        ? engine.message
        : 'The engine is being loaded.';
  return (
    <>
      <button
        type="button"
        className="badge"
        popoverTarget="device-card"
        title={why}
        data-testid="device"
        data-phase={engine.phase === 'failed' && engine.stopped ? 'stopped' : engine.phase}
        data-backend={engine.phase === 'ready' ? engine.device.backend : undefined}
      >
        <Icon name="chip" />
        <span className="badge-name">{label(engine)}</span>
        {engine.phase === 'ready' && engine.device.adapter && (
          <span className="badge-adapter">{engine.device.adapter}</span>
        )}
      </button>
      <section
        id="device-card"
        className="card"
        popover="auto"
        aria-label="Device and model"
        onToggle={(event) => event.newState === 'open' && setOpenings((count) => count + 1)}
      >
        <h2>Device and model</h2>
        <p>{why}</p>
        {engine.phase === 'failed' && (
          <button type="button" className="button" onClick={session.retryFailed}>
            {engine.stopped ? 'Open' : 'Retry'}
          </button>
        )}
        {engine.phase === 'ready' && (
          <dl className="facts">
            {rows(engine).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            <div>
              <dt>Memory, without the GPU’s</dt>
              <dd data-testid="memory">
                <Memory request={openings} />
              </dd>
            </div>
            <div>
              <dt>Without a network</dt>
              <dd>{KEPT[kept]}</dd>
            </div>
          </dl>
        )}
        {engine.phase === 'ready' && <ModelCard pack={engine.pack} />}
        <button
          type="button"
          className="button"
          popoverTarget="device-card"
          popoverTargetAction="hide"
          onClick={() => session.convert((controller) => controller.open())}
        >
          Convert a checkpoint…
        </button>
        <p className="quiet">Photos and prompts stay on this machine.</p>
        <CopyButton label="Copy details" text={() => [...engineLines(store.getState()), ...about()].join('\n')} />
      </section>
    </>
  );
}
