/** Line icons on a 20-unit grid, drawn for this page. */
const PATHS = {
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  fit: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  actual: 'M4 7l2-2v10M14 7l2-2v10M10 8v.1M10 12v.1',
  compare: 'M7 5l-5 5 5 5M13 5l5 5-5 5',
  keys: 'M2 5h16v10H2zM5 8h.01M8 8h.01M11 8h.01M14 8h.01M6 12h8',
  check: 'M4 10.5l4 4 8-9',
  close: 'M5 5l10 10M15 5L5 15',
  download: 'M10 3v9m0 0l-4-4m4 4l4-4M4 16h12',
  chip: 'M6 6h8v8H6zM8 3v3M12 3v3M8 14v3M12 14v3M3 8h3M3 12h3M14 8h3M14 12h3',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 2v2M10 16v2M2 10h2M16 10h2M4.4 4.4l1.4 1.4M14.2 14.2l1.4 1.4M4.4 15.6l1.4-1.4M14.2 5.8l1.4-1.4',
  moon: 'M16 11.8A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8z',
  auto: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 3v14',
  copy: 'M7 7h10v10H7zM13 7V3H3v10h4',
  paste: 'M7 4H5v13h10V4h-2M7 3h6v3H7z',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4',
  eyeOff: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5M4 16L16 4',
  folder: 'M3 4h5l2 2h7v10H3z',
  photo: 'M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M13 7.5h.01',
  camera: 'M3 6h3l2-2h4l2 2h3v10H3zM10 8a3 3 0 1 0 0 6 3 3 0 0 0 0-6',
  shelf: 'M3 3v14M17 3v14M3 9h14M3 16h14M6 4v5M9 4v5M11.5 4.5L13.5 9M6 11v5h4v-5z',
  pencil: 'M4 16l1-4 8-8 3 3-8 8zM11 6l3 3',
  trash: 'M4 6h12M8 6V4h4v2M6 6l1 10h6l1-10',
  undo: 'M7 4L3 8l4 4M3 8h8a5 4 0 0 1 0 8H8',
  redo: 'M13 4l4 4-4 4M17 8H9a5 4 0 0 0 0 8h3',
  warning: 'M10 3l8 14H2zM10 8v4M10 14.5v.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
