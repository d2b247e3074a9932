import { useMemo, useRef, useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { GESTURES, GROUPS, keyCaps, shortcutsOf } from './shortcuts.ts';
import { loadSingleKeys, saveSingleKeys } from './single-keys.ts';
import { usePageShortcuts } from './usePageShortcuts.ts';
import './shortcut-sheet.css';

/** Button and dialog that list every key and gesture; the key `?` opens it, too. */
export function ShortcutSheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [singleKeys, setSingleKeys] = useState(loadSingleKeys);
  const handlers = useMemo(() => ({ sheet: () => dialog.current?.showModal() }), []);
  usePageShortcuts('page', handlers);

  function choose(on: boolean): void {
    saveSingleKeys(on);
    setSingleKeys(on);
  }

  return (
    <>
      <button
        type="button"
        className="icon-button small"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        aria-haspopup="dialog"
        onClick={handlers.sheet}
      >
        <Icon name="keys" />
      </button>
      <Dialog ref={dialog} title="Keyboard shortcuts">
        <div className="sheet-groups">
          {GROUPS.map((group) => (
            <section key={group.title}>
              <h3>{group.title}</h3>
              <dl>
                {group.scopes
                  .flatMap((scope) => shortcutsOf(scope))
                  .map(({ action, keys, does }) => (
                    <div key={action}>
                      <dt>
                        {keyCaps(keys).map((cap) => (
                          <kbd key={cap}>{cap}</kbd>
                        ))}
                      </dt>
                      <dd>{does}</dd>
                    </div>
                  ))}
              </dl>
            </section>
          ))}
          <section>
            <h3>Pointer and fingers</h3>
            <dl>
              {GESTURES.map(({ how, does }) => (
                <div key={how}>
                  <dt>{how}</dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
        <Toggle
          label="Single keys work on the whole page, not only on the photo"
          checked={singleKeys}
          onChange={choose}
        />
      </Dialog>
    </>
  );
}
