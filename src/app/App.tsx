import { Late } from '../ui/Late.tsx';
import { useApp, useWorkbench } from './context.ts';
import { DropLayer } from './DropLayer.tsx';
import { Header } from './Header.tsx';
import { Notices } from './Notices.tsx';
import { PhotoStrip } from './PhotoStrip.tsx';
import { Readout } from './Readout.tsx';
import { SidePanel } from './SidePanel.tsx';
import { StatusLine } from './StatusLine.tsx';
import { Stage } from './stage/Stage.tsx';
import { StageBar } from './stage/StageBar.tsx';
import { UpdatePrompt } from './UpdatePrompt.tsx';

export function App() {
  const { session } = useWorkbench();
  const converting = useApp(({ conversion }) => conversion?.shown ?? false);
  return (
    <div className="app">
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
        <Late
          what="The window that converts checkpoints"
          load={() => import('./convert/ConversionDialog.tsx')}
          onFail={(error) => {
            session.convert((controller) => controller.close());
            session.report(error);
          }}
        >
          {({ ConversionDialog }) => <ConversionDialog />}
        </Late>
      )}
    </div>
  );
}
