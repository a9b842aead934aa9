/**
 * The looks of the pages that the server writes itself: the dashboard's colours, light and dark,
 * with nothing loaded from anywhere. The dashboard has its own sheet, dashboard/src/style.css.
 */

export const pageStyle = `
  :root {
    color-scheme: light dark;
    --page: light-dark(#fafafa, #0b0c0f); --surface: light-dark(#ffffff, #121317);
    --sunken: light-dark(#f3f3f5, #1a1b21); --line: light-dark(#e4e4e8, #25272e);
    --edge: light-dark(#cfcfd6, #3a3d46); --text: light-dark(#17181c, #ececf0);
    --muted: light-dark(#5c5e68, #9b9da8); --accent: light-dark(#4f46e5, #9495fa);
    --on-accent: light-dark(#ffffff, #0b0c0f); --bad: light-dark(#b91c1c, #ff8a8a);
    --bad-soft: light-dark(#fdecec, #331619);
    font: 14px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; min-height: 100dvh; padding: 24px 16px; display: grid;
    align-content: center; justify-items: center; gap: 20px; background: var(--page);
    color: var(--text); -webkit-font-smoothing: antialiased; }
  header { display: flex; align-items: center; gap: 8px; font-size: 16px; font-weight: 600;
    letter-spacing: -.025em; }
  main { width: 100%; max-width: 400px; padding: 24px; display: grid; gap: 16px;
    border: 1px solid var(--line); border-radius: 12px; background: var(--surface);
    overflow-wrap: anywhere; }
  h1 { margin: 0; font-size: 18px; line-height: 24px; font-weight: 600; }
  p { margin: 0; }
  form { display: grid; gap: 12px; }
  form + form { padding-top: 16px; border-top: 1px solid var(--line); }
  label { display: block; margin-bottom: 4px; font-weight: 500; }
  input { width: 100%; height: 36px; padding: 0 10px; font: inherit; color: inherit;
    border: 1px solid var(--edge); border-radius: 6px; background: var(--surface); }
  button { width: 100%; height: 36px; padding: 0 12px; font: inherit; font-weight: 500;
    border: 0; border-radius: 6px; background: var(--accent); color: var(--on-accent);
    cursor: pointer; }
  button:hover { opacity: .9; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  a { color: var(--accent); }
  code { padding: 1px 4px; border-radius: 4px; background: var(--sunken); font-size: 12px;
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
  .hint { color: var(--muted); font-size: 13px; }
  [role="alert"] { padding: 8px 12px; border-radius: 6px; background: var(--bad-soft);
    color: var(--bad); }
`
