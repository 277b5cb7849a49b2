/** The page's style: dark and light as the reader's system is. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2530;--paper:#fbfbf9;--soft:#eceee9;--edge:#d3d7d0;--line:#69747e;--link:#0b57a4;--mark:#dcebfa;--bad:#b3261e;--badSoft:#fbe3e0;--good:#1d6b3a;--fault:#8a5a00;--faultSoft:#fff0cc}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#15191d;--soft:#20262b;--edge:#39424a;--line:#98a3ad;--link:#8cc4ff;--mark:#1d3a57;--bad:#ff8a80;--badSoft:#4a1f1c;--good:#7fd69b;--fault:#ffd479;--faultSoft:#4a3a12}}
*{box-sizing:border-box}[hidden]{display:none!important}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:96rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.3rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:0;overflow-wrap:anywhere}h3{font-size:.95rem;margin:1.3rem 0 .3rem}
a{color:var(--link)}.good{color:var(--good)}.bad{color:var(--bad)}.verdict{font-weight:600;margin:.3rem 0 .8rem;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--link);outline-offset:1px}
nav ol{list-style:none;margin:1rem 0;padding:0;border:1px solid var(--edge);border-radius:6px;max-height:14rem;overflow-y:auto}
nav a{display:block;padding:.25rem .7rem;color:inherit;text-decoration:none;overflow-wrap:anywhere}nav a:hover,nav a[aria-current]{background:var(--mark)}nav li+li{border-top:1px solid var(--edge)}
button,select,input{font:inherit;color:inherit}button,select,input[type=search]{background:var(--soft);border:1px solid var(--edge);border-radius:5px;padding:.15rem .6rem}button{cursor:pointer}button:hover{border-color:var(--line)}
.controls{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;position:sticky;top:0;background:var(--paper);padding:.5rem 0;z-index:2}
.controls button{min-width:2.4rem}.controls input{flex:1 1 10rem;min-width:8rem;accent-color:var(--link)}.position{min-width:15rem;text-align:right;font-variant-numeric:tabular-nums}
.filters{display:flex;flex-wrap:wrap;gap:.35rem .7rem;align-items:center;margin:.2rem 0 .7rem;font-size:13px}.filters input[type=search]{width:13rem}.filters select{max-width:14rem}.kind{white-space:nowrap}.kind small,.counted{color:var(--line)}
.split{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.2rem;align-items:start}
.board{position:relative;max-height:max(20rem,64vh);overflow:auto;border:1px solid var(--edge);border-radius:6px}
.heads{display:flex;position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:1px solid var(--edge);padding-left:76px;font-size:12px;min-width:max-content}
.heads span{width:var(--lane);padding:.3rem 2px;text-align:center;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.upright{align-items:end}.upright span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:9rem;padding:.3rem 0;line-height:var(--lane)}
ol[role=listbox]{list-style:none;margin:0;padding:0 0 4px;min-width:calc(var(--lanes) + 76px + 15rem)}
.row{display:grid;grid-template-columns:76px var(--lanes) minmax(0,1fr);min-height:26px;cursor:pointer;font-size:13px;line-height:18px}
.row:hover{background:var(--soft)}.row[aria-selected=true]{background:var(--mark);box-shadow:inset 3px 0 var(--link)}.row[aria-selected=true]~.row>*{opacity:.45}
.row .time{padding:4px 8px 4px 0;text-align:right}.time{color:var(--line);font-variant-numeric:tabular-nums}
.row .text{padding:4px 10px;overflow-wrap:anywhere;overflow:hidden}
.row svg{display:block;height:100%;min-height:26px;background:repeating-linear-gradient(90deg,transparent 0 calc(var(--lane)/2 - .5px),var(--edge) calc(var(--lane)/2 - .5px) calc(var(--lane)/2 + .5px),transparent calc(var(--lane)/2 + .5px) var(--lane))}
.row svg *{fill:var(--line);stroke:none}.row svg line{stroke:var(--line);stroke-width:1.5}.row svg .across{stroke-dasharray:2 4}
.send svg *,.reply svg *{fill:var(--ink)}.send svg line,.reply svg line{stroke:var(--ink)}.reply svg line{stroke-dasharray:5 3}
.fault svg *,.order svg *{fill:var(--fault)}.fault svg line,.order svg line{stroke:var(--fault);stroke-dasharray:3 3}.row.fault,.row.order{background:var(--faultSoft)}.fault .text,.order .text,.now.fault,.now.order{font-weight:600}
.error svg *,.dead-letter svg *,.failure svg *{fill:var(--bad)}.failure svg .across{stroke:var(--bad);stroke-dasharray:none;stroke-width:2}.error .text,.dead-letter .text{color:var(--bad)}.failure .text,.now.failure{color:var(--bad);font-weight:600}.row.failure{background:var(--badSoft)}
.handle .text,.state .text{color:var(--line)}.earlier{margin:0;padding:.3rem .7rem;color:var(--line);font-size:13px}
.row.fault[aria-selected=true],.row.order[aria-selected=true],.row.failure[aria-selected=true]{background:linear-gradient(90deg,var(--mark) 70px,transparent 130px),var(--faultSoft)}.row.failure[aria-selected=true]{background:linear-gradient(90deg,var(--mark) 70px,transparent 130px),var(--badSoft)}
.moment{position:sticky;top:3.4rem;max-height:calc(100vh - 4rem);overflow:auto}.moment h3:first-child{margin-top:0}.now{margin:.2rem 0;overflow-wrap:anywhere}.meaning{display:block;font-weight:400}.source{margin:.2rem 0}
.moment table{width:100%;border-collapse:collapse;table-layout:fixed;font-size:13px}.moment th,.moment td{vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--edge);overflow-wrap:anywhere;font-weight:400;text-align:left}.moment thead th{color:var(--line)}
.moment th:first-child{width:24%}td.state{font-family:ui-monospace,monospace;font-size:12px}.state del{color:var(--line)}.concerned{background:var(--mark)}
.did button,.struck button{background:none;border:0;padding:0;text-align:left;color:inherit;overflow-wrap:anywhere}.did button{color:var(--line)}.did button:hover,.struck button:hover{text-decoration:underline}
.moment ul{list-style:none;margin:0;padding:0;font-size:13px}.struck{padding:.1rem .4rem}.struck.now{background:var(--faultSoft);font-weight:600}
details{margin:1.2rem 0}summary{cursor:pointer;font-weight:600}pre{background:var(--soft);padding:.7rem .9rem;border-radius:6px;overflow-x:auto;font-size:13px}.token{white-space:pre-wrap;word-break:break-all}
.counts{display:flex;flex-wrap:wrap;gap:0 2.5rem}.counts table,.found table{border-collapse:collapse}.counts th,.counts td,.found th,.found td{text-align:left;padding:.15rem .9rem .15rem 0;font-weight:400}.counts td,.found td{font-variant-numeric:tabular-nums;font-weight:600}
@media (max-width:60rem){.split{grid-template-columns:minmax(0,1fr)}.board{max-height:50vh}.moment{position:static;max-height:none}.position{min-width:0}}
@media print{.controls,.filters{display:none}.board,.moment{max-height:none}}
`
