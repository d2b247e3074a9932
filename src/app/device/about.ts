/** Replaced by their values when the page is built (vite.config.ts). */
declare const __PAGE_VERSION__: string;
declare const __RUNTIME_VERSION__: string;

/** Returns lines about the page and its browser, one fact each. */
export const about = (): readonly string[] => [
  `Page: VPD Workbench ${__PAGE_VERSION__}, onnxruntime-web ${__RUNTIME_VERSION__}`,
  `Browser: ${navigator.userAgent}`,
  `Cores: ${navigator.hardwareConcurrency}; cross-origin isolated: ${crossOriginIsolated ? 'yes' : 'no'}; WebGPU: ${'gpu' in navigator ? 'yes' : 'no'}`,
];
