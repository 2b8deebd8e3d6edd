/**
 * terminal: a shell in a terminal of its own, made by script(1) of util-linux. A test writes keys to it and
 * reads what it shows. The shell is bash with job control, so Ctrl-Z, fg and & are real.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { atEnd, inTime, runtimeFolder } from './server.js';
import { Waiters } from './waiters.js';

export const CTRL_C = '\x03';
export const CTRL_Z = '\x1a';
export const CTRL_BACKSLASH = '\x1c';

/** @param {NodeJS.ProcessEnv} [env] on top of this process's own */
export async function openTerminal(env = {}) {
  const terminal = new Terminal(env);
  // The prompt is typed in two parts, so that the echo of the line does not look like it.
  terminal.type("PS1='=rea''dy= '\n");
  await terminal.prompt();
  return terminal;
}

const PROMPT = '=ready= ';

class Terminal {
  /** All that was shown so far, with escape sequences. */
  shown = '';
  #child;
  #from = 0;
  #waiters = new Waiters();

  /** @param {NodeJS.ProcessEnv} env */
  constructor(env) {
    this.#child = spawn(
      'script',
      ['-qefc', 'bash --norc --noprofile --noediting -i', '/dev/null'],
      {
        env: {
          ...process.env,
          XDG_RUNTIME_DIR: runtimeFolder(),
          TERM: 'xterm',
          NO_COLOR: '',
          ...env,
        },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    atEnd(() => this.#child.kill('SIGKILL'));
    this.#child.stdout.setEncoding('utf8').on('data', (text) => {
      this.shown += text;
      this.#waiters.look();
    });
    this.#child.stdin.on('error', () => {});
  }

  /** @param {string} text */
  type(text) {
    this.#child.stdin.write(text);
  }

  /**
   * Waits until a text or a pattern is shown after what the last call waited for.
   *
   * @param {string | RegExp} what
   * @returns {Promise<RegExpExecArray>}
   */
  shows(what) {
    const pattern = typeof what === 'string' ? new RegExp(escape(what)) : what;
    const seen = this.#waiters.until(() => {
      const match = pattern.exec(this.shown.slice(this.#from));
      if (match) this.#from += match.index + match[0].length;
      return match;
    });
    return inTime(
      seen,
      () => `${pattern} on the terminal, which shows\n${JSON.stringify(this.shown)}`,
    );
  }

  /** Waits until the shell has the terminal again. */
  prompt() {
    return this.shows(PROMPT);
  }

  /**
   * Runs a line in the shell and returns what it showed. The command must end by itself.
   *
   * @param {string} line
   */
  async run(line) {
    this.type(`${line}\n`);
    const from = this.#from;
    await this.prompt();
    return this.shown.slice(from).replaceAll('\r\n', '\n');
  }

  /** Does what closing the window does: the kernel sends SIGHUP to everything in it. */
  close() {
    this.#child.kill('SIGKILL');
  }

  async end() {
    this.type('exit\n');
    await inTime(once(this.#child, 'close'), () => `the shell's end; shown:\n${this.shown}`);
  }
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
