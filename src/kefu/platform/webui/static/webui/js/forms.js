// Forms: drafts, unsaved changes, busy buttons, Chinese input, file names.
(() => {
  const { $, $$, texts, toast, on } = window.kefu;
  // Enter never sends while Chinese is being composed; Ctrl+Enter sends from a text box.
  document.addEventListener('keydown', e => {
    const f = e.target.form;
    if (!f || e.key !== 'Enter') return;
    if (e.isComposing || e.keyCode === 229) { e.preventDefault(); e.stopPropagation(); return; }
    if ((e.ctrlKey || e.metaKey) && e.target.tagName === 'TEXTAREA') { e.preventDefault(); f.requestSubmit(); }
  }, true);

  // One box above a column ticks all boxes of that name in its form.
  document.addEventListener('change', e => {
    const name = e.target.dataset?.checkAll;
    if (name) $$(`input[type=checkbox][name="${CSS.escape(name)}"]`, e.target.form).forEach(n => { n.checked = e.target.checked; });
  });

  const data = f => { const o = {}; new FormData(f).forEach((v, k) => { if (typeof v === 'string' && k !== 'csrfmiddlewaretoken' && f.elements[k]?.type !== 'password') (o[k] ||= []).push(v); }); return JSON.stringify(o); };
  const key = f => `kefu:draft:${location.pathname}:${f.dataset.draft}`;
  const store = { get: k => { try { return sessionStorage.getItem(k); } catch { return null; } }, set: (k, v) => { try { v === null ? sessionStorage.removeItem(k) : sessionStorage.setItem(k, v); } catch { /* storage is off */ } } };
  const restore = (f, text) => {
    Object.entries(JSON.parse(text)).forEach(([name, values]) => $$(`[name="${CSS.escape(name)}"]`, f).forEach((n, i) => {
      if (n.type === 'checkbox' || n.type === 'radio') n.checked = values.includes(n.value);
      else if (n.type !== 'hidden' && n.type !== 'file' && n.type !== 'password') n.value = values[i] ?? values[0];
    }));
  };
  const watch = f => {
    if (f.dataset.watched) return;
    f.dataset.watched = '1';
    f._clean = data(f);
    if (f.dataset.draft !== undefined) {
      const kept = store.get(key(f));
      if (kept && kept !== f._clean && !$('[aria-invalid=true]', f)) {
        restore(f, kept);
        toast(texts.draftBack, { action: texts.discard, ms: 8000, run: () => { store.set(key(f), null); restore(f, f._clean); } });
      }
      let t = 0;
      f.addEventListener('input', () => { clearTimeout(t); t = setTimeout(() => { store.set(key(f), data(f)); const n = $('.ui-draft', f); if (n) n.textContent = texts.draft; }, 400); });
    }
    if ($('[aria-invalid=true]', f)) f._clean = '';
  };
  const scan = r => $$('form[data-guard],form[data-draft]', r).forEach(watch);
  scan(document);
  on('htmx:afterSwap', e => scan(e.target));
  const dirty = () => $$('form[data-guard]').some(f => f._clean !== undefined && !f._sent && data(f) !== f._clean);
  addEventListener('beforeunload', e => { if (dirty()) { e.preventDefault(); e.returnValue = texts.unsaved; } });
  document.addEventListener('submit', e => {
    const f = e.target;
    if (e.defaultPrevented) return;
    f._sent = true;
    if (f.dataset.draft !== undefined) store.set(key(f), null);
    if (!f.hasAttribute('hx-post') && !f.hasAttribute('hx-get') && f.method !== 'dialog') {
      const b = e.submitter;
      if (b?.classList.contains('ui-btn') && !f.hasAttribute('data-download')) { setTimeout(() => b.setAttribute('aria-busy', 'true')); setTimeout(() => b.removeAttribute('aria-busy'), 8000); }
    }
  });
  addEventListener('pageshow', () => $$('.ui-btn[aria-busy]').forEach(b => b.removeAttribute('aria-busy')));
  on('htmx:afterRequest', e => { const f = e.target.closest?.('form'); if (f) f._sent = !!e.detail.successful; });
  // The first faulty field gets the focus.
  $('[aria-invalid=true]')?.focus();
  on('htmx:afterSwap', e => $('[aria-invalid=true]', e.target)?.focus());
})();
