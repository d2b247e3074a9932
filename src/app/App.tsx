import { lazy, Suspense } from 'react';
import { useApp } from './context.ts';
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

// Comes with the first checkpoint.
const ConversionDialog = lazy(() => import('./convert/ConversionDialog.tsx'));

export function App() {
  const converting = useApp(({ conversion }) => conversion !== undefined);
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
        <Suspense>
          <ConversionDialog />
        </Suspense>
      )}
    </div>
  );
}
