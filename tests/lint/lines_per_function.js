/**
 * lines_per_function: a rule for ESLint. A function has at most so many lines; empty lines and comments
 * do not count.
 *
 * The difference to ESLint's own max-lines-per-function: a callback of describe() or of test() is counted by
 * itself, not as a part of the function around it. A suite is a list of tests and may be long; a test may not.
 */

const REGISTERS_TESTS = /^(describe|survives|test\w*)$/;

/** @param {any} node true for a callback of describe(), test(), testSite() and their like */
function isTestCallback({ parent }) {
  if (parent.type !== 'CallExpression') return false;
  const { callee } = parent;
  const name = callee.type === 'MemberExpression' ? callee.object.name : callee.name;
  return REGISTERS_TESTS.test(name);
}

/** @type {import('eslint').Rule.RuleModule} */
export const linesPerFunction = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'integer' }],
    messages: { long: 'This function has {{count}} lines. The most is {{most}}.' },
  },
  create({ options: [most], report, sourceCode }) {
    /** The lines of each function that the walk through the tree is in, the innermost last. @type {Set<number>[]} */
    const open = [];

    /** @param {any} node */
    function enter(node) {
      const lines = new Set();
      for (const token of sourceCode.getTokens(node)) {
        for (let line = token.loc.start.line; line <= token.loc.end.line; line++) lines.add(line);
      }
      open.push(lines);
    }

    /** @param {any} node */
    function leave(node) {
      const lines = open.pop();
      if (lines.size > most) {
        report({ node, messageId: 'long', data: { count: String(lines.size), most } });
      }
      if (!isTestCallback(node)) return;
      for (const around of open) for (const line of lines) around.delete(line);
    }

    const functions = 'FunctionDeclaration, FunctionExpression, ArrowFunctionExpression';
    return { [functions]: enter, [`:matches(${functions}):exit`]: leave };
  },
};
