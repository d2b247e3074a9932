import { DeviceBadge } from '../device/DeviceBadge.tsx';
import { ShelfButton } from '../shelf/ShelfButton.tsx';
import { Logo } from './Logo.tsx';
import { ThemeButton } from './ThemeButton.tsx';
import './header.css';

export function Header() {
  return (
    <header className="header">
      <Logo />
      <h1>VPD Workbench</h1>
      <p className="tagline">see what a diffusion model sees, on your machine</p>
      <ShelfButton />
      <DeviceBadge />
      <ThemeButton />
    </header>
  );
}
