// What was measured, as Markdown.

/** The middle of several values, and how far they lay apart. */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const last = sorted.length - 1;
  const median = (sorted[Math.floor(last / 2)] + sorted[Math.ceil(last / 2)]) / 2;
  return { median, low: sorted[0], high: sorted[last] };
}

function text({ median, low, high }, shown) {
  return `${shown(median)} (${shown(low)}–${shown(high)})`;
}

const whole = (value) => Math.round(value).toLocaleString('en');
const part = (value) => value.toFixed(value < 0.095 ? 3 : 2);
const line = (cells) => `| ${cells.join(' | ')} |`;
const oneLine = (words) => words.replace(/\s+/g, ' ');

/**
 * How an account's tasks stood to each other, from what began and ended: `overlaps`, tasks that began
 * while another of their account ran; `disorder`, tasks that began after a later one of their account.
 */
export function verdict(events, accounts) {
  const running = new Map();
  const latest = new Map();
  let overlaps = 0;
  let disorder = 0;
  for (const event of events) {
    const no = Math.abs(event) - 1;
    const account = no % accounts;
    const at = running.get(account) ?? 0;
    if (event < 0) {
      running.set(account, at - 1);
      continue;
    }
    running.set(account, at + 1);
    overlaps += at > 0 ? 1 : 0;
    disorder += no < (latest.get(account) ?? -1) ? 1 : 0;
    latest.set(account, Math.max(no, latest.get(account) ?? -1));
  }
  return { overlaps, disorder, began: events.filter((event) => event > 0).length };
}

/** Tasks a second, in one durability. */
export function speeds(rows) {
  const lines = rows.map(({ name, kept, figures, ratios, flushes }) => {
    const ratio = ratios.length > 0 ? text(spread(ratios), part) : '1';
    const flush = text(spread(flushes), (ms) => ms.toFixed(1));
    return line([name, kept, text(spread(figures), whole), ratio, flush]);
  });
  const head = ['program', 'kept by', 'tasks a second (range)', 'beside Signalbox (range)'];
  return [line([...head, 'disk, ms (range)']), '|---|---|---|---|---|', ...lines].join('\n');
}

/** What each could and could not do. */
export function abilities(rows) {
  const lines = rows.map(({ name, overlaps, disorder, can }) => {
    return line([name, whole(overlaps), whole(disorder), oneLine(can)]);
  });
  const head = line(['program', 'two at once', 'out of order', 'what it could and could not do']);
  return [head, '|---|---|---|---|', ...lines].join('\n');
}
