/** The only style of the status page: small enough to stand within each page, so that every page is whole by itself. */
export const style = `
:root{color-scheme:light dark;--ground:#f4f5f7;--surface:#fff;--line:#d5dae2;--text:#161b23;--quiet:#515c6d;--accent:#1f4fb8;--on-accent:#fff;
--operational:#157a3f;--degraded_performance:#8a5a00;--partial_outage:#a8480b;--major_outage:#b91c2c;--under_maintenance:#2356c5;--unknown:#566173;
--b-operational:#3fa56b;--b-degraded_performance:#d69a1f;--b-partial_outage:#dd6b20;--b-major_outage:#c9283a;--b-under_maintenance:#4c7fe0;--b-unknown:#a5aebb}
@media (prefers-color-scheme:dark){:root{--ground:#0e1116;--surface:#161a21;--line:#333b47;--text:#e7ebf1;--quiet:#a4afbd;--accent:#8db4ff;--on-accent:#0b1730;
--operational:#63d096;--degraded_performance:#f0bb55;--partial_outage:#ffa066;--major_outage:#ff8a8f;--under_maintenance:#8db4ff;--unknown:#a4afbd;
--b-operational:#3d9b68;--b-degraded_performance:#d19a2a;--b-partial_outage:#e07a35;--b-major_outage:#ea5560;--b-under_maintenance:#5f8fe8;--b-unknown:#5d6876}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans','Noto Sans CJK KR','Noto Sans CJK JP','Liberation Sans',sans-serif;overflow-wrap:anywhere}
a{color:var(--accent)}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem 1rem;z-index:1}
.frame{max-width:56rem;margin:0 auto;padding:0 1rem}
header .frame{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;padding-top:1.25rem;padding-bottom:.75rem}
.logo{display:inline-block;background:var(--accent);color:var(--on-accent);border-radius:.4rem;padding:.1rem .5rem;margin-inline-end:.5rem}
.title{font-size:1.25rem;font-weight:650;color:inherit;text-decoration:none;margin-inline-end:auto}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:.25rem 0}
nav a[aria-current]{color:inherit;font-weight:600;text-decoration:none}
h1{font-size:1.5rem;line-height:1.25;margin:1.25rem 0 .75rem}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:0 0 .25rem}
p{margin:.5rem 0}
.quiet,time{color:var(--quiet);font-size:.875rem}
.card{background:var(--surface);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:.75rem 0}
.overall{display:flex;gap:.75rem;align-items:center;border-inline-start:.4rem solid var(--state);font-size:1.375rem;font-weight:650}
.overall h1{margin:0;font-size:inherit}
.state{color:var(--state);font-weight:600}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.mark{font-style:normal}
.operational{--state:var(--operational);--bar:var(--b-operational)}
.degraded_performance{--state:var(--degraded_performance);--bar:var(--b-degraded_performance)}
.partial_outage{--state:var(--partial_outage);--bar:var(--b-partial_outage)}
.major_outage{--state:var(--major_outage);--bar:var(--b-major_outage)}
.under_maintenance{--state:var(--under_maintenance);--bar:var(--b-under_maintenance)}
.unknown{--state:var(--unknown);--bar:var(--b-unknown)}
.components{list-style:none;margin:.25rem 0 1rem;padding:0}
.components>li{background:var(--surface);border:1px solid var(--line);padding:.75rem 1rem;margin-top:-1px}
.components>li:first-child{border-radius:.5rem .5rem 0 0}.components>li:last-child{border-radius:0 0 .5rem .5rem}.components>li:only-child{border-radius:.5rem}
.row{display:flex;flex-wrap:wrap;gap:.1rem 1rem;justify-content:space-between;align-items:baseline}
.row h3{margin:0}
svg.days{display:block;width:100%;height:2.25rem;margin:.35rem 0 .1rem}
svg.days rect{fill:var(--bar);width:7px}
svg.days .back{fill:transparent}
svg.days a:hover rect,svg.days g:hover rect{opacity:.65}
.scale{display:flex;justify-content:space-between;gap:1rem;overflow-wrap:normal}
.updates{list-style:none;margin:.75rem 0 0;padding:0}
.updates>li{border-inline-start:3px solid var(--line);padding:0 0 .75rem .9rem}
.updates p{margin:.1rem 0;white-space:pre-line}
.incident h3 a{color:inherit}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.75rem 0}
dt{color:var(--quiet)}dd{margin:0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
caption{text-align:start;color:var(--quiet);padding:.25rem 0}
th,td{text-align:start;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.number,th.number{text-align:end;white-space:nowrap}
.months{display:flex;justify-content:space-between;gap:1rem;margin:1rem 0}
form{margin:.75rem 0;display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}
label{display:block;flex:1 1 16rem}
input{display:block;width:100%;font:inherit;padding:.45rem .6rem;border:1px solid var(--quiet);border-radius:.35rem;background:var(--surface);color:inherit}
button{font:inherit;font-weight:600;padding:.5rem 1rem;border:0;border-radius:.35rem;background:var(--accent);color:var(--on-accent);cursor:pointer}
code{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:.875rem}
footer{margin:2.5rem 0 2rem;border-top:1px solid var(--line)}
@media (max-width:34rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}.title{flex-basis:100%}}
@media print{body{background:#fff;color:#000}nav,form,.skip{display:none}.card,.components>li{break-inside:avoid}}
@media (forced-colors:active){svg.days rect{fill:CanvasText}svg.days .back{fill:Canvas}}
`.replaceAll('\n', '');
