/** The plain page: beds and alerts as they come. A later page makes it a central station. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Purkinje</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 68rem; padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
  .note { color: color-mix(in srgb, currentColor 65%, transparent); margin: .2rem 0 0; }
  .stale { background: #b00020; color: #fff; padding: .5rem .8rem; border-radius: .3rem; margin: 1rem 0; }
  table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
  th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
  td.num { font-variant-numeric: tabular-nums; } .medium { font-weight: 600; } .high { font-weight: 700; color: #b00020; }
  .resolved td { opacity: .5; } .tag { font-size: .8rem; border: 1px solid var(--line); border-radius: .3rem; padding: 0 .35rem; margin-left: .3rem; white-space: nowrap; }
  #beds { display: flex; flex-wrap: wrap; gap: .4rem; } #beds span { border: 1px solid var(--line); border-radius: .3rem; padding: .15rem .6rem; }
  #beds .alerting { border-color: currentColor; font-weight: 600; } #beds .unwatched { border-style: dashed; color: #b00020; }
</style>
<h1>Purkinje</h1>
<p class="note">Advisory, for research. Not a medical device. A quiet page is no sign of health.</p>
<div id="stale" class="stale" role="alert">Not connected: nothing here is current.</div>
<h2>Beds</h2><div id="beds"></div>
<h2>Alerts</h2>
<table><thead><tr><th>Since</th><th>Bed</th><th>Finding</th><th>Probability</th><th>Priority</th><th>Where</th><th>State</th></tr></thead><tbody id="alerts"></tbody></table>
<script>
  const WATCH = { silent: 'silent, not watched', 'no-signal': 'no signal, not watched', 'poor-signal': 'poor signal, not watched', 'rules-only': 'rules only' };
  const alerts = new Map(), beds = new Map(), HEARD_MAX_MS = 25000;
  let heard = 0;
  const byId = (id) => document.getElementById(id);
  const cell = (row, text, kind) => { const td = row.insertCell(); td.textContent = text; if (kind) td.className = kind; return td; };
  const tag = (td, text) => { const s = document.createElement('span'); s.className = 'tag'; s.textContent = text; td.append(s); };
  const DOUBTS = { 'swapped-LA-RA': 'arm electrodes exchanged?', 'swapped-LA-LL': 'left arm and leg exchanged?', 'swapped-RA-LL': 'right arm and leg exchanged?', 'limb-leads-contradict': 'limb leads contradict each other', 'gain-doubtful': 'amplitude doubtful' };
  const NUMBERS = [['heartRateBpm', '', '/min'], ['atrialRateBpm', 'atria ', '/min'], ['prMs', 'PR ', ' ms'], ['qrsMs', 'QRS ', ' ms'], ['qtMs', 'QT ', ' ms'], ['qtcMs', 'QTc ', ' ms'], ['axisDeg', 'axis ', '°']];
  const ST_TOLD_MV = 0.1;
  function numbers(m) {
    const told = NUMBERS.flatMap(([key, name, unit]) => m[key] === undefined ? [] : [name + Math.round(m[key]) + unit]);
    const st = m.st.filter(({ mv }) => Math.abs(mv) >= ST_TOLD_MV).map(({ lead, mv }) => lead + ' ' + (mv > 0 ? '+' : '−') + Math.abs(mv).toFixed(1));
    return [...told, ...(st.length > 0 ? ['ST ' + st.join(', ') + ' mV'] : [])].join(' · ');
  }
  function draw() {
    const body = byId('alerts'); body.replaceChildren();
    for (const a of [...alerts.values()].sort((x, y) => y.atMs - x.atMs).slice(0, 200)) {
      const row = body.insertRow(); row.className = a.state;
      cell(row, new Date(a.onsetMs).toLocaleTimeString(), 'num'); cell(row, a.bed);
      const what = cell(row, a.finding);
      if (a.simulated) tag(what, 'SIMULATED');
      if (a.unproven) tag(what, 'UNPROVEN');
      if (a.expectedPpv !== undefined) tag(what, 'right in ' + Math.round(a.expectedPpv * 100) + ' of 100');
      if (a.accelerated) tag(what, 'history told ' + a.accelerated + ' times faster');
      for (const reason of a.reasons) tag(what, DOUBTS[reason] ?? reason.replaceAll('-', ' '));
      const p = document.createElement('p'); p.className = 'note'; p.textContent = numbers(a.measurements); what.append(p);
      cell(row, a.probability.toFixed(2), 'num'); cell(row, a.priority, a.priority);
      cell(row, a.channel === 'worklist' ? 'reader worklist' : a.channel); cell(row, a.state);
    }
    const alerting = new Set([...alerts.values()].filter((a) => a.state !== 'resolved' && a.state !== 'dismissed').map((a) => a.bed));
    byId('beds').replaceChildren(...[...new Set([...beds.keys(), ...alerting])].sort().map((bed) => {
      const s = document.createElement('span'), watch = beds.get(bed) ?? 'watched';
      s.textContent = watch === 'watched' ? bed : bed + ': ' + WATCH[watch];
      s.className = (alerting.has(bed) ? 'alerting ' : '') + (watch === 'watched' ? '' : 'unwatched');
      return s;
    }));
  }
  function alive() { heard = Date.now(); byId('stale').hidden = true; }
  setInterval(() => { byId('stale').hidden = Date.now() - heard < HEARD_MAX_MS; }, 1000);
  const source = new EventSource('/alerts');
  source.addEventListener('alert', (e) => { const a = JSON.parse(e.data); alerts.set(a.alertId, a); alive(); draw(); });
  source.addEventListener('snapshot-end', () => { alive(); draw(); });
  source.addEventListener('heartbeat', alive);
  const look = () => fetch('/beds').then((r) => r.json()).then((list) => { beds.clear(); for (const b of list) beds.set(b.bed, b.watch); draw(); }).catch(() => {});
  look(); setInterval(look, 5000);
</script>
</html>
`;
