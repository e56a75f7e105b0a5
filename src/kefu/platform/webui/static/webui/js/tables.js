// List pages: selection and bulk bar, filters that apply themselves, rows that open.
(() => {
  const { $, $$, texts, on } = window.kefu;
  const region = n => n.closest('[data-region]') || document;
  const count = r => {
    const picks = $$('.ui-pick input[name=id]', r), n = picks.filter(p => p.checked).length, bar = $('.ui-bulk', r), all = $('[data-pick-all]', r);
    picks.forEach(p => p.closest('tr')?.setAttribute('aria-selected', String(p.checked)));
    if (all) { all.checked = n > 0 && n === picks.length; all.indeterminate = n > 0 && n < picks.length; }
    if (bar) { bar.hidden = !n; const t = $('[data-picked]', bar); if (t) t.textContent = texts.selected.replace('%s', n); }
  };
  document.addEventListener('change', e => {
    const t = e.target;
    if (t.matches('[data-pick-all]')) { $$('.ui-pick input[name=id]', region(t)).forEach(p => { p.checked = t.checked; }); count(region(t)); }
    else if (t.matches('.ui-pick input[name=id]')) count(region(t));
    else if (t.matches('select[data-auto],input[type=checkbox][data-auto],input[type=date][data-auto]')) t.form?.requestSubmit();
  });
  document.addEventListener('click', e => {
    const row = e.target.closest('[data-href]');
    if (!row || e.target.closest('a,button,input,label,select,summary,ui-reveal') || getSelection()?.toString()) return;
    const link = $('a.ui-row-link', row);
    if (link) link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: e.ctrlKey, metaKey: e.metaKey }));
    else location.assign(row.dataset.href);
  });
  // Empty parameters stay out of the address.
  document.addEventListener('formdata', e => {
    if (!e.target.hasAttribute('data-tidy')) return;
    const keep = (e.target.dataset.keep || '').split(' ');
    [...e.formData.entries()].forEach(([k, v]) => { if (v === '' && !keep.includes(k)) e.formData.delete(k); });
  });
  document.addEventListener('submit', e => {
    if (!e.target.hasAttribute('data-tidy') || e.target.hasAttribute('hx-get')) return;
    $$('input,select', e.target).forEach(n => { if (n.name && n.value === '' && !n.disabled && !(e.target.dataset.keep || '').split(' ').includes(n.name)) { n.disabled = true; setTimeout(() => { n.disabled = false; }); } });
  });
  // A choice list that was open stays open when its region is drawn anew.
  let open = [];
  on('htmx:beforeSwap', e => { open = $$('details.ui-multi[open]', e.detail.target).map(d => d.id); });
  on('htmx:afterSwap', () => { open.forEach(id => { const d = document.getElementById(id); if (d) d.open = true; }); open = []; });
  on('htmx:afterSwap', () => $$('[data-region]').forEach(count));
  $$('[data-region]').forEach(count);
})();
