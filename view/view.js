/**
 * view: the wire's page. Joins the parts: the rows come in by a WebSocket, are filtered, and are shown as a list
 * and as a ladder; the chosen packet is requested and shown as a sentence, a tree and bytes.
 */

import { FIELDS } from './filter/fields.js';
import { createFilterBox } from './filter/filter_box.js';
import { createLadder } from './ladder/ladder.js';
import { createPacketList } from './list/packet_list.js';
import { Bytes } from './packet/bytes.js';
import { createSentence } from './packet/sentence.js';
import { Tree } from './packet/tree.js';
import { PROTOCOL, createLive, socketAddress } from './packets/live.js';
import { createPacketRequests } from './packets/packet_requests.js';
import { PacketRows } from './packets/packet_rows.js';
import { byId, make } from './parts/element.js';
import { createKeys } from './parts/keys.js';
import { captureAddress, createMenus, linkChoices } from './parts/menus.js';
import { createSizes } from './parts/sizes.js';
import { makeSplits } from './parts/splits.js';
import { captureText, connectionText, countTexts, emptyText } from './parts/state_line.js';
import { createSteps } from './parts/steps.js';
import { createViews } from './parts/views.js';

const id = (/** @type {string} */ name) => byId(document, name);
const input = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (id(name));
const later = (/** @type {() => void} */ act, /** @type {number} */ ms) => void setTimeout(act, ms);
const soon = (/** @type {() => void} */ draw) => void requestAnimationFrame(draw);

/** @type {import('./packets/live.js').State | null} */
let state = null;
/** @type {boolean | null} */
let isConnected = null;
/** The chosen packet, or 0. */
let chosen = 0;

const packets = new PacketRows((change) => {
  list.changed(change);
  ladder.changed(change);
  showStateSoon();
});
const sizes = createSizes(() => localStorage);
const list = createPacketList({
  document,
  list: id('list'),
  packets,
  choose,
  following: (isFollowing) => (id('newest').hidden = isFollowing),
  soon,
  sizes,
});
const ladder = createLadder({
  document,
  box: id('ladder'),
  note: id('ladder-note'),
  onlyOne: input('only-one'),
  packets,
  choose,
  soon,
});
const showSentence = createSentence(document, id('sentence'), choose);
const bytes = new Bytes({
  document,
  box: id('bytes'),
  tabs: id('bytes-tabs'),
  ruler: id('ruler'),
  choose: (at) => tree.chooseByte(at),
  soon,
});
const tree = new Tree({ document, box: id('tree'), chosen: (line) => bytes.mark(line) });
const request = createPacketRequests({
  fetch: (...values) => fetch(...values),
  show(packet) {
    showSentence(packet.n, packet.sentence);
    bytes.show(packet);
    tree.show(packet.tree);
  },
  fail(n, sentence) {
    showNoPacket();
    showSentence(n, sentence);
  },
});

function showNoPacket() {
  showSentence(0, 'Choose a packet, and a sentence here says what it is.');
  bytes.show({ bytes: new Uint8Array(), plain: null });
  tree.show([]);
}

/** @param {number} n */
function choose(n) {
  const row = packets.find(n);
  if (!row) return showSentence(n, `Packet ${n} is not in the list any more.`);
  chosen = n;
  list.choose(row);
  ladder.choose(row);
  request(n);
}

function chooseNone() {
  chosen = 0;
  list.choose(undefined);
  ladder.choose(undefined);
  showNoPacket();
}

function showState() {
  const counts = packets.counts();
  const { isPaused } = packets;
  const connection = connectionText({ isConnected, isPaused, waiting: counts.waiting, state });
  id('connection').dataset.kind = connection.kind;
  // A status is read aloud whenever it is written.
  if (id('connection').textContent !== connection.text)
    id('connection').textContent = connection.text;
  id('capture').textContent = id('capture').title = captureText(state);
  id('site').textContent = state ? `${state.site} :${state.port}` : '';
  id('counts').replaceChildren(
    ...countTexts(counts, state).map(({ text, isBad }) =>
      make(document, 'span', { class: isBad && 'warning' }, text),
    ),
  );
  id('empty').hidden = counts.shown > 0;
  const empty = emptyText(counts.known, state);
  if (id('empty').textContent !== empty) id('empty').textContent = empty;
}

