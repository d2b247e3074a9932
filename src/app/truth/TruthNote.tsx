import { useEffect } from 'react';
import { Lazy } from '../../ui/Lazy.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { loadTruth } from '../photos/samples.ts';
import { isComparing } from '../second-model/state.ts';
import { selectedPhoto } from '../store.ts';
import { ErrorLegend } from './ErrorLegend.tsx';
import { useTruth } from './useTruth.ts';
import './truth.css';

/**
 * For rendered samples: switches that show the truth or the errors right of the compare handle, and the metrics of the results against the
 * truth. While two models are compared, neither is drawn.
 */
export function TruthNote() {
  const { store, results, session } = useWorkbench();
  const photo = useApp(selectedPhoto);
  const on = useApp((state) => state.truth);
  const errors = useApp((state) => state.errors);
  const comparing = useApp(isComparing);
  const truth = useTruth();
  const { id, truth: address } = photo ?? {};

  useEffect(() => {
    if (!on || id === undefined || address === undefined || results.truths.has(id)) return;
    const load = async (): Promise<void> => {
      results.truths.set(id, await loadTruth(address));
      store.setState({ revision: store.getState().revision + 1 });
    };
    load().catch((thrown: unknown) => {
      store.setState({ truth: false });
      session.showError(thrown);
    });
  }, [on, id, address, store, results, session]);

  if (address === undefined) return null;
  return (
    <div className="truth">
      <Toggle label="Show truth" checked={on} onChange={(wanted) => store.setState({ truth: wanted })} />
      {truth && !comparing && (
        <Toggle
          label="Show errors instead of the truth"
          checked={errors}
          onChange={(wanted) => store.setState({ errors: wanted })}
        />
      )}
      {truth && errors && !comparing && <ErrorLegend truth={truth} />}
      {truth && (
        // Loaded on demand: with its evaluation code it is larger than the rest of the panel.
        <Lazy
          what="The comparison with the truth"
          load={() => import('./Figures.tsx')}
          onFail={(error) => {
            store.setState({ truth: false });
            session.showError(error);
          }}
        >
          {({ Figures }) => <Figures truth={truth} />}
        </Lazy>
      )}
    </div>
  );
}
