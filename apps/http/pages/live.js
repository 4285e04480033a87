'use strict';
const kPoints = 120;
const rates = [];
let last = null;

const put = (id, text) => { document.getElementById(id).textContent = text; };
const count = (number) => number.toLocaleString('en');
const mebibytes = (bytes) => (bytes / 1048576).toFixed(1) + ' MiB';

function duration(nanoseconds) {
  const seconds = nanoseconds / 1e9;
  if (seconds < 60) return seconds.toFixed(1) + ' s';
  const minutes = Math.floor(seconds / 60);
  return Math.floor(minutes / 60) + ' h ' + minutes % 60 + ' min ' + Math.floor(seconds % 60) + ' s';
}

function sum(event, name) {
  return Object.keys(event).filter((key) => key.startsWith(name + '{')).reduce((total, key) => total + event[key], 0);
}

function worst(event) {
  const name = 'interrupt_handler_worst_nanoseconds';
  const lines = Object.keys(event).filter((key) => key.startsWith(name + '{'));
  if (lines.length === 0) return 'none yet';
  const longest = lines.reduce((a, b) => (event[a] >= event[b] ? a : b));
  return count(event[longest]) + ' ns (' + longest.slice(name.length + 1, -1) + ')';
}

function plot() {
  const top = Math.max(10, ...rates);
  const x = (index) => 600 * (index + kPoints - rates.length) / (kPoints - 1);
  const line = rates.map((rate, index) => 'L' + x(index).toFixed(1) + ' ' + (118 - 110 * rate / top).toFixed(1)).join('');
  document.getElementById('area').setAttribute('d', 'M' + x(0).toFixed(1) + ' 120' + line + 'L600 120Z');
}

function show(event) {
  if (last !== null) {
    const seconds = (event.uptime_nanoseconds - last.uptime_nanoseconds) / 1e9;
    const rate = seconds > 0 ? (event.http_requests_total - last.http_requests_total) / seconds : 0;
    rates.push(rate);
    if (rates.length > kPoints) rates.shift();
    put('rate', rate.toFixed(1));
    plot();
  }
  last = event;
  put('uptime', duration(event.uptime_nanoseconds));
  put('started', (event.boot_nanoseconds / 1e6).toFixed(1) + ' ms');
  put('instructions', event.start_instructions ? count(event.start_instructions) : 'not counted by this CPU');
  put('idle', (100 * event.event_idle_nanoseconds_total / event.uptime_nanoseconds).toFixed(1) + ' % of the time');
  put('memory', mebibytes(event.memory_free_bytes) + ' free of ' + mebibytes(event.memory_total_bytes));
  put('requests', count(event.http_requests_total));
  put('connections', event.http_open_connections + ' open, ' + count(event.http_connections_total) + ' in all');
  put('packets', count(event.net_received_packets_total) + ' in, ' + count(event.net_transmitted_packets_total) + ' out');
  put('interrupts', count(sum(event, 'interrupt_handled_total')));
  put('latency', count(event.alarm_latency_nanoseconds) + ' ns, at worst ' +
    count(event.alarm_latency_worst_nanoseconds) + ' ns');
  put('worst', worst(event));
  put('state', 'live');
}

const events = new EventSource('events');
events.onmessage = (message) => show(JSON.parse(message.data));
events.onerror = () => put('state', 'the machine does not answer');
