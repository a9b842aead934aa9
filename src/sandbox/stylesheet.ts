/**
 * The looks of the sandbox's pages: one file, no fonts or images from elsewhere, light and dark.
 */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1c2430; --quiet: #5c6675; --line: #dfe3e8;
  --accent: #2f5bd8; --accent-text: #ffffff; --banner: #fff3cf; --banner-text: #5f4700;
  --alert: #fdecec; --alert-text: #97201c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1d2128; --text: #eceff3; --quiet: #a3adba; --line: #343a44;
    --accent: #7f9ffb; --accent-text: #10131a; --banner: #443504; --banner-text: #ffe9ad;
    --alert: #4a1f1f; --alert-text: #ffcfcc;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
.banner {
  margin: 0; padding: 8px 16px; text-align: center;
  background: var(--banner); color: var(--banner-text); font-size: 14px;
}
.banner strong { letter-spacing: .06em; }
main {
  max-width: 920px; margin: 0 auto; padding: 56px 24px; display: grid;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 56px; align-items: start;
}
main.single { max-width: 640px; grid-template-columns: minmax(0, 1fr); gap: 16px; }
h1, h2, p { margin: 0; }
h1 { font-size: 17px; font-weight: 600; color: var(--quiet); overflow-wrap: anywhere; }
h2 { font-size: 18px; font-weight: 600; }
.single h1 { font-size: 26px; color: var(--text); line-height: 1.3; }
.quiet { color: var(--quiet); font-size: 14px; }
.total { font-size: 40px; font-weight: 650; line-height: 1.2; margin: 4px 0 28px; }
.items { list-style: none; margin: 0 0 24px; padding: 0; }
.items li {
  display: flex; justify-content: space-between; gap: 16px; padding: 14px 0;
  border-top: 1px solid var(--line);
}
.items li:last-child { border-bottom: 1px solid var(--line); }
.items .name { display: block; overflow-wrap: anywhere; }
.items .amount { white-space: nowrap; font-variant-numeric: tabular-nums; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 28px;
  display: grid; gap: 20px; box-shadow: 0 1px 3px rgb(0 0 0 / .05);
}
.field { display: grid; gap: 6px; }
.field label, legend { font-size: 14px; font-weight: 600; padding: 0; }
input[type="email"] {
  width: 100%; padding: 11px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--card); color: var(--text); font: inherit;
}
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
legend { margin-bottom: 6px; }
.choices { border: 1px solid var(--line); border-radius: 8px; }
.choice { display: flex; gap: 12px; align-items: center; padding: 11px 12px; cursor: pointer; }
.choice + .choice { border-top: 1px solid var(--line); }
.choice input { margin: 0; width: 18px; height: 18px; flex: none; accent-color: var(--accent); }
.choice .number { display: block; font-variant-numeric: tabular-nums; }
.choice .effect { display: block; color: var(--quiet); font-size: 14px; }
button, .button {
  display: block; width: 100%; padding: 13px 16px; border: 0; border-radius: 8px;
  background: var(--accent); color: var(--accent-text); font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; cursor: pointer;
}
button:hover, .button:hover { filter: brightness(1.07); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alert {
  padding: 11px 12px; border-radius: 8px; background: var(--alert); color: var(--alert-text);
}
a { color: var(--accent); }
code {
  font: 14px/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere;
}
dl { margin: 0; display: grid; gap: 14px; }
dt { font-weight: 600; font-size: 14px; }
dd { margin: 0; }
@media (max-width: 720px) {
  main { grid-template-columns: minmax(0, 1fr); gap: 24px; padding: 28px 16px 40px; }
  .total { font-size: 34px; margin-bottom: 18px; }
  .items { margin-bottom: 12px; }
  .card { padding: 20px 16px; }
}
`
