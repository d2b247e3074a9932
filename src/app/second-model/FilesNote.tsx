import { useApp } from '../context.ts';
import { isComparing } from './state.ts';

/** Note for everything that saves files, while two models are compared: the second model's results are not in them. */
export function FilesNote() {
  const two = useApp(isComparing);
  return two && <p className="note">These files hold the results right of the handle only.</p>;
}
