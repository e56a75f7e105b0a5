/* The wallboard: draws the payload of its live topic into the frame that the server drew.

Only what changed is touched, so nothing flashes; ages tick by the server's clock; a silent stream is said aloud. */
(() => {
  'use strict';

  const config = JSON.parse(document.getElementById('wall-config')?.textContent || 'null');
  if (!config) return;
  const root = document.documentElement, body = document.body;
  const wall = document.querySelector('.ui-wall');
  const banner = document.getElementById('wall-banner');
  const { metrics, states, texts } = config;
  const SNAPSHOTS = new Set(['waiting', 'longest_wait', 'agents_online']);
  const STATE_STYLE = { talking: 'talk', holding: 'talk', ready: 'ready', wrap_up: 'wrap', ringing: 'ring', not_ready: 'rest', offline: 'off' };
  const STATE_ORDER = ['talking', 'holding', 'ringing', 'ready', 'wrap_up', 'not_ready', 'offline'];
  const ICONS = { ok: 'circle-check', warn: 'triangle-alert', bad: 'circle-x', info: 'circle-dot' };
  const MOST_TILES = 240;
  const isFull = document.body.classList.contains('ui-wall-full');
  let latest = null;

  // -- writing ----------------------------------------------------------------------------------
  const pad = n => String(n).padStart(2, '0');
  const clock = s => { const a = Math.max(0, Math.floor(s)), h = Math.floor(a / 3600); return h ? `${h}:${pad(Math.floor(a % 3600 / 60))}:${pad(a % 60)}` : `${pad(Math.floor(a / 60))}:${pad(a % 60)}`; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, k) => values[k] ?? texts.dash);
  const count = n => n === null || n === undefined ? texts.dash : Math.round(n).toLocaleString('en-US');
  const age = since => since ? (window.kefuLive.now() - Date.parse(since)) / 1000 : null;
  const value = (code, ratio) => {
    if (!ratio || ratio.numerator === null || ratio.numerator === undefined) return null;
    const scale = metrics[code]?.scale ?? 1;
    if (ratio.denominator === null || ratio.denominator === undefined) return ratio.numerator * scale;
    return ratio.denominator ? ratio.numerator / ratio.denominator * scale : null;
  };
  const write = (unit, v) => {
    if (v === null || v === undefined) return texts.dash;
    if (unit === 'percent') return `${(v * 100).toFixed(1)}%`;
    if (unit === 'seconds') return clock(Math.round(v)).replace(/^0(\d:)/, '$1');
    return unit === 'count' ? count(v) : (+v.toFixed(2)).toLocaleString('en-US');
  };
  const judge = (code, v) => {
    const m = metrics[code];
    if (!m || v === null) return '';
    if (m.direction === 'band' && m.band) return v >= m.band[0] && v <= m.band[1] ? 'ok' : v >= m.band[0] * .95 && v <= m.band[1] * 1.05 ? 'warn' : 'bad';
    if (m.target === null || m.target === undefined) return '';
    if (m.direction === 'up') return v >= m.target ? 'ok' : v >= m.target * .95 ? 'warn' : 'bad';
    if (m.direction === 'down') return v <= m.target ? 'ok' : v <= m.target * 1.1 ? 'warn' : 'bad';
    return '';
  };
  const rows = (code, extra = {}) => {
    const base = metrics[code]?.rows;
    if (!base) return '';
    const url = new URL(base, location.href);
    for (const [k, v] of Object.entries(extra)) url.searchParams.set(k, v);
    return url.pathname + url.search;
  };

  // -- touching only what changed ---------------------------------------------------------------
  const text = (node, t) => { if (node && node.textContent !== t) node.textContent = t; };
  const attr = (node, name, v) => {
    if (v === '' || v === null || v === undefined || v === false) { if (node.hasAttribute(name)) node.removeAttribute(name); }
    else if (node.getAttribute(name) !== String(v)) node.setAttribute(name, v);
  };
  const make = (tag, cls = '', ...children) => { const n = document.createElement(tag); if (cls) n.className = cls; n.append(...children); return n; };
  const svg = (name, label = '') => {
    const n = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    n.setAttribute('class', 'ui-i');
    if (label) { n.setAttribute('role', 'img'); n.setAttribute('aria-label', label); } else n.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `${root.dataset.icons}#${name}`);
    n.append(use);
    return n;
  };
  const keyed = (host, items, key, create, update) => {
    const known = new Map([...host.children].map(n => [n.dataset.key, n]));
    let place = host.firstElementChild;
    for (const item of items) {
      const id = String(key(item));
      let node = known.get(id);
      if (node) known.delete(id);
      else { node = create(item); node.dataset.key = id; }
      if (node !== place) host.insertBefore(node, place);
      else place = place.nextElementSibling;
      update(node, item);
    }
    for (const node of known.values()) node.remove();
  };
  const tag = (host, tone) => {
    if (!host || host.dataset.tone === tone) return;
    host.dataset.tone = tone;
    host.replaceChildren();
    if (!tone) return;
    const chip = make('span', 'ui-tag', svg(ICONS[tone]), texts[tone]);
    chip.dataset.tone = tone;
    host.append(chip);
  };
  const link = (node, url) => attr(node, 'href', url);

  // -- tiles ------------------------------------------------------------------------------------
  const limitOf = kind => latest.alarms?.find(a => a.kind === kind)?.limit ?? null;
  function tile(code, { shown, unit = '', tone = '', detail = '', url = '' }) {
    document.querySelectorAll(`[data-kpi="${code}"]`).forEach(node => {
      text(node.querySelector('[data-value]'), shown);
      text(node.querySelector('[data-unit]'), unit);
      attr(node, 'data-tone', tone);
      tag(node.querySelector('[data-tag]'), tone);
      if (detail) text(node.querySelector('[data-detail]'), detail);
      link(node.querySelector('[data-value]'), url || metrics[code]?.rows || metrics[code]?.page || '');
    });
  }
  function tiles() {
    const { totals } = latest;
    for (const node of document.querySelectorAll('[data-kpi]')) {
      const code = node.dataset.kpi;
      if (SNAPSHOTS.has(code)) continue;
      const ratio = totals.metrics?.[code], v = value(code, ratio), m = metrics[code];
      let shown = write(m?.unit, v), unit = '';
      if (m?.unit === 'percent' && v !== null) { shown = shown.slice(0, -1); unit = '%'; }
      const past = value(code, ratio?.previous);
      const detail = m?.targetText ? (isFull ? m.targetText : `${texts.target} ${m.targetText}`) : past !== null ? fill(texts.lastWeek, { n: write(m?.unit, past) }) : '';
      tile(code, { shown, unit, tone: judge(code, v), detail });
    }
    const worstWait = (latest.alarms || []).filter(a => a.kind === 'long_wait').map(a => a.tone);
    tile('waiting', {
      shown: count(totals.waiting), unit: texts.calls, tone: totals.waiting ? (worstWait.length ? 'warn' : '') : '',
      detail: totals.waiting_before === null || totals.waiting_before === undefined ? '' : fill(texts.before, { n: totals.waiting_before }),
    });
    ages();
    const busy = value('occupancy', totals.metrics?.occupancy);
    tile('agents_online', { shown: count(totals.online), unit: `/ ${count(totals.known)}`, detail: busy === null ? '' : fill(texts.occupancy, { n: write('percent', busy) }) });
  }

  // What ticks between messages.
  function ages() {
    if (!latest) return;
    const { totals } = latest, wait = age(totals.longest_wait_since);
    const queue = (latest.queues || []).find(q => q.code === totals.longest_wait_queue);
    const alarm = (latest.alarms || []).find(a => a.kind === 'long_wait');
    tile('longest_wait', {
      shown: wait === null ? '00:00' : clock(wait), tone: wait === null ? '' : alarm ? alarm.tone : '',
      detail: wait === null ? texts.nobodyWaits : queue?.name || totals.longest_wait_queue || '',
      url: queue && metrics.longest_wait?.rows ? rows('longest_wait', { queue: queue.code }) : '',
    });
    for (const node of document.querySelectorAll('[data-since]')) text(node, node.dataset.since ? clock(age(node.dataset.since)) : '');
    for (const node of document.querySelectorAll('[data-alarm-text]')) text(node, alarmText(JSON.parse(node.dataset.alarmText)));
  }

  // -- agents -----------------------------------------------------------------------------------
  function agents() {
    const host = document.querySelector('[data-agents]');
    if (!host) return;
    const list = [...(latest.agents || [])];
    const rank = a => (a.alarm ? 0 : 10) + Math.max(0, STATE_ORDER.indexOf(a.state));
    list.sort((a, b) => (a.alarm ? 0 : 1) - (b.alarm ? 0 : 1) || (a.state === 'offline') - (b.state === 'offline') || a.name.localeCompare(b.name, 'zh') || rank(a) - rank(b));
    const create = () => make('a', 'ui-agent', make('b'), make('span'), make('i'));
    const shown = list.slice(0, MOST_TILES);
    keyed(host, shown, a => a.id, create, (node, a) => {
      const [name, word, time] = node.children;
      text(name, a.name);
      text(word, a.state === 'not_ready' && a.reason ? a.reason : states[a.state] || a.state);
      attr(time, 'data-since', a.state === 'offline' ? '' : a.since);
      text(time, a.state !== 'offline' && a.since ? clock(age(a.since)) : '');
      attr(node, 'data-state', STATE_STYLE[a.state] || 'off');
      attr(node, 'data-alarm', a.alarm);
      attr(node, 'title', a.team?.name);
      link(node, rows('handled', { agent: a.code }) || `${wall.dataset.agentsLink}?agent=${encodeURIComponent(a.code)}`);
    });
    if (!list.length) host.replaceChildren(make('p', 'ui-muted', texts.noAgents));
    const tags = document.querySelector('[data-states]');
    const counted = STATE_ORDER.map(s => [s, latest.totals.agents?.[s] ?? 0]).filter(([s, n]) => n || ['talking', 'ready', 'wrap_up', 'not_ready'].includes(s));
    keyed(tags, counted, c => c[0], () => make('span', 'ui-tag'), (node, [s, n]) => text(node, `${states[s]} ${n}`));
    const note = document.querySelector('[data-agents-note]');
    const all = Math.max(latest.agents_total ?? 0, list.length);
    note.hidden = shown.length >= all;
    text(note, fill(texts.shown, { shown: shown.length, all }));
  }

  // -- queues -----------------------------------------------------------------------------------
  function queues() {
    const host = document.querySelector('[data-queues]');
    if (!host) return;
    const cell = (cls = '') => { const td = make('td', `ui-num ${cls}`.trim(), make('a')); return td; };
    const create = () => {
      const name = make('td', '', make('span', 'ui-wall-q', make('span'), make('a')));
      const meter = document.createElement('meter');
      meter.min = 0; meter.max = 1;
      const level = make('td', 'ui-num', make('span', 'ui-meter', meter, make('a')));
      return make('tr', '', name, level, cell(), cell(), cell('ui-wall-opt'), cell('ui-wall-opt'));
    };
    keyed(host, latest.queues || [], q => q.id, create, (node, q) => {
      const [name, level, waiting, longest, lost, staff] = node.children;
      const v = value('service_level.f3', q.metrics?.['service_level.f3']), tone = judge('service_level.f3', v) || 'info';
      const mark = name.firstChild.firstChild;
      if (mark.dataset.tone !== tone) { mark.dataset.tone = tone; mark.className = `ui-c-${tone}`; mark.replaceChildren(svg(ICONS[tone], texts[tone] || '')); }
      text(name.firstChild.lastChild, q.name);
      link(name.firstChild.lastChild, rows('offered', { queue: q.code }));
      const meter = level.firstChild.firstChild;
      if (meter.value !== (v ?? 0)) meter.value = v ?? 0;
      attr(meter, 'data-tone', tone);
      attr(meter, 'aria-label', `${q.name} ${texts.serviceLevel}`);
      text(level.firstChild.lastChild, write('percent', v));
      link(level.firstChild.lastChild, rows('service_level.f3', { queue: q.code }));
      text(waiting.firstChild, count(q.waiting));
      link(waiting.firstChild, rows('waiting', { queue: q.code }));
      attr(longest.firstChild, 'data-since', q.longest_wait_since);
      text(longest.firstChild, q.longest_wait_since ? clock(age(q.longest_wait_since)) : '00:00');
      link(longest.firstChild, rows('longest_wait', { queue: q.code }));
      text(lost.firstChild, write('percent', value('abandon_rate', q.metrics?.abandon_rate)));
      link(lost.firstChild, rows('abandon_rate', { queue: q.code }));
      const s = q.agents || {}, online = STATE_ORDER.filter(k => k !== 'offline').reduce((n, k) => n + (s[k] || 0), 0);
      text(staff.firstChild, `${online}/${s.ready ?? 0}`);
      link(staff.firstChild, `${wall.dataset.agentsLink}?queue=${encodeURIComponent(q.code)}`);
    });
    if (!(latest.queues || []).length) { const td = make('td', 'ui-muted', texts.noQueues); td.colSpan = 6; host.replaceChildren(make('tr', '', td)); }
  }

  // -- alarms -----------------------------------------------------------------------------------
  function alarmText(a) {
    const unit = a.kind === 'service_level_low' ? 'percent' : 'seconds';
    return fill(texts[`alarm.${a.kind}`] || texts['alarm.other'], {
      name: a.name || '', age: a.since ? clock(age(a.since)) : a.value === null ? texts.dash : clock(a.value),
      value: write(unit, a.value ?? null), limit: write(unit, a.limit ?? null),
    });
  }
  function alarms() {
    const host = document.querySelector('[data-alarms]');
    if (!host) return;
    const list = latest.alarms || [];
    const badge = document.querySelector('[data-alarm-count]');
    text(badge, String(list.length));
    badge.classList.toggle('ui-cnt-hot', list.some(a => a.tone === 'bad'));
    const create = a => {
      const mark = make('span', `ui-c-${a.tone}`, svg(ICONS[a.tone] || 'circle-dot', texts[a.tone] || '')), words = make('a');
      return make('li', '', mark, make('div', '', words));
    };
    keyed(host, list.slice(0, 20), a => `${a.kind}|${a.tone}|${a.queue ?? ''}|${a.agent ?? ''}|${a.name ?? ''}`, create, (node, a) => {
      const words = node.lastChild.firstChild;
      attr(words, 'data-alarm-text', JSON.stringify(a));
      text(words, alarmText(a));
      link(words, a.queue ? rows(a.kind === 'long_wait' ? 'longest_wait' : 'service_level.f3', { queue: a.queue }) : '');
    });
    if (!list.length) host.replaceChildren(make('li', 'ui-muted', texts.noAlarms));
  }

  // -- charts -----------------------------------------------------------------------------------
  const drawn = {};
  function chart(name, spec) {
    const box = document.querySelector(`[data-chart="${name}"]`), element = box?.querySelector('ui-chart');
    const now = JSON.stringify(spec);
    if (!element || drawn[name] === now) return;
    drawn[name] = now;
    element.spec = spec;
    const table = box.querySelector('table');
    if (!table) return;
    table.tHead.rows[0].replaceChildren(make('th'), ...spec.series.map(s => make('th', 'ui-num', s.name)));
    table.tBodies[0].replaceChildren(...spec.x.map((x, i) => make('tr', '', make('th', '', x), ...spec.series.map(s => make('td', 'ui-num', write(spec.unit === 'percent' ? 'percent' : 'count', s.data[i]))))));
  }
  function charts() {
    const s = latest.series;
    if (!s) return;
    const step = s.step_minutes || 30, seen = [];
    for (let i = 0; i < 1440 / step; i++) if (s.offered?.[i] || s.offered_last_week?.[i]) seen.push(i);
    const first = Math.min(seen[0] ?? 16, 480 / step), last = Math.max(seen.at(-1) ?? 39, 1200 / step - 1);
    const slots = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const x = slots.map(i => `${pad(Math.floor(i * step / 60))}:${pad(i * step % 60)}`);
    chart('offered', { x, unit: 'number', legend: false, series: [
      { name: texts.offered, type: 'bar', data: slots.map(i => s.offered?.[i] ?? null) },
      { name: texts.offeredBefore, type: 'line', dashed: true, tone: 'warn', data: slots.map(i => s.offered_last_week?.[i] ?? null) },
    ] });
    const target = metrics['service_level.f3']?.target ?? null;
    chart('service_level', { x, unit: 'percent', target, targetLabel: texts.target, min: 0, series: [
      { name: texts.serviceLevel, type: 'line', tone: 'ok', area: true, data: slots.map(i => { const p = s.service_level?.[i]; return p && p[1] ? p[0] / p[1] : null; }) },
    ] });
  }

  function draw(payload) {
    latest = payload;
    for (const step of [tiles, agents, queues, alarms, charts]) step();
    document.querySelectorAll('[data-target]').forEach(n => text(n, metrics[n.dataset.target]?.targetText ? `${texts.target} ${metrics[n.dataset.target].targetText}` : ''));
    attr(wall, 'data-drawn', payload.as_of || 'yes');
  }

  // -- standing ---------------------------------------------------------------------------------
  function standing() {
    const now = window.kefuLive.standing(config.topic);
    const stale = now === 'stale' || now === 'signed_out' || now === 'denied';
    attr(wall, 'data-stale', stale ? 'yes' : '');
    const said = now === 'live' ? '' : now === 'stale' ? fill(texts.stale, { time: latest?.as_of ? new Date(latest.as_of).toLocaleTimeString('en-GB', { timeZone: config.zone }) : texts.dash })
      : now === 'signed_out' ? texts.signedOut : now === 'denied' ? texts.denied : latest ? '' : texts.waitingData;
    banner.hidden = !said;
    attr(banner, 'data-tone', now === 'waiting' ? 'info' : 'warn');
    text(banner.querySelector('span'), said);
  }

  // -- full screen ------------------------------------------------------------------------------
  if (body.dataset.wallTheme) {
    const theme = body.dataset.wallTheme;
    root.dataset.theme = theme === 'light' ? 'light' : 'dark';
    if (theme === 'contrast') root.dataset.wall = 'contrast';
    const panes = [...document.querySelectorAll('[data-pane]')], turns = ['overview', 'agents', 'trend'];
    const show = layout => panes.forEach(p => attr(p, 'data-off', p.dataset.pane.split(' ').includes(layout) ? '' : 'yes'));
    let turn = 0;
    show(body.dataset.layout === 'rotate' ? turns[0] : body.dataset.layout);
    if (body.dataset.layout === 'rotate') setInterval(() => show(turns[++turn % turns.length]), 20000);
    const awake = () => { if (!document.hidden) navigator.wakeLock?.request('screen').catch(() => {}); };
    document.addEventListener('visibilitychange', awake);
    awake();
    // A screen that nobody touches is loaded anew once a night, so that it never runs yesterday's program.
    const night = new Date(Date.now() + 864e5);
    night.setHours(4, Math.floor(Math.random() * 30), 0, 0);
    setTimeout(() => location.reload(), night - Date.now());
  }

  if (config.first) draw(config.first);
  window.kefuLive.subscribe(config.topic, detail => { draw(detail.payload); standing(); });
  setInterval(() => { ages(); standing(); }, 1000);
  standing();
})();
