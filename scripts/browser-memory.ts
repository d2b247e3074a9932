/** Processes of a browser, known by its profile's folder, and what memory they have: Linux only (/proc). */
import { readdirSync, readFileSync } from 'node:fs';

interface BrowserProcess {
  readonly pid: number;
  /** `renderer` draws and runs pages; undefined: the browser itself. */
  readonly type: string | undefined;
  /** Proportional set size: resident bytes, each shared page divided among those who share it. */
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
      // It ended meanwhile.
    }
  }
  return found;
}

/** The process of the tab: of all that draw, the one with most memory. */
export function tabOf(processes: readonly BrowserProcess[]): BrowserProcess | undefined {
  const [most] = processes.filter(({ type }) => type === 'renderer').sort((a, b) => b.bytes - a.bytes);
  return most;
}

export const browserOf = (processes: readonly BrowserProcess[]): BrowserProcess | undefined =>
  processes.find(({ type }) => type === undefined);

interface MemoryPeak {
  /** Most bytes of the tab's process over what it had at the start. */
  readonly tab: number;
  /** The same of all processes of the browser together. */
  readonly browser: number;
}

/** Samples until it is ended; the start is what the browser has now. */
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
