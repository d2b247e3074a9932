import type { TaskId } from '../vpd/config.ts';
import { DEPTH_VIEW, type DepthView } from './depth/view.ts';
import { NO_WORD, REFER_VIEW, type ReferView } from './refer/view.ts';
import { NO_CLASS, SEGMENT_VIEW, type SegmentView } from './segment/view.ts';

/** The user's settings for the view of each task's result. */
export interface TaskViews {
  readonly depth: DepthView;
  readonly refer: ReferView;
  readonly segment: SegmentView;
}

export const TASK_VIEWS: TaskViews = {
  depth: DEPTH_VIEW,
  refer: REFER_VIEW,
  segment: SEGMENT_VIEW,
} satisfies Record<TaskId, object>;

/** Returns the views without what is under the pointer. */
export const withoutHovered = ({ depth, refer, segment }: TaskViews): TaskViews => ({
  depth,
  refer: { ...refer, hovered: undefined, hoveredMask: undefined },
  segment: { ...segment, hovered: undefined },
});

/** Returns the views without the selected words and classes, which belong to one result. */
export const withoutSelected = ({ depth, refer, segment }: TaskViews): TaskViews => ({
  depth,
  refer: { ...refer, ...NO_WORD, hoveredMask: undefined },
  segment: { ...segment, ...NO_CLASS },
});

/** Returns the views without choices that only one model knows: besides selections its kinds of room, levels and heads. */
export function forAnotherModel(views: TaskViews): TaskViews {
  const { depth, refer, segment } = withoutSelected(views);
  return {
    depth: { ...depth, scene: undefined },
    refer: { ...refer, level: undefined, source: undefined },
    segment,
  };
}
