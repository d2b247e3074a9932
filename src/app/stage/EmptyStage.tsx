import { chordText } from '../../ui/key-caps.ts';
import { useTouch } from '../../ui/touch.ts';
import { PickButton } from '../photos/PickButton.tsx';

export function EmptyStage() {
  const touch = useTouch();
  return (
    <div className="empty">
      <h2>{touch ? 'Start with a photo' : 'Drop a photo'}</h2>
      <p>
        See how far away everything is, the mask of whatever you describe, the class of every pixel – and where the
        model looked for each word. It runs on this machine; nothing leaves it.
      </p>
      <PickButton className="button primary">Choose photos</PickButton>
      {!touch && <p className="quiet">or paste one with {chordText('Mod+v')}</p>}
    </div>
  );
}