let isStateStale = false;
function showStateSoon() {
  if (isStateStale) return;
  isStateStale = true;
  soon(() => {
    isStateStale = false;
    showState();
  });
}

/** @param {import('./packets/live.js').Message} message */
function receive(message) {
  if (message.cleared) {
    packets.clear();
    chooseNone();
  }
  if (message.state) {
    state = message.state;
    // A server that was started anew counts from 1 again.
    if (state.last < packets.last && !message.rows) {
      packets.reset();
      chooseNone();
      live.again();
    }
    packets.forget(state.first);
  }
  if (message.rows) {
    list.widen(message.rows);
    packets.add(message.rows);
  }
  if (message.marks) packets.addMarks(message.marks);
  showStateSoon();
}

const pause = () => {
  packets.pause(!packets.isPaused);
  id('pause').setAttribute('aria-pressed', String(packets.isPaused));
  id('pause').lastElementChild?.replaceChildren(packets.isPaused ? 'Go on' : 'Pause');
};

function help() {
  /** @type {HTMLDialogElement} */ (id('help-dialog')).showModal();
}

function prepareHelp() {
  const dialog = /** @type {HTMLDialogElement} */ (id('help-dialog'));
  for (const [name, { says }] of Object.entries(FIELDS)) {
    const line = make(
      document,
      'div',
      {},
      make(document, 'dt', {}, name),
      make(document, 'dd', {}, says),
    );
    id('help-fields').append(line);
  }
  id('help').addEventListener('click', help);
  id('help-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  id('help-examples').addEventListener('click', ({ target }) => {
    const button = /** @type {Element} */ (target).closest('button');
    if (!button) return;
    filter.set(button.textContent ?? '');
    dialog.close();
  });
}

function prepareMenus() {
  createMenus(document, [id('save'), id('report')]);
  const form = (/** @type {string} */ name) => /** @type {HTMLFormElement} */ (id(name));
  linkChoices(form('save-box'), (data) => ({ 'save-link': captureAddress(data) }));
  linkChoices(form('report-box'), (data) => ({
    'report-html': `report.html?language=${data.get('language')}`,
    'report-md': `report.md?language=${data.get('language')}`,
  }));
}

const filter = createFilterBox({
  document,
  input: input('filter'),
  says: id('filter-says'),
  suggestions: id('suggestions'),
  clear: id('filter-clear'),
  apply: (test) => packets.filter(test),
  later,
  leave: () => id('list').focus(),
});

createKeys(document, {
  ...createSteps({ packets, chosen: () => chosen, choose, page: list.page, toEnd: list.toEnd }),
  '/': () => input('filter').select(),
  ' ': pause,
  '?': help,
});
id('pause').addEventListener('click', pause);
id('newest').addEventListener('click', () => list.toEnd());
id('clear').addEventListener(
  'click',
  () => void fetch('clear', { method: 'POST' }).catch(() => {}),
);
prepareMenus();
prepareHelp();
const redraw = () => {
  list.redraw();
  ladder.redraw();
  bytes.redraw();
};
makeSplits(document, redraw, sizes);
createViews(document, () => {
  redraw();
  list.reveal();
  ladder.reveal();
});
new ResizeObserver(redraw).observe(id('main'));
showNoPacket();
showState();

const live = createLive({
  connect: () => new WebSocket(socketAddress(location.href), PROTOCOL),
  probe: () => fetch('./', { cache: 'no-store' }),
  from: () => packets.last + 1,
  receive,
  connected(isNow) {
    if (isNow === isConnected) return;
    isConnected = isNow;
    showState();
  },
  later,
});
