import type { PlanReport } from '../../storage/conversion/protocol.ts';

/** Lists the models that are converted after this one, if the given files become several. */
export function NextModels({ report }: { readonly report: PlanReport }) {
  const [, ...later] = report.packs;
  if (later.length === 0) return null;
  return (
    <p className="note" data-testid="later">
      These files become {report.packs.length} models, one after the other. After this one:{' '}
      {later.map(({ names }) => names.join(' with ')).join(', then ')}.
    </p>
  );
}
