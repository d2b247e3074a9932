import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Media } from './photos/media.ts';
import type { Results } from './results/results.ts';
import type { Session } from './session.ts';
import type { AppState, AppStore } from './store.ts';

/** What all components share, through WorkbenchContext. */
export interface Workbench {
  readonly store: AppStore;
  readonly results: Results;
  readonly media: Media;
  readonly session: Session;
  /** Reloads the page in its newest version. */
  update(): void;
  /** Deletes the session, from disk too. */
  clear(): Promise<void>;
}

export const WorkbenchContext = createContext<Workbench | undefined>(undefined);

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext);
  if (!workbench) throw new Error('A component of the workbench is used outside WorkbenchContext.');
  return workbench;
}

/** Selects a part of the state; the component renders again when that part changes. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useWorkbench().store, select);
}
