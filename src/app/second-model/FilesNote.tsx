import { useApp } from '../context.ts';

/** Note for everything that saves files, while two models are compared: the second model's results are not in them. */
export function FilesNote() {
  const two = useApp(({ secondModel }) => secondModel !== undefined);
  return two && <p className="note">Files hold the results right of the handle only.</p>;
}
