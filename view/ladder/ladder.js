/**
 * ladder: the packets as arrows between two lines, "Browser" and "liveserve", from top to bottom in time.
 */

import { clientPort, streamClass } from '../packets/row.js';
import { onPacketClick } from '../parts/clicks.js';
import { make, setText } from '../parts/element.js';
import { createLongList } from '../parts/long_list.js';
import { unevenRows } from '../parts/window.js';
import { silenceLabel, stepLabel } from './labels.js';
import { PACKETS_MAX, createLayout, ladderItems } from './layout.js';

/** @typedef {import('../packets/row.js').Row} Row */
/** @typedef {import('./layout.js').Rung} Rung */

/**
 * @typedef {object} LadderOptions
 * @property {Document} document
 * @property {HTMLElement} box it scrolls
 * @property {HTMLElement} note for a sentence in place of the ladder
 * @property {HTMLInputElement} onlyOne the tick for "only this connection"
 * @property {import('../packets/packet_rows.js').PacketRows} packets
 * @property {(n: number) => void} choose
 * @property {(draw: () => void) => void} soon
 */

const SVG = 'http://www.w3.org/2000/svg';

/** The line of an arrow; it is as wide as its place, so that nothing has to be measured. @param {Document} document */
function makeLine(document) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 100 10');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'line');
  for (const [name, value] of Object.entries({ x1: 0, y1: 1, x2: 100, y2: 8 }))
    line.setAttribute(name, String(value));
  svg.append(line);
  return svg;
}

/** @param {Document} document */
function makeRung(document) {
  const lane = make(document, 'div', { class: 'lane' }, make(document, 'span', { class: 'label' }));
  lane.append(makeLine(document), make(document, 'i', { class: 'tip' }));
  return make(
    document,
    'div',
    { role: 'option' },
    make(document, 'div', { class: 'when' }, make(document, 'b'), make(document, 'span')),
    lane,
    make(document, 'div', { class: 'what' }, make(document, 'b'), make(document, 'span')),
  );
}

/** What an element of the ladder says. @param {Rung} rung */
function rungTexts(rung) {
  if (rung.kind === 'silence') return { label: `… ${silenceLabel(rung.seconds)} …` };
  if (rung.kind === 'mark') return { label: rung.mark.text };
  const { row, label } = rung;
  return {
    label,
    when: rung.kind === 'arrow' ? `${Number(row.t).toFixed(3)} s` : '',
    port: String(clientPort(row)),
    number: String(row.n),
    step: stepLabel(row.step),
  };
}

/** What a screen reader says. @param {Rung} rung @param {string} label */
function spoken(rung, label) {
  if (!('row' in rung)) return label;
  const { row } = rung;
  const from = row.side === 1 ? 'from liveserve' : 'from the browser';
  return [`Packet ${row.n} ${from}`, label, stepLabel(row.step)].filter(Boolean).join(', ');
}

/**
 * @param {HTMLElement} element
 * @param {Rung} rung
 * @param {Row | undefined} chosen
 */
function fillRung(element, rung, chosen) {
  const { label, when = '', port = '', number = '', step = '' } = rungTexts(rung);
  const classes = ['rung', ...rung.kind.split(' ')];
  let isChosen = false;
  if ('row' in rung) {
    const { row } = rung;
    isChosen = row === chosen;
    classes.push(streamClass(row), row.side === 1 ? 'from-server' : 'from-browser');
    if (row.note) classes.push('problem');
    if (isChosen) classes.push('chosen');
    if (chosen?.msg && row.msg === chosen.msg) classes.push('same-message');
  }
  element.className = classes.join(' ');
  element.setAttribute('aria-selected', String(isChosen));
  element.setAttribute('aria-label', spoken(rung, label));
  if (number) element.id = `arrow-${number}`;
  else element.removeAttribute('id');
  const [time, lane, what] = element.children;
  setText(time.children[0], when);
  setText(time.children[1], when && port);
  setText(lane.children[0], label);
  setText(what.children[0], number);
  setText(what.children[1], step);
}

/** @param {LadderOptions} options */
export function createLadder({ document, box, note, onlyOne, packets, choose, soon }) {
  const space = make(document, 'div', { class: 'space', role: 'presentation' });
  box.append(space);
  const layout = createLayout();
  /** @type {Row | undefined} */
  let chosen;
  /** How many of the packets that are shown are in the layout. */
  let done = 0;
  /** The connection that the layout is limited to. @type {number | undefined} */
  let only;
  let isFollowing = true;

  const lines = createLongList({
    box,
    space,
    rows: unevenRows(layout.tops),
    make: () => makeRung(document),
    fill: (element, index) => fillRung(element, layout.rungs()[index], chosen),
    scrolled: (isAtEnd) => (isFollowing = isAtEnd),
    soon,
  });

  const isLimited = () => onlyOne.checked || packets.counts().shown > PACKETS_MAX;

  function layOut() {
    const { shown } = packets.counts();
    only = isLimited() ? chosen?.stream : undefined;
    layout.clear();
    layout.append(ladderItems(packets.shown, shown, chosen?.stream, onlyOne.checked));
    done = packets.shown.length;
    note.hidden = shown <= PACKETS_MAX || chosen !== undefined;
  }

  const place = () => (chosen && layout.find(chosen.n)) ?? -1;

  onPacketClick(space, 'arrow-', choose);
  onlyOne.addEventListener('change', () => {
    layOut();
    lines.reveal(place());
    lines.update();
  });
  return {
    /** @param {import('../packets/packet_rows.js').Change} change */
    changed({ isNew, gone }) {
      const isAll = isNew || gone > 0 || isLimited();
      if (isAll) layOut();
      else layout.append(packets.shown.slice(done));
      done = packets.shown.length;
      if (isFollowing) lines.toEnd();
      else if (isNew) lines.reveal(place());
      lines.update(isAll);
    },
    /** @param {Row | undefined} row */
    choose(row) {
      chosen = row;
      if (isLimited() && row?.stream !== only) layOut();
      if (row && place() >= 0) box.setAttribute('aria-activedescendant', `arrow-${row.n}`);
      else box.removeAttribute('aria-activedescendant');
      lines.reveal(place());
      lines.update();
    },
    /** The size has changed, or the ladder has come into view. */
    redraw() {
      if (isFollowing) lines.toEnd();
      lines.update();
    },
    reveal: () => lines.reveal(place()),
  };
}
