import { Icon, type IconName } from '../../../ui/Icon.tsx';
import { chordText } from '../../../ui/key-caps.ts';
import type { MaskHistory } from './masks.ts';

interface Props {
  readonly history: MaskHistory;
  onUndo(): void;
  onRedo(): void;
}

/** Undo and redo for all changes of the photo's masks. */
export function UndoButtons({ history, onUndo, onRedo }: Props) {
  return (
    <div className="undo-buttons">
      <HistoryButton icon="undo" label="Undo" keys="Mod+z" able={history.past.length > 0} onPress={onUndo} />
      <HistoryButton icon="redo" label="Redo" keys="Mod+Shift+z" able={history.future.length > 0} onPress={onRedo} />
    </div>
  );
}

interface HistoryProps {
  readonly icon: IconName;
  readonly label: string;
  /** Name of the chord as in a table of shortcuts. */
  readonly keys: string;
  readonly able: boolean;
  onPress(): void;
}

function HistoryButton({ icon, label, keys, able, onPress }: HistoryProps) {
  return (
    <button
      type="button"
      className="icon-button small"
      aria-label={label}
      title={`${label} (${chordText(keys)})`}
      disabled={!able}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
