/** Written in when the page is built (vite.config.ts). */
declare const __PAGE_VERSION__: string;
declare const __RUNTIME_VERSION__: string;

/** The page and the browser that it runs in, a fact a line. */
export const about = (): readonly string[] => [
  `Page: VPD Workbench ${__PAGE_VERSION__}, onnxruntime-web ${__RUNTIME_VERSION__}`,
  `Browser: ${navigator.userAgent}`,
  `Cores: ${navigator.hardwareConcurrency}; cross-origin isolated: ${crossOriginIsolated ? 'yes' : 'no'}; WebGPU: ${'gpu' in navigator ? 'yes' : 'no'}`,
];
