extension Page {
  /// Colours, type and layout, for light and dark screens, narrow ones and paper.
  static let style = #"""
    :root {
      --page: #f7f6f3; --card: #ffffff; --ink: #1c1e21; --soft: #5b6068; --line: #e3e1db; --grid: #ecebe6;
      --mark: #fff4cf; --mark-line: #e2b93b; --good: #1a7f5a; --good-back: #e2f4ec; --warn: #9a5b00; --warn-back: #fdf0d8;
      --color0: #2f6fde; --color1: #d4552a; --color2: #128a72; --color3: #8a4fc4; --color4: #b8860b; --color5: #c2376e;
      --shadow: 0 1px 2px rgb(28 30 33 / 5%), 0 4px 16px rgb(28 30 33 / 4%);
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #131417; --card: #1b1d21; --ink: #eceded; --soft: #a1a7b0; --line: #2f3238; --grid: #282b30;
        --mark: #3a3319; --mark-line: #c9a23a; --good: #6fd3ac; --good-back: #16352a; --warn: #f0bd6a; --warn-back: #3b2c12;
        --color0: #79a8ff; --color1: #ff9168; --color2: #4fc9ac; --color3: #c29bf2; --color4: #e0bb54; --color5: #f383ae;
        --shadow: none;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
      font-variant-numeric: tabular-nums;
    }
    main { max-width: 1120px; margin: 0 auto; padding: 40px 28px 72px; }
    header { margin-bottom: 28px; }
    .brand { color: var(--soft); font-size: 13px; letter-spacing: .08em; text-transform: uppercase; margin: 0 0 6px; }
    h1 { font-size: 34px; line-height: 1.15; letter-spacing: -.02em; margin: 0; overflow-wrap: anywhere; }
    h1 + p { color: var(--soft); margin: 10px 0 0; font-size: 17px; max-width: 70ch; overflow-wrap: anywhere; }
    h2 { font-size: 22px; letter-spacing: -.01em; margin: 48px 0 14px; }
    h3 { font-size: 15px; font-weight: 650; margin: 0; }
    section > p { max-width: 75ch; }
    .status {
      display: inline-block; vertical-align: middle; margin-left: 10px; padding: 3px 12px; border-radius: 99px;
      font-size: 13px; font-weight: 600; letter-spacing: 0; color: var(--good); background: var(--good-back);
    }
    .status.open { color: var(--warn); background: var(--warn-back); }
    .note { color: var(--soft); font-size: 14px; margin: 8px 0 0; }
    code, pre, .text { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 13.5px; }
    .figures {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(172px, 1fr)); gap: 14px; margin: 0; padding: 0;
    }
    .figures > div { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 14px 18px; box-shadow: var(--shadow); }
    .figures dt { color: var(--soft); font-size: 13.5px; }
    .figures dd { margin: 2px 0 0; font-size: 24px; font-weight: 620; letter-spacing: -.015em; line-height: 1.25; }
    .figures dd + dd { font-size: 13.5px; font-weight: 400; letter-spacing: 0; color: var(--soft); line-height: 1.4; }
    .charts { display: grid; grid-template-columns: 1fr 1fr; gap: 18px; }
    .chart { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 18px 20px 10px; margin: 0; min-width: 0; box-shadow: var(--shadow); display: flex; flex-direction: column; }
    .chart.wide { grid-column: 1 / -1; }
    .chart figcaption p { color: var(--soft); font-size: 14px; margin: 2px 0 0; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 8px 0 0; padding: 0; font-size: 13.5px; }
    .key { display: inline-block; width: 16px; height: 3px; border-radius: 2px; margin-right: 7px; vertical-align: middle; background: currentColor; }
    .key.faint { opacity: .35; }
    .key.marked { height: 8px; width: 8px; border-radius: 50%; }
    .color0 { color: var(--color0); } .color1 { color: var(--color1); } .color2 { color: var(--color2); }
    .color3 { color: var(--color3); } .color4 { color: var(--color4); } .color5 { color: var(--color5); }
    .plot { position: relative; padding: 18px 8px 40px 66px; margin: auto -8px 0; border-radius: 10px; cursor: crosshair; touch-action: pan-y; }
    .plot:focus-visible, .scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--color0); outline-offset: 2px; }
    .drawing { display: block; width: 100%; height: 200px; overflow: visible; }
    .wide .drawing { height: 320px; }
    .drawing text { fill: var(--soft); font-size: 12px; }
    .grid line { stroke: var(--grid); stroke-width: 1; }
    .grid text { text-anchor: end; }
    .marks text { text-anchor: middle; }
    .marks .unit { text-anchor: end; font-style: italic; }
    .axis, .cursor line { stroke: var(--soft); stroke-width: 1; opacity: .6; }
    .cursor line { stroke-dasharray: 3 3; }
    .cursor[hidden] { display: none; }
    .curves { overflow: hidden; }
    .curves path { fill: none; stroke: currentColor; stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; }
    .curves path.faint { stroke-width: 1; opacity: .35; }
    circle { fill: var(--card); stroke: currentColor; stroke-width: 2; }
    circle.dot { fill: currentColor; stroke: var(--card); }
    .tip {
      position: absolute; top: 8px; left: 0; z-index: 1; pointer-events: none; width: max-content; max-width: 92%;
      background: var(--card); border: 1px solid var(--line); border-radius: 9px; padding: 7px 11px; font-size: 13px;
      line-height: 1.5; box-shadow: 0 4px 18px rgb(0 0 0 / 14%);
    }
    .tip[hidden] { display: none; }
    .tip span { display: flex; align-items: center; }
    .tip b { margin-left: auto; padding-left: 16px; font-weight: 600; }
    details { margin: 6px 0 8px; }
    summary { cursor: pointer; color: var(--soft); font-size: 13.5px; padding: 3px 0; border-radius: 6px; width: max-content; max-width: 100%; }
    summary:hover { color: var(--ink); }
    .scroll { overflow: auto; max-height: 340px; border-radius: 8px; }
    section > .scroll { max-height: none; background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
    table { border-collapse: collapse; font-size: 13.5px; width: 100%; }
    th, td { padding: 5px 14px 5px 0; text-align: right; font-weight: 400; white-space: nowrap; }
    thead th { color: var(--soft); font-weight: 550; border-bottom: 1px solid var(--line); position: sticky; top: 0; background: var(--card); }
    tbody tr + tr > * { border-top: 1px solid var(--grid); }
    th:first-child { text-align: left; }
    table.plain { font-size: 14.5px; }
    table.plain th, table.plain td { padding: 9px 14px; text-align: left; vertical-align: top; }
    table.plain td { white-space: normal; overflow-wrap: break-word; }
    table.plain td .text, table.plain code { display: block; min-width: 12ch; max-width: 64ch; overflow-wrap: anywhere; }
    table.plain tbody th code { max-width: none; overflow-wrap: normal; }
    table.plain .number { text-align: right; white-space: nowrap; }
    table.plain tbody th { font-weight: 550; }
    .changed { background: var(--mark); border-radius: 4px; box-shadow: inset 3px 0 var(--mark-line); }
    pre { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 16px 20px; overflow: auto; line-height: 1.6; margin: 8px 0 0; }
    pre span { display: block; padding: 0 8px; min-width: max-content; }
    .sample { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 16px 20px; margin: 0 0 14px; box-shadow: var(--shadow); break-inside: avoid; }
    .sample .text { white-space: pre-wrap; overflow-wrap: anywhere; margin: 2px 0 0; }
    .sample .prompt { font: inherit; font-weight: 600; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 12px; }
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 18px; margin: 0; }
    .pair > div { border-left: 3px solid var(--line); padding-left: 14px; min-width: 0; }
    .pair > .after { border-color: var(--color0); }
    .pair dt { color: var(--soft); font-size: 13.5px; }
    .pair dd { margin: 0; }
    .right { color: var(--good); font-weight: 600; } .wrong { color: var(--color1); font-weight: 600; }
    .environment { display: grid; grid-template-columns: max-content 1fr; gap: 6px 26px; margin: 0; }
    .environment dt { color: var(--soft); }
    .environment dd { margin: 0; overflow-wrap: anywhere; }
    footer { margin-top: 56px; color: var(--soft); font-size: 13.5px; border-top: 1px solid var(--line); padding-top: 16px; }
    .unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .skip:focus { position: absolute; top: 8px; left: 8px; padding: 6px 12px; background: var(--card); color: var(--ink); border-radius: 8px; }
    @media (max-width: 760px) {
      main { padding: 24px 16px 48px; }
      h1 { font-size: 27px; }
      h2 { margin-top: 36px; }
      .charts, .pair { grid-template-columns: minmax(0, 1fr); }
      .figures { grid-template-columns: 1fr 1fr; gap: 10px; }
      .figures > div { padding: 11px 13px; }
      .figures dd { font-size: 20px; }
      .chart { padding: 14px 14px 6px; }
      .plot { padding-left: 56px; }
      .wide .drawing { height: 230px; }
      .environment { grid-template-columns: minmax(0, 1fr); gap: 0; }
      .environment dd { margin-bottom: 8px; }
      table.plain th, table.plain td { padding: 8px 12px; }
    }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
    @media print {
      :root {
        --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --grid: #ddd; --shadow: none;
        --mark: #fff4cf; --mark-line: #e2b93b; --good: #1a7f5a; --good-back: #fff; --warn: #9a5b00; --warn-back: #fff;
        --color0: #2f6fde; --color1: #d4552a; --color2: #128a72; --color3: #8a4fc4; --color4: #b8860b; --color5: #c2376e;
      }
      body { font-size: 11pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      main { max-width: none; padding: 0; }
      .chart, .figures > div, tr { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
      details.values, .tip, .skip { display: none; }
      .drawing { height: 150px; }
      .wide .drawing { height: 210px; }
      .scroll { overflow: visible; max-height: none; }
      pre { white-space: pre-wrap; }
      pre span { min-width: 0; }
    }
    """#
}
