// The ground of every page: settings, toasts, dialogs, menus, requests. No framework, no eval: works under a strict CSP.
(() => {
  const root = document.documentElement;
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const json = id => { const n = document.getElementById(id); return n ? JSON.parse(n.textContent) : null; };
  const texts = json('ui-texts') || {};
  const on = (names, f) => [].concat(names).forEach(n => document.addEventListener(n, f));
  const cookie = (k, v) => { document.cookie = `${k}=${v};path=/;max-age=31536000;samesite=lax${location.protocol === 'https:' ? ';secure' : ''}`; };
  const csrf = () => $('meta[name=csrf-token]')?.content || '';

  // The server is the clock: its instant minus ours, renewed by every answer that carries a Date.
  let skew = +root.dataset.now - Date.now() / 1000;
  const now = () => Date.now() / 1000 + skew;

  const useIcon = (name, cls = '') => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', `ui-i ${cls}`.trim());
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttribute('href', `${root.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  };

  const toast = (text, { tone = '', action = '', run = null, ms = 4000 } = {}) => {
    const d = document.createElement('div');
    d.className = 'ui-toast';
    d.dataset.tone = tone;
    d.append(document.createTextNode(text));
    if (action) {
      const b = document.createElement('button');
      b.type = 'button';
      b.textContent = action;
      b.addEventListener('click', () => { d.remove(); run?.(); });
      d.append(b);
    }
    const host = $('#ui-toasts');
    // Inside an open dialog the toast must be in the top layer too.
    host.append(d);
    while (host.children.length > 3) host.firstChild.remove();
    setTimeout(() => d.remove(), ms);
    return d;
  };

  // A question before the irreversible: names the thing and the count. Resolves to true or false.
  const confirm = ({ title, text = '', yes }) => new Promise(resolve => {
    const d = $('#ui-confirm');
    $('#ui-confirm-t').textContent = title;
    $('#ui-confirm-b').textContent = text;
    $('#ui-confirm-yes').textContent = yes;
    d.returnValue = 'no';
    d.addEventListener('close', () => resolve(d.returnValue === 'yes'), { once: true });
    d.showModal();
  });

  const post = (url, data = {}) => {
    const body = new FormData();
    Object.entries(data).forEach(([k, v]) => body.append(k, v));
    return fetch(url, { method: 'POST', body, headers: { 'X-CSRFToken': csrf(), 'HX-Request': 'true' } });
  };
  const undoToast = (text, url) => toast(text, {
    action: texts.undo, ms: 10000,
    run: async () => {
      try { const r = await post(url); if (!r.ok) throw r; toast(texts.undone); setTimeout(() => location.reload(), 400); }
      catch { toast(texts.failed, { tone: 'bad' }); }
    },
  });

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => root.dataset.theme === 'dark' || (root.dataset.theme === 'auto' && dark.matches);
  dark.addEventListener('change', () => { if (root.dataset.theme === 'auto') document.dispatchEvent(new CustomEvent('kefu:theme')); });
  const settle = () => root.toggleAttribute('data-settled', true);
  const setIcon = (button, name) => { const u = $('use', button); if (u) u.setAttribute('href', `${root.dataset.icons}#${name}`); };
  const acts = {
    theme() {
      const t = isDark() ? 'light' : 'dark';
      root.dataset.theme = t;
      cookie('kefu_theme', t);
      $$('[data-act=theme]').forEach(b => setIcon(b, t === 'dark' ? 'sun' : 'moon'));
      document.dispatchEvent(new CustomEvent('kefu:theme'));
    },
    density() {
      const t = root.dataset.density === 'compact' ? 'cozy' : 'compact';
      root.dataset.density = t;
      cookie('kefu_density', t);
      document.dispatchEvent(new CustomEvent('kefu:theme'));
    },
    language() { ($('#ui-language button') || $('#ui-language-bare button'))?.click(); },
    more() { $('#ui-more')?.showModal(); },
    help() { $('#ui-help')?.showModal(); },
    close(b) { b.closest('dialog')?.close(); },
    print() { window.print(); },
    reload() { location.reload(); },
    back() { history.length > 1 ? history.back() : (location.href = '/'); },
    async copy(b) {
      try { await navigator.clipboard.writeText(b.dataset.text); toast(texts.copied); } catch { toast(b.dataset.text); }
    },
    full() { document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.(); },
    fold(b) {
      const t = document.getElementById(b.getAttribute('aria-controls')), open = t?.toggleAttribute('data-open');
      b.setAttribute('aria-expanded', String(!!open));
    },
    toggle(b) {
      const t = document.getElementById(b.getAttribute('aria-controls'));
      if (!t) return;
      t.hidden = !t.hidden;
      b.setAttribute('aria-expanded', String(!t.hidden));
    },
  };
  document.addEventListener('click', e => {
    const b = e.target.closest('[data-act]');
    if (b && acts[b.dataset.act]) { e.preventDefault(); acts[b.dataset.act](b, e); }
    $$('details[data-menu][open]').forEach(d => { if (!d.contains(e.target)) d.open = false; });
    const dlg = e.target.closest('dialog');
    if (dlg && e.target === dlg && !dlg.hasAttribute('data-keep')) {
      const r = dlg.getBoundingClientRect();
      if (e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom) dlg.close();
    }
  });
  document.addEventListener('keydown', e => {
    if (e.key !== 'Escape') return;
    $$('details[data-menu][open]').forEach(d => { d.open = false; $('summary', d)?.focus(); });
  });
  document.addEventListener('change', e => {
    if (e.target.id === 'ui-keys-toggle') {
      root.dataset.keys = e.target.checked ? 'on' : 'off';
      cookie('kefu_keys', root.dataset.keys);
      toast(e.target.checked ? texts.keysOn : texts.keysOff);
    }
  });
  // A form or button that asks before it acts: data-confirm (the title), data-confirm-text, data-confirm-yes.
  document.addEventListener('submit', async e => {
    const f = e.target, by = e.submitter, ask = by?.dataset.confirm ? by : f.dataset.confirm ? f : null;
    if (!ask || f.hasAttribute('hx-post') || by?.hasAttribute('hx-post')) return;
    if (f.dataset.sure) { delete f.dataset.sure; return; }
    e.preventDefault();
    const n = document.querySelectorAll('.ui-pick input[name=id]:checked').length;
    if (await confirm({ title: ask.dataset.confirm.replace('%s', n), text: ask.dataset.confirmText, yes: ask.dataset.confirmYes || by?.textContent.trim() })) {
      f.dataset.sure = '1';
      f.requestSubmit(by || undefined);
    }
  });
  on('htmx:confirm', e => {
    const ask = e.target.closest('[data-confirm]');
    if (!ask || e.detail.triggeringEvent?.type === 'load') return;
    e.preventDefault();
    confirm({ title: ask.dataset.confirm, text: ask.dataset.confirmText, yes: ask.dataset.confirmYes || ask.textContent.trim() })
      .then(ok => ok && e.detail.issueRequest(true));
  });

  // ---- htmx: token, progress bar, errors, toasts from the server ----
  on('htmx:configRequest', e => {
    e.detail.headers['X-CSRFToken'] = csrf();
    const fd = e.detail.formData;
    if (e.detail.elt.hasAttribute?.('data-tidy') && fd) {
      const keep = (e.detail.elt.dataset.keep || '').split(' ');
      [...fd.entries()].forEach(([k, v]) => { if (v === '' && !keep.includes(k)) fd.delete(k); });
    }
  });
  let running = 0;
  on('htmx:beforeRequest', e => { running++; $('#ui-bar')?.setAttribute('data-on', ''); root.removeAttribute('data-settled'); e.detail.elt?.closest('[data-region]')?.setAttribute('aria-busy', 'true'); });
  on('htmx:afterRequest', e => {
    running = Math.max(0, running - 1);
    if (!running) $('#ui-bar')?.removeAttribute('data-on');
    $$('[aria-busy=true][data-region]').forEach(n => n.removeAttribute('aria-busy'));
    const date = e.detail.xhr?.getResponseHeader('Date');
    if (date && Math.abs(Date.parse(date) / 1000 - now()) > 2) skew = Date.parse(date) / 1000 - Date.now() / 1000;
  });
  on('htmx:afterSettle', () => { if (!running) settle(); });
  on('htmx:sendError', () => { toast(texts.network, { tone: 'bad' }); settle(); });
  on('htmx:timeout', () => { toast(texts.network, { tone: 'bad' }); settle(); });
  on('htmx:responseError', e => {
    const x = e.detail.xhr;
    if (!x.getResponseHeader('HX-Trigger')?.includes('kefu:toast')) toast(texts.failed, { tone: 'bad' });
    settle();
  });
  on('kefu:toast', e => { const d = e.detail || {}; d.undo ? undoToast(d.text, d.undo) : toast(d.text, { tone: d.tone || '', ms: d.tone === 'bad' ? 8000 : 4000 }); });
  // The dialog and the drawer open when something is put into them.
  on('htmx:afterSwap', e => {
    const id = e.detail.target?.id;
    if (id === 'ui-drawer-body') { const d = $('#ui-drawer'); if (e.detail.target.childElementCount) { if (!d.open) d.showModal(); d.scrollTop = 0; } else d.close(); }
    if (id === 'ui-dialog-body') { const d = $('#ui-dialog'); if (e.detail.target.childElementCount) { if (!d.open) d.showModal(); } else d.close(); }
  });
  on('kefu:close', () => { $('#ui-drawer')?.close(); $('#ui-dialog')?.close(); });

  if ('serviceWorker' in navigator && isSecureContext) navigator.serviceWorker.register(root.dataset.worker, { scope: '/' }).catch(() => { /* pages work without it */ });
  addEventListener('offline', () => {
    if ($('.ui-offline')) return;
    const d = document.createElement('div');
    d.className = 'ui-offline';
    d.setAttribute('role', 'alert');
    d.textContent = texts.offline;
    document.body.append(d);
  });
  addEventListener('online', () => { $('.ui-offline')?.remove(); toast(texts.online); });
  if (isDark()) $$('[data-act=theme]').forEach(b => setIcon(b, 'sun'));
  // Messages drawn by the server leave by themselves, too.
  $$('#ui-toasts .ui-toast').forEach(t => setTimeout(() => t.remove(), t.dataset.tone === 'error' ? 10000 : 5000));
  $('[aria-current]', $('.ui-subnav') || document.createElement('i'))?.scrollIntoView({ block: 'nearest', inline: 'center' });

  window.kefu = { $, $$, json, texts, on, cookie, csrf, now, useIcon, toast, undoToast, confirm, post, acts, settle };
  addEventListener('load', () => requestAnimationFrame(() => { if (!running) settle(); }));
})();
