// What the figures are measured beside: pages of a server of their own, compressed and kept like ours.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const echarts = new URL('../../web/node_modules/echarts/dist/echarts.min.js', import.meta.url);

function page(scripts) {
  const tags = scripts.map((name) => `<script src="/${name}" defer></script>`).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>peer</title>${tags}</head><body><button aria-pressed="false">7 days</button><div id="chart" style="width:1180px;height:360px"></div></body></html>`;
}

const answering = "document.querySelector('button').onclick = (event) => event.target.setAttribute('aria-pressed', 'true');";

/// One line of script: as fast as this browser shows anything.
const bare = `${answering} document.body.append('drawn'); document.body.dataset.drawn = 1;`;

/// The chart of the overview alone, as ECharts draws it.
const overview = `${answering}
fetch('/ahead.json').then((answer) => answer.json()).then(({ times, past, mean, low, high }) => {
  const line = (name, values, more) => ({ name, type: 'line', showSymbol: false, data: times.map((time, at) => [time * 1000, values[at]]), ...more });
  const chart = echarts.init(document.getElementById('chart'));
  chart.on('finished', () => (document.body.dataset.drawn = 1));
  chart.setOption({
    animation: false, legend: {}, tooltip: { trigger: 'axis' }, xAxis: { type: 'time' }, yAxis: { type: 'value' },
    series: [
      line('low', low, { stack: 'interval', lineStyle: { opacity: 0 } }),
      line('interval', high.map((value, at) => (value === null ? null : value - low[at])), { stack: 'interval', lineStyle: { opacity: 0 }, areaStyle: { opacity: 0.2 } }),
      line('Sold', past), line('Forecast', mean),
    ],
  });
});`;

/// Many points, of which a part is on show and dragged.
const points = `
const wanted = new URLSearchParams(location.search);
fetch('/points.json').then((answer) => answer.json()).then(({ times, values, from, to }) => {
  const chart = echarts.init(document.getElementById('chart'));
  chart.on('finished', () => (document.body.dataset.drawn = 1));
  chart.setOption({
    animation: false, tooltip: { trigger: 'axis' }, xAxis: { type: 'time' }, yAxis: { type: 'value' },
    dataZoom: [{ type: 'inside', throttle: 0, startValue: from * 1000, endValue: to * 1000 }],
    series: [{ type: 'line', showSymbol: false, ...(wanted.get('sampling') && { sampling: wanted.get('sampling') }), data: times.map((time, at) => [time * 1000, values[at]]) }],
  });
});`;

/// Serves them; `data` are the files by name, as values.
export async function servePeers(data) {
  const files = new Map([
    ['/bare', ['text/html', page(['bare.js'])]],
    ['/overview', ['text/html', page(['echarts.js', 'overview.js'])]],
    ['/points', ['text/html', page(['echarts.js', 'points.js'])]],
    ['/bare.js', ['text/javascript', bare]],
    ['/overview.js', ['text/javascript', overview]],
    ['/points.js', ['text/javascript', points]],
    ['/echarts.js', ['text/javascript', readFileSync(echarts)]],
    ...Object.entries(data).map(([name, value]) => [`/${name}`, ['application/json', JSON.stringify(value)]]),
  ].map(([path, [type, content]]) => [path, { type, packed: gzipSync(content, { level: 9 }) }]));
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url, 'http://peer').pathname);
    if (!file) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': `${file.type}; charset=utf-8`, 'content-encoding': 'gzip' }).end(file.packed);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    end: () => (server.closeAllConnections(), server.close()),
  };
}
