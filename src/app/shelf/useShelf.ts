import { useWorkbench } from '../context.ts';
import type { Session } from '../session.ts';

/** What a component of the dialog does with the shelf. */
export const useShelf = (): Session['shelf'] => useWorkbench().session.shelf;
