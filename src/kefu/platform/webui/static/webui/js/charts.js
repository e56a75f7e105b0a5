// <ui-chart>: draws the JSON beside it with ECharts, which is fetched only when a chart is on the page.
(() => {
  const { texts } = window.kefu;
  const src = document.getElementById('ui-charts-js')?.dataset.echarts;
  let loading = null;
  const load = () => loading ||= new Promise((ok, no) => {
    if (window.echarts) return ok();
    const s = document.createElement('script');
    s.src = src;
    s.onload = () => ok();
    s.onerror = no;
    document.head.append(s);
  });
  const v = n => getComputedStyle(document.documentElement).getPropertyValue(n).trim();
  const pad = n => String(n).padStart(2, '0');
  const dur = s => { const a = Math.round(Math.abs(s)), h = a / 3600 | 0; return h ? `${h}:${pad(a % 3600 / 60 | 0)}:${pad(a % 60)}` : `${a / 60 | 0}:${pad(a % 60)}`; };
  const unit = (u, x) => x === null || x === undefined || Number.isNaN(x) ? '—' : u === 'percent' ? `${(x * 100).toFixed(1)}%` : u === 'duration' ? dur(x) : Number.isInteger(x) ? x.toLocaleString('en-US') : (+x.toFixed(2)).toLocaleString('en-US');
  const axis = (u, x) => u === 'percent' ? `${Math.round(x * 100)}%` : u === 'duration' ? dur(x) : x.toLocaleString('en-US');
  const option = d => {
    const colours = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6'].map(v), line = v('--line'), ink3 = v('--ink3');
    const label = { color: ink3, fontSize: 12 };
    const units = [...new Set(d.series.map(s => s.unit || d.unit || 'number'))];
    const y = units.slice(0, 2).map((u, i) => ({
      type: 'value', min: d.min ?? undefined, max: d.max ?? (u === 'percent' && !d.free ? 1 : undefined), axisLabel: { ...label, formatter: x => axis(u, x) },
      axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: i === 0, lineStyle: { color: line } },
    }));
    return {
      aria: { enabled: true }, animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 250, color: colours,
      textStyle: { fontFamily: v('--font') },
      tooltip: { trigger: 'axis', confine: true, backgroundColor: v('--panel'), borderColor: v('--line2'), textStyle: { color: v('--ink'), fontSize: 13 }, axisPointer: { lineStyle: { color: v('--line2') }, shadowStyle: { color: v('--sunk'), opacity: .6 }, type: d.series.some(s => s.type === 'bar') ? 'shadow' : 'line' } },
      legend: d.series.length > 1 && d.legend !== false ? { top: 2, right: 8, itemWidth: 14, itemHeight: 8, textStyle: { color: v('--ink2'), fontSize: 12 }, type: 'plain' } : undefined,
      grid: { left: 12, right: 16, top: d.series.length > 1 && d.legend !== false ? 34 : 20, bottom: 8, containLabel: true },
      xAxis: { type: 'category', data: d.x, boundaryGap: d.series.some(s => s.type === 'bar'), axisLine: { lineStyle: { color: v('--line2') } }, axisTick: { show: false }, axisLabel: { ...label, hideOverlap: true } },
      yAxis: y,
      series: d.series.map((s, i) => {
        const c = s.tone ? v(`--${s.tone}`) : colours[i % colours.length], u = s.unit || d.unit || 'number', bar = s.type === 'bar';
        return {
          name: s.name, type: bar ? 'bar' : 'line', data: s.data, stack: s.stack, yAxisIndex: Math.min(1, units.indexOf(u)),
          barMaxWidth: 28, barCategoryGap: '38%', symbol: d.x.length > 40 || s.dashed ? 'none' : 'circle', symbolSize: 5, connectNulls: false,
          itemStyle: { color: c, borderRadius: bar && !s.stack ? [3, 3, 0, 0] : 0 }, lineStyle: bar ? undefined : { color: c, width: 2, type: s.dashed ? [6, 4] : 'solid' },
          areaStyle: s.area ? { color: c, opacity: .12 } : undefined, smooth: s.smooth ? .3 : false,
          tooltip: { valueFormatter: x => unit(u, x) },
          markLine: i === 0 && d.target != null ? { silent: true, symbol: 'none', lineStyle: { color: v('--bad'), type: 'dashed' }, label: { formatter: d.targetLabel || axis(u, d.target), color: v('--bad'), position: 'insideStartTop' }, data: [{ yAxis: d.target }] } : undefined,
        };
      }),
    };
  };
  customElements.define('ui-chart', class extends HTMLElement {
    connectedCallback() {
      this._theme = () => this.draw();
      document.addEventListener('kefu:theme', this._theme);
      const see = new IntersectionObserver(es => { if (es.some(e => e.isIntersecting)) { see.disconnect(); load().then(() => this.draw(), () => this.fail()); } }, { rootMargin: '200px' });
      see.observe(this);
      this._see = see;
    }
    disconnectedCallback() { document.removeEventListener('kefu:theme', this._theme); this._see?.disconnect(); this._size?.disconnect(); this._chart?.dispose(); this._chart = null; }
    get spec() { const n = document.getElementById(this.dataset.source); return n ? JSON.parse(n.textContent) : null; }
    set spec(d) { const n = document.getElementById(this.dataset.source); if (n) n.textContent = JSON.stringify(d); this.draw(); }
    draw() {
      const d = this.spec;
      if (!d || !window.echarts || !this.isConnected) return;
      if (!this._chart) {
        this._chart = window.echarts.init(this, null, { renderer: 'svg' });
        this._size = new ResizeObserver(() => this._chart?.resize());
        this._size.observe(this);
      }
      this._chart.setOption(option(d), true);
      this.setAttribute('data-drawn', '');
      if (d.links && !this._linked) { this._linked = true; this._chart.on('click', e => { const url = this.spec.links?.[e.dataIndex]; if (url) location.assign(url); }); }
    }
    fail() { document.getElementById(this.dataset.table)?.closest('details')?.setAttribute('open', ''); this.textContent = texts.failed || ''; }
  });
})();
