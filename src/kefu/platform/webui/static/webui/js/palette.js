// The command palette and the keyboard map.
(() => {
  const { $, $$, json, texts, acts, useIcon } = window.kefu;
  const root = document.documentElement, pages = json('ui-commands') || [];
  const commands = [
    ...pages.map(c => ({ ...c, hint: c.key ? `G ${c.key.toUpperCase()}` : '' })),
    { group: texts.settings, label: texts.theme, icon: 'moon', act: 'theme' },
    { group: texts.settings, label: texts.density, icon: 'rows-3', act: 'density' },
    { group: texts.settings, label: texts.language, icon: 'languages', act: 'language' },
    { group: texts.settings, label: texts.keys, icon: 'keyboard', act: 'help', hint: '?' },
  ];
  const pal = $('#ui-pal');
  if (!pal) return;
  const input = $('input', pal), list = $('#ui-pal-l');
  const said = $('#ui-pal-said');
  let sel = 0, shown = [], hits = [], asked = '', timer = 0, asking = null;
  const run = c => { pal.close(); c.url ? location.assign(c.url) : acts[c.act]?.(); };
  const draw = () => {
    const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    shown = commands.filter(c => { const t = `${c.group} ${c.label} ${c.code || ''}`.toLowerCase(); return words.every(w => t.includes(w)); });
    if (words.length) shown = [...shown, ...hits];
    sel = Math.min(sel, Math.max(0, shown.length - 1));
    let group = null, box = list;
    const nodes = [];
    shown.forEach((c, i) => {
      if (c.group !== group) {
        group = c.group;
        box = document.createElement('div');
        box.setAttribute('role', 'group');
        box.setAttribute('aria-label', group);
        const h = document.createElement('div');
        h.className = 'ui-pal-sec';
        h.setAttribute('aria-hidden', 'true');
        h.textContent = group;
        box.append(h);
        nodes.push(box);
      }
      const li = document.createElement('div');
      li.className = 'ui-pal-item';
      li.id = `ui-pal-${i}`;
      li.setAttribute('role', 'option');
      li.setAttribute('aria-selected', String(i === sel));
      li.append(useIcon(c.icon || 'arrow-right'), document.createTextNode(c.label));
      if (c.hint) { const k = document.createElement('kbd'); k.textContent = c.hint; li.append(k); }
      li.addEventListener('click', () => run(c));
      box.append(li);
    });
    if (!nodes.length) {
      const none = document.createElement('div');
      none.className = 'ui-pal-none';
      none.setAttribute('role', 'option');
      none.setAttribute('aria-disabled', 'true');
      none.setAttribute('aria-selected', 'false');
      none.textContent = texts.none;
      nodes.push(none);
    }
    list.replaceChildren(...nodes);
    shown.length ? input.setAttribute('aria-activedescendant', `ui-pal-${sel}`) : input.removeAttribute('aria-activedescendant');
    $(`#ui-pal-${sel}`)?.scrollIntoView({ block: 'nearest' });
  };
  // People, calls and the like are asked for once the typing rests; an older answer never replaces a newer one.
  const ask = async text => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${pal.dataset.find}?${new URLSearchParams({ q: text })}`, { signal: asking.signal, headers: { Accept: 'application/json' } });
      if (!answer.ok || text !== asked) return;
      hits = (await answer.json()).hits;
      draw();
      said.textContent = texts.found.replace('%s', shown.length);
    } catch { /* a newer question, or no network: pages are still found */ }
  };
  const rest = () => {
    const text = input.value.trim();
    if (text === asked) return;
    asked = text;
    hits = [];
    clearTimeout(timer);
    if (text) timer = setTimeout(() => ask(text), 200);
  };
  acts.palette = () => { input.value = ''; asked = ''; hits = []; sel = 0; said.textContent = ''; draw(); pal.showModal(); input.focus(); };
  input.addEventListener('input', e => { sel = 0; if (!e.isComposing) rest(); draw(); });
  input.addEventListener('compositionend', () => { rest(); draw(); });
  pal.addEventListener('keydown', e => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown') sel = Math.min(shown.length - 1, sel + 1);
    else if (e.key === 'ArrowUp') sel = Math.max(0, sel - 1);
    else if (e.key === 'Enter') { e.preventDefault(); if (shown[sel]) run(shown[sel]); return; }
    else return;
    e.preventDefault();
    draw();
  });

  const rows = () => $$('[data-rows] > [data-row]');
  const step = d => {
    const all = rows();
    if (!all.length) return;
    const i = all.findIndex(r => r.hasAttribute('data-at'));
    const next = all[Math.max(0, Math.min(all.length - 1, i + d))];
    all.forEach(r => { r.removeAttribute('data-at'); r.removeAttribute('aria-selected'); });
    next.setAttribute('data-at', '');
    next.setAttribute('aria-selected', 'true');
    ($('a,button,input', next) || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  };
  let g = 0;
  document.addEventListener('keydown', e => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); if (!pal.open) acts.palette(); return; }
    if (root.dataset.keys === 'off' || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest?.('input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable],dialog')) return;
    if (g && Date.now() - g < 1200) {
      g = 0;
      const c = pages.find(x => x.key && x.key.toLowerCase() === e.key.toLowerCase());
      if (c) { e.preventDefault(); location.assign(c.url); }
      return;
    }
    const run = {
      j: () => step(1), k: () => step(-1),
      x: () => $('[data-rows] [data-at] .ui-pick input')?.click(),
      '/': () => ($('[type=search]') || $('.ui-filters .ui-inp'))?.focus(),
      '?': acts.help,
      g: () => { g = Date.now(); },
    }[e.key];
    if (run) { e.preventDefault(); run(); }
  });
})();
