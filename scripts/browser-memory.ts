/** Processes of a browser, found by its profile's folder, and their memory. Linux only (/proc). */
import { readdirSync, readFileSync } from 'node:fs';

interface BrowserProcess {
  readonly pid: number;
  /** `renderer`: runs pages; undefined: the browser's main process. */
  readonly type: string | undefined;
  /** Proportional set size: resident bytes, each shared page divided by the number of its processes. */
  readonly bytes: number;
}

export function browserProcesses(profile: string): readonly BrowserProcess[] {
  const found: BrowserProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      if (!command.includes(`--user-data-dir=${profile}`)) continue;
      const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, 'utf8'))?.[1];
      const type = /--type=([\w-]+)/.exec(command)?.[1];
      found.push({ pid: Number(name), type, bytes: 1024 * Number(kilobytes ?? 0) });
    } catch {
      // The process has ended meanwhile.
    }
  }
  return found;
}

/** The tab's process: of all renderers, the one with the most memory. */
export function tabOf(processes: readonly BrowserProcess[]): BrowserProcess | undefined {
  const [most] = processes.filter(({ type }) => type === 'renderer').sort((a, b) => b.bytes - a.bytes);
  return most;
}

export const browserOf = (processes: readonly BrowserProcess[]): BrowserProcess | undefined =>
  processes.find(({ type }) => type === undefined);

interface MemoryPeak {
  /** Peak memory of the tab's process above that at the start, bytes. */
  readonly tab: number;
  /** The same for all processes of the browser together. */
  readonly browser: number;
}

/** Samples the browser's memory until `end`; the current memory is the start. */
export function watchMemory(profile: string, everyMs: number): { readonly idle: number; end(): MemoryPeak } {
  const look = () => {
    const processes = browserProcesses(profile);
    return { tab: tabOf(processes)?.bytes ?? 0, browser: processes.reduce((sum, { bytes }) => sum + bytes, 0) };
  };
  const idle = look();
  const peak = { ...idle };
  const sampling = setInterval(() => {
    const now = look();
    peak.tab = Math.max(peak.tab, now.tab);
    peak.browser = Math.max(peak.browser, now.browser);
  }, everyMs);
  return {
    idle: idle.tab,
    end() {
      clearInterval(sampling);
      return { tab: peak.tab - idle.tab, browser: peak.browser - idle.browser };
    },
  };
}
