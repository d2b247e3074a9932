import type { AttentionMaps } from '../../engine/results.ts';
import { Choice } from '../../ui/Choice.tsx';
import { levelName, mapsOfLevel } from './heat-map.ts';

interface Props {
  readonly maps: readonly AttentionMaps[];
  readonly level: number | undefined;
  onLevel(level: number): void;
}

/** Choice of the resolution of the averaged maps. */
export function LevelChoice({ maps, level, onLevel }: Props) {
  const current = mapsOfLevel(maps, level);
  if (!current || maps.length < 2) return null;
  return (
    <Choice
      label="Resolution"
      value={String(current.level)}
      options={maps.map((each) => ({ value: String(each.level), label: levelName(each) }))}
      onChange={(value) => onLevel(Number(value))}
    />
  );
}
