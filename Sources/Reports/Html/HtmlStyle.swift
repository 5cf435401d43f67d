/// How `report.html` looks: by day and by night, on a phone and on a wide screen.
enum HtmlStyle {
  static let css = """
    :root{--bg:#f5f6f8;--card:#fff;--text:#16191d;--dim:#4d545d;--edge:#dde0e5;--mark:#0069a8;\
    --code:#eceff3;--hint:#9aa3ae}
    @media (prefers-color-scheme:dark){:root{--bg:#0f1113;--card:#16181c;--text:#e8eaed;\
    --dim:#aab1ba;--edge:#2c3138;--mark:#5bb6ee;--code:#23272d;--hint:#5a636e}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--bg);color:var(--text);\
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    header,main{max-width:1240px;margin:0 auto;padding:0 16px}
    header{padding-top:20px}
    h1{font-size:1.5rem;line-height:1.25;margin:0 0 8px}
    h2{font-size:1.2rem;margin:0 0 10px}
    h3{font-size:1rem;margin:18px 0 8px}
    h1,h2,h3,p,li,code{overflow-wrap:anywhere}
    p,ul{margin:0 0 10px}
    ul{padding-left:20px}
    li{margin:3px 0}
    .question{font-size:1.05rem;color:var(--dim);font-style:italic}
    .answer{font-weight:600;border-left:4px solid var(--mark);padding:4px 0 4px 12px}
    .origin,.note{color:var(--dim);font-size:.85rem}
    .note{margin:6px 0 0}
    nav{display:flex;flex-wrap:wrap;gap:4px 14px;padding:0 2px 14px}
    a{color:var(--mark)}
    nav a{text-decoration:none;font-size:.9rem;padding:4px 0}
    nav a:hover{text-decoration:underline}
    section{background:var(--card);border:1px solid var(--edge);border-radius:8px;\
    padding:16px;margin:0 0 16px}
    section.first{border-left:5px solid var(--mark)}
    section.first li{margin:7px 0}
    code{background:var(--code);border-radius:4px;padding:1px 4px;font-size:.9em;\
    font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
    .k{white-space:nowrap}
    .flow{display:grid;gap:20px 24px;margin:12px 0;align-items:start;grid-template-columns:\
    minmax(0,1fr)}
    figure{margin:0;min-width:0}
    .wide{display:none}
    @media (min-width:760px){.c2,.c3{grid-template-columns:repeat(2,minmax(0,1fr))}\
    .small{max-width:560px}}
    @media (min-width:1140px){.c3{grid-template-columns:repeat(3,minmax(0,1fr))}\
    .wide{display:block}.small{display:none}}
    figcaption{font-weight:600;font-size:.95rem;margin:0 0 4px}
    svg.plot{display:block;width:100%;height:auto;overflow:visible}
    .table{overflow-x:auto;margin:12px 0;min-width:0;\
    background:linear-gradient(to left,var(--card) 40%,transparent) \
    right/44px 100% no-repeat local,\
    linear-gradient(to left,var(--hint),transparent) right/18px 100% no-repeat scroll}
    .flow .table{margin:0}
    table{border-collapse:collapse;font-size:.87rem;font-variant-numeric:tabular-nums}
    caption{text-align:left;padding:0 0 6px;color:var(--dim)}
    th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--edge);text-align:left;\
    vertical-align:top}
    th{font-weight:600;color:var(--dim);vertical-align:bottom}
    .n{text-align:right;white-space:nowrap;padding:4px 0 4px 12px}
    th.n{white-space:normal;min-width:4.6em}
    td{overflow-wrap:normal}
    td code{background:none;padding:0;overflow-wrap:normal}
    td:first-child{white-space:nowrap}
    th:first-child,td:first-child{position:sticky;left:0;background:var(--card);padding-right:12px}
    td:nth-child(2):not(.n){overflow-wrap:anywhere;min-width:12em}
    summary{cursor:pointer;padding:4px 0}
    summary::marker{color:var(--mark)}
    summary h2,summary h3,summary h4{display:inline;margin:0}
    details[open]>summary{margin:0 0 10px}
    .part{margin-top:14px}
    @media (max-width:600px){header,main{padding-left:0;padding-right:0}\
    header,nav{padding-left:10px;padding-right:10px}\
    td:first-child{white-space:normal;min-width:10.8em}\
    section{border-radius:0;border-left:0;border-right:0;padding:14px 8px}\
    h2,h3,p,ul,.table{margin-left:2px;margin-right:2px}}
    @media print{nav{display:none}section{break-inside:avoid;border:0;padding:0}\
    body{background:#fff}}

    """
}
