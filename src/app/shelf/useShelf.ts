import { useWorkbench } from '../context.ts';
import type { Session } from '../session.ts';

/** Returns the function by which components use the shelf's controller. */
export const useShelf = (): Session['shelf'] => useWorkbench().session.shelf;
