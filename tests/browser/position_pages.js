/**
 * position_pages: small pages in the manner of real ones, with all that makes the tree of a page another one than its
 * text: tags that are left out, wrong nesting, tables, foreign content, templates, several charsets.
 */

/** @param {string} body @param {string} [head] */
const page = (body, head = '') =>
  `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Page</title>\n${head}</head>\n<body>\n${body}\n</body>\n</html>\n`;

/** @param {number} count @param {(i: number) => string} make */
const repeat = (count, make) => Array.from({ length: count }, (_, i) => make(i)).join('\n');

/** @param {string} text @param {string} mark of the byte order */
const utf16 = (text, mark = '\ufeff') => Buffer.from(mark + text, 'utf16le');

/** @param {string} text */
const latin1 = (text) => Buffer.from(text, 'latin1');

const ARTICLE = repeat(
  40,
  (i) => `<article id="a${i}">
  <h2>Title <em>${i}</em></h2>
  <p>Some text with <a href="/x${i}">a link</a>, <b>bold</b> and <code>code &lt;b&gt;</code>.
  <p>Another paragraph<br>with a break <img src="data:," alt="a > b">
  <ul><li>one<li>two<li><p>three</ul>
</article>`,
);

/** @type {Record<string, string | Buffer>} */
export const POSITION_PAGES = {
  'article.html': page(ARTICLE),
  'text.html': 'only text',
  'no_tags.html': '<title>t</title><p>one<p>two<div>three</div>',
  'optional.html':
    '<!doctype html><title>x</title><h1>a</h1><p>b<ul><li>c<li>d</ul><dl><dt>e<dd>f<dt>g<dd>h</dl><table><tr><td>1<td>2<tr><td>3</table>',
  'quirks.html': '<html><body bgcolor=white><p><table><tr><td>in a paragraph</table></body></html>',
  'late_html.html': '<p>first</p><html lang=en><body class=late><p>second</p>',
  'crlf.html': page('<p>one</p>\r\n<div>\r\n  <span>two</span>\r\n</div>').replace(/\n/g, '\r\n'),
  'cr.html': '<!doctype html>\r<title>x</title>\r<p>one\r<p>two <b>three</b>\r',
  'mixed_ends.html':
    '<!doctype html>\n<title>x</title>\r\n<p>one\r<p>two <b>three</b>\n\r\n<i>x</i>',
  'bom.html': `\ufeff${page('<p>with a mark</p>\n<p>another</p>')}`,
  'chinese.html': page(
    repeat(
      30,
      (i) => `<p title="标题${i}">中文<b>粗体</b>😀<i>文本</i><a href="#${i}">链接</a></p>`,
    ),
  ),
  'utf16.html': utf16(page('<p>text <b>bold</b></p>\n<p>中文 <i>x</i></p>')),
  'latin1.html': latin1(
    '<!doctype html><meta charset=windows-1252><title>\xe9</title><p>\xe4\xf6 <b>\xfc</b> <i>x</i>\n<p>\xdf<em>y</em>',
  ),
  'gbk.html': Buffer.concat([
    Buffer.from('<!doctype html><meta charset=gbk><title>x</title><p>'),
    Buffer.from([0xd6, 0xd0, 0xce, 0xc4]),
    Buffer.from('<b>'),
    Buffer.from([0xb4, 0xd6]),
    Buffer.from('</b><i>x</i>\n<p>y<em>z</em>'),
  ]),
  'nul.html': page('<p>a\0b <b>c</b></p><div cl\0ass="x"><i>y</i></div>'),
  'adoption.html': page(
    '<p>1<b>2<i>3</b>4</i>5</p><b>1<p>2</b>3</p><a href=a>x<div>y<a href=b>z</a></div></a><em><strong>x</em>y</strong>',
  ),
  'formatting.html': page(
    repeat(12, (i) => `<p><b><i class=c${i}><font size=2>left open ${i}`) +
      repeat(6, () => '<p><b>again'),
  ),
  'noah.html': page('<b><b><b><b><b><p>x</p><p>y<u>z</u></p>'),
  'foster.html': page(
    '<table><b>bold<tr><td>cell</td>text<i>i</i></tr><div>div<span>s</span></div><tr><td>x</table><p>after</p><table><tbody><a href=x>l<tr><td><a href=y>m</table>',
  ),
  'tables.html': page(
    repeat(
      10,
      (i) =>
        `<table id=t${i}><caption>c<b>d</b></caption><colgroup><col><col></colgroup><thead><tr><th>h<th>i</thead><tr><td>1<td><table><tr><td>in</table><tfoot><tr><td>f</table>`,
    ),
  ),
  'comments.html': page(
    '<!-- <p>not <b>this</b> --> <p>this</p><!--><p>a</p><!-- x --!><p>b</p><!-- <b> --><i>c</i><!doctype><? <u>x</u> ?><s>d</s>',
  ),
  'attributes.html': page(
    `<div title="a <b> > c" data-x='<p>'>x</div><p a=b/c><img alt=<b> src=x><a href=a=b?c="d">e</a><i/>f</i><b title = "x>y"
   class=z>g</b><input value=">"><em =x">h</em><span a"b'c>i</span><a href='<a href="x">'>j</a>`,
  ),
  'scripts.html': page(
    '<p>x</p><script>const s = "<b>no</b>"; // <p>\n</script><b>y</b><style>p > b { color: red } /* <i> */</style><textarea><b>no</b></textarea><i>z</i><title><b>x</b></title><xmp><p>n</xmp><iframe srcdoc=""><p></iframe><noembed><b></noembed><u>end</u><script><!-- <script> </script> --></script><s>t</s>',
  ),
  'noscript.html': page(
    '<noscript><p>no <img src=x></noscript><p>yes</p><table><noscript><tr><td>x</noscript><tr><td>y</table><b>z</b>',
    '<noscript><link rel=stylesheet href=x><div>out</div></noscript><meta name=a>',
  ),
  'after_head.html': '<head><title>x</title></head><noscript><p></noscript><p>y</p>',
  'svg.html': page(
    '<svg viewBox="0 0 9 9"><g><path d="M0 0"/><title>t<b>?</b></title><a href=x><circle r=1 /></a><foreignObject><div><p>html<b>x</b></div></foreignObject><style>a{}<b></style><![CDATA[ <p> ]]><text>x<tspan>y</tspan></text></svg><p>after</p><svg><p>breaks out</p><i>x</i>',
  ),
  'mathml.html': page(
    '<math><mrow><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow><annotation-xml encoding="text/html"><p>y</p></annotation-xml><mtext><b>z</b></mtext></math><p>after</p>',
  ),
  'templates.html': page(
    '<template><tr><td>x</td></tr><p>y</template><p>z</p><table><template><td>q</template><tr><td>r</table><template><template><b></template></template><i>s</i>',
  ),
  'forms.html': page(
    '<form action=a><input name=x><form><label>l<input type=checkbox></label></form><select><option>a<option selected>b<optgroup label=g><option>c</select><button>x<button>y</button><fieldset><legend>l</legend><textarea>\nx</textarea></fieldset><datalist id=d><option value=1></datalist>',
  ),
  'headings.html': page(
    '<h1>a<h2>b</h1>c<p>d<h3>e</h3></p>f<div>g</p>h</div></span></div><br></br><p></p></p>',
  ),
  'lists.html': page(
    repeat(
      15,
      (i) =>
        `<li>loose ${i}<ul><li>a<ol><li>b<li>c</ol><li>d</ul><dl><dt>t<dd>d<dd>e<p>f<dt>u</dl>`,
    ),
  ),
  'deep.html': page('<div>'.repeat(200) + '<p>bottom</p>' + '</div>'.repeat(200)),
  'ends_early.html': '<!doctype html><title>x</title><p>a<b>b<a href="x',
  'uppercase.html':
    '<!DOCTYPE HTML><HTML><HEAD><TITLE>X</TITLE></HEAD><BODY><P ALIGN=LEFT>A<B>B</B><TABLE><TR><TD>C</TABLE></BODY></HTML>',
  'after_body.html': page('<p>x</p>') + '<!-- c --><p>late</p><div>x<b>y</b></div>',
  'ruby.html': page(
    '<ruby>a<rb>b<rt>c<rp>d<rtc>e</ruby><details><summary>s</summary><p>x</details><dialog open>d<p>y</dialog>',
  ),
  'image.html': page(
    '<image src=x><nobr>a<nobr>b</nobr><marquee><b>x</marquee><i>y</i><center>z<listing>\nq</listing><wbr>',
  ),
  'framed.html': page(
    '<p>x</p><object data="data:text/html,x"><param name=a><p>y</p></object><applet><p>z</applet><b>w</b>',
  ),
};
