import { lazy, Suspense, useEffect } from 'react';
import { Toggle } from '../../ui/Toggle.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { fetchBeside } from '../samples.ts';
import { selectedPhoto } from '../store.ts';
import { useTruth } from './useTruth.ts';
import './truth.css';

/** With its evaluation it is larger than the rest of the panel: it comes when truth is asked for. */
const Figures = lazy(() => import('./Figures.tsx'));

/** Of a sample that was rendered: what is really there, right of the compare handle, and how far the answer is from it. */
export function TruthNote() {
  const { store, results, session } = useWorkbench();
  const photo = useApp(selectedPhoto);
  const on = useApp((state) => state.truth);
  const truth = useTruth();
  const { id, truth: address } = photo ?? {};

  useEffect(() => {
    if (!on || id === undefined || address === undefined || results.truths.has(id)) return;
    const load = async (): Promise<void> => {
      const { readTruth } = await import('../../samples/truth.ts');
      results.truths.set(id, await readTruth((name) => fetchBeside(name, address)));
      store.setState({ revision: store.getState().revision + 1 });
    };
    load().catch((thrown: unknown) => {
      store.setState({ truth: false });
      session.report(thrown);
    });
  }, [on, id, address, store, results, session]);

  function show(wanted: boolean): void {
    const { stage } = store.getState();
    // Both halves in sight at first; off, the layers are everywhere again.
    store.setState({ truth: wanted, stage: { ...stage, compare: wanted ? 0.5 : 0, photo: true, layers: true } });
  }

  if (address === undefined) return null;
  return (
    <div className="truth">
      <Toggle label="Show truth" checked={on} onChange={show} />
      {truth && (
        <Suspense fallback={null}>
          <Figures truth={truth} />
        </Suspense>
      )}
    </div>
  );
}
