import { formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { useApp } from './context.ts';
import type { EngineState } from './store.ts';

const BACKENDS = {
  'webgpu-f16': 'WebGPU · f16',
  'webgpu-f32': 'WebGPU · f32',
  'wasm-threads': 'Wasm · threads',
  wasm: 'Wasm',
} as const;

const LIMITS: Readonly<Record<string, string>> = {
  maxBufferSize: 'Largest buffer',
  maxStorageBufferBindingSize: 'Largest binding',
};

/** Hexadecimal digits of the weights' hash that are shown; enough to tell two packs apart by eye. */
const HASH_PREFIX = 12;

function label(engine: EngineState): string {
  if (engine.phase === 'ready') return BACKENDS[engine.device.backend];
  if (engine.phase === 'failed') return 'No engine';
  return 'Starting…';
}

function rows(engine: Extract<EngineState, { phase: 'ready' }>): readonly (readonly [string, string])[] {
  const { device, pack } = engine;
  const limits = Object.entries(device.limits).map(
    ([name, bytes]) => [LIMITS[name] ?? name, formatBytes(bytes)] as const,
  );
  return [
    ['Backend', BACKENDS[device.backend]],
    ['Adapter', device.adapter ?? '–'],
    ['Threads', String(device.threads)],
    ...limits,
    ['Model', `${pack.name} (${pack.family})`],
    ['Weights', `${pack.weights}, ${formatBytes(pack.bytes)}`],
    ['SHA-256', `${pack.hash.slice(0, HASH_PREFIX)}…`],
    ['Licence', pack.licence],
  ];
}

/** What computes, in sight; why and with what, on a click. */
export function DeviceBadge() {
  const engine = useApp((state) => state.engine);
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
        data-phase={engine.phase}
        data-backend={engine.phase === 'ready' ? engine.device.backend : undefined}
      >
        <Icon name="chip" />
        <span className="badge-name">{label(engine)}</span>
        {engine.phase === 'ready' && engine.device.adapter && (
          <span className="badge-adapter">{engine.device.adapter}</span>
        )}
      </button>
      <section id="device-card" className="card" popover="auto" aria-label="Device and model">
        <h2>Device and model</h2>
        <p>{why}</p>
        {engine.phase === 'ready' && (
          <dl className="facts">
            {rows(engine).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        <p className="quiet">Photos and prompts stay on this machine.</p>
      </section>
    </>
  );
}
