/** CSS of the report: without scripts, for light and dark, also for print. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1a201f; --quiet: #57615e; --ground: #fff; --line: #d9dddb; --accent: #0b7268; }
@media (prefers-color-scheme: dark) {
  :root { --text: #eaeeec; --quiet: #a0aaa6; --ground: #131515; --line: #333838; --accent: #35d8c4; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 22px; }
h2 { margin-top: 40px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 18px; overflow-wrap: anywhere; }
h3 { margin: 0 0 8px; font-size: 14px; overflow-wrap: anywhere; }
p { margin: 6px 0; }
a { color: var(--accent); }
img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 2px 12px 2px 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 400; white-space: nowrap; }
td, .figure { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; color: var(--quiet); font-size: 13px; }
.quiet { color: var(--quiet); }
.sections { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 28px; }
.bar { height: 14px; margin-top: 8px; border-radius: 4px; print-color-adjust: exact; }
.ends { display: flex; justify-content: space-between; font-size: 13px; }
.legend { margin: 8px 0; padding: 0; list-style: none; }
.legend li { overflow-wrap: anywhere; }
.swatch { display: inline-block; width: 12px; height: 12px; margin-right: 8px; border-radius: 3px; print-color-adjust: exact; }
section > img { width: 100%; }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 10px; margin-top: 8px; }
.maps figure { margin: 0; padding: 3px; border: 1px solid transparent; border-radius: 6px; }
.maps .chosen { border-color: var(--accent); }
.maps img { width: 100%; }
figcaption { font-size: 12px; overflow-wrap: anywhere; }
`;
