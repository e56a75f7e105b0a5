// A changed date is a period of its own; parameters that say nothing are kept out of the address.
(() => {
  const form = document.getElementById('report-form');
  form?.addEventListener('formdata', e => {
    for (const [name, value] of [...e.formData.entries()]) if (value === '' && name !== 'split') e.formData.delete(name);
  });
  form?.addEventListener('change', e => {
    if (e.target.tagName === 'SELECT') form.requestSubmit();
  });
})();
