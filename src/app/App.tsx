import { Lazy } from '../ui/Lazy.tsx';
import { useApp, useWorkbench } from './context.ts';
import { Header } from './header/Header.tsx';
import { Notices } from './notices/Notices.tsx';
import { UpdatePrompt } from './offline/UpdatePrompt.tsx';
import { SidePanel } from './panel/SidePanel.tsx';
import { DropLayer } from './photos/DropLayer.tsx';
import { Readout } from './readout/Readout.tsx';
import { SkipLinks } from './SkipLinks.tsx';
import { StatusLine } from './StatusLine.tsx';
import { useToolKeys } from './shortcuts/tools.ts';
import { Stage } from './stage/Stage.tsx';
import { StageBar } from './stage/StageBar.tsx';
import { PhotoStrip } from './strip/PhotoStrip.tsx';

export function App() {
  const { session } = useWorkbench();
  useToolKeys();
  const converting = useApp(({ conversion }) => conversion?.shown ?? false);
  return (
    <div className="app">
      <SkipLinks />
      <Header />
      <PhotoStrip />
      <main className="view">
        <Stage />
        <StageBar />
        <Readout />
        <Notices />
        <UpdatePrompt />
      </main>
      <SidePanel />
      <StatusLine />
      <DropLayer />
      {converting && (
        <Lazy
          what="The window that converts checkpoints"
          load={() => import('./convert/ConversionDialog.tsx')}
          onFail={(error) => {
            session.convert((controller) => controller.close());
            session.showError(error);
          }}
        >
          {({ ConversionDialog }) => <ConversionDialog />}
        </Lazy>
      )}
    </div>
  );
}
