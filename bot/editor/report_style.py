"""How the report looks: plain, after the KERN design system, in light, dark, narrow and on paper.

No attribute in the page carries style, so that one hash in its policy covers everything.
"""

STYLE = """
:root { color-scheme: light dark; --text: #131525; --muted: #404565; --page: #fff; --back: #f3f4f7; --line: #9ea3bf;
  --action: #2044aa; --good: #00624a; --fair: #7a4100; --bad: #bd0f09; --open: #404565; }
@media (prefers-color-scheme: dark) { :root { --text: #f3f4f7; --muted: #c5c9da; --page: #131525; --back: #22253c;
  --line: #6d7397; --action: #a9c0ff; --good: #6fdcb4; --fair: #ffc46b; --bad: #ff9c94; --open: #c5c9da; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 1rem/1.5 "Fira Sans", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 72rem; margin-inline: auto; padding: 1rem; }
main { padding-block: 0; }
h1 { font-size: 1.75rem; line-height: 1.25; margin-block: .5rem; }
h2 { font-size: 1.375rem; line-height: 1.3; margin-block: 2.5rem .75rem; border-top: 1px solid var(--line);
  padding-top: 1rem; }
h3 { font-size: 1.125rem; margin-block: 1.75rem .5rem; }
p, li, dd { max-width: 46rem; }
a { color: var(--action); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; }
dt { color: var(--muted); }
dd { margin: 0; }
.scroll { overflow-x: auto; }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; margin-block: .75rem; overflow-wrap: break-word; hyphens: auto; }
caption { text-align: start; font-weight: 600; padding-block: .5rem; }
th, td { text-align: start; vertical-align: top; padding: .5rem .75rem .5rem 0;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 600; border-bottom-width: 2px; }
tbody th { font-weight: 400; min-width: 7rem; }
td.line, tbody th.line { min-width: 14rem; }
.value { display: block; font-weight: 600; white-space: nowrap; }
.range, .where { display: block; color: var(--muted); font-size: .875rem; hyphens: none; }
.range, .goal { white-space: nowrap; }
.verdict { display: inline-block; padding: .1rem .5rem; border: 2px solid; border-radius: 4px; font-weight: 600;
  min-width: 9rem; }
.good { color: var(--good); } .fair { color: var(--fair); } .bad { color: var(--bad); } .open { color: var(--open); }
.said { list-style: none; margin: 0; padding: 0; }
.said li + li { margin-top: .25rem; }
figure { margin: 1rem 0; }
svg { display: block; width: 100%; min-width: 38rem; max-width: 56rem; height: auto; background: var(--page); }
svg text { fill: var(--text); font-size: 14px; }
svg .axis { fill: none; stroke: var(--text); }
svg .grid { stroke: var(--line); stroke-width: .5; }
svg .danger { fill: none; stroke: var(--bad); stroke-width: 3; }
svg .harmless { fill: none; stroke: var(--action); stroke-width: 3; stroke-dasharray: 8 5; }
svg .threshold { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 2 3; }
svg .end { text-anchor: end; } svg .middle { text-anchor: middle; } svg .name { font-weight: 600; }
footer { color: var(--muted); margin-top: 2rem; border-top: 1px solid var(--line); }
@media (max-width: 40rem) { dl { grid-template-columns: minmax(0, 1fr); } dd { margin-bottom: .5rem; }
  h1 { font-size: 1.5rem; } }
@media print { :root { color-scheme: light; --text: #000; --muted: #333; --page: #fff; --back: #fff; --line: #888;
  --action: #2044aa; --good: #00624a; --fair: #7a4100; --bad: #bd0f09; --open: #333; }
  body { font-size: 9.5pt; } header, main, footer { max-width: none; padding-inline: 0; }
  .scroll { overflow: visible; } tr, figure { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
  svg { min-width: 0; }  td.line, tbody th.line, .verdict, tbody th { min-width: 0; } nav { display: none; } }
"""
