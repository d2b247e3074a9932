import { createContext } from 'react';
import type { Place } from './place.ts';

/**
 * What is at the crosshair, for the small parts of the panels that show it. It changes with every move of the pointer, and a context
 * renders only the components that read it, not the panels around them.
 */

/** Depth in metres. */
export const PointedDepth = createContext<number | undefined>(undefined);
/** Index of the class. */
export const PointedClass = createContext<number | undefined>(undefined);
export const PointedPlace = createContext<Place | undefined>(undefined);
