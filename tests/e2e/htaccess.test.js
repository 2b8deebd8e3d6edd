/**
 * `.htaccess`: real Apache httpd and liveserve serve the same folder. To the same requests they give the same status,
 * Location, type and body.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { apacheSkip, startApache } from '../support/apache_server.js';
import { get } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { withServer } from '../support/with_server.js';

/**
 * @typedef {object} Folder
 * @property {string} rules its .htaccess
 * @property {Record<string, string>} [files] besides index.html, a.html and b.txt
 * @property {(string | [string, Record<string, string>])[]} requests below the folder, perhaps with fields
 * @property {string[]} [fields] of the answer, that are compared, too
 */

const MODULES = ['rewrite', 'alias', 'headers', 'access_compat', 'autoindex', 'authz_host'];

/** @type {Record<string, Folder>} */
const FOLDERS = {
  spa: {
    rules: `
RewriteEngine On
RewriteBase /spa/
RewriteRule ^index\\.html$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /spa/index.html [L]
`,
    files: { 'sub/x.html': 'x' },
    requests: [
      '',
      'index.html',
      'a.html',
      'users/5',
      'users/5?tab=1',
      'b.txt',
      'sub/',
      'sub',
      'sub/x.html',
      'sub/y',
    ],
  },
  extension: {
    rules: `
RewriteEngine on
RewriteCond %{REQUEST_FILENAME} !-d
RewriteCond %{REQUEST_FILENAME}.html -f
RewriteRule ^(.*)$ $1.html [L]
`,
    files: { 'deep/c.html': 'c' },
    requests: ['a', 'a.html', 'deep/c', 'deep/c?x=1', 'deep', 'none', 'a/', 'a/more', 'b'],
  },
  hidden_extension: {
    rules: `
RewriteEngine On
RewriteBase /hidden_extension/
RewriteCond %{THE_REQUEST} \\s/hidden_extension/([^\\s?]+)\\.html[\\s?] [NC]
RewriteRule ^ /hidden_extension/%1 [R=301,NE,L]
RewriteCond %{REQUEST_FILENAME} !-d
RewriteCond %{REQUEST_FILENAME}\\.html -f
RewriteRule ^([^.]+)$ $1.html [L]
`,
    requests: ['a.html', 'a', 'a.html?x=1&y=%20', 'A.HTML', 'none.html', 'none'],
  },
  flags: {
    rules: `
RewriteEngine on
RewriteRule ^secret - [F]
RewriteRule ^gone$ - [G,L]
RewriteRule ^teapot$ - [R=404]
RewriteRule ^case$ a.html [NC,L]
RewriteRule ^r302$ /flags/a.html [R,L]
RewriteRule ^r301$ /flags/a.html [R=301,L]
RewriteRule ^r303$ /flags/a.html [R=seeother,L]
RewriteRule ^rperm$ /flags/a.html [R=permanent,L]
RewriteRule ^out$ https://example.org/x [L]
RewriteRule ^out2/(.*)$ https://example.org/$1 [R=301,L]
RewriteRule ^mail$ mailto:a@example.org [R,L]
RewriteRule ^qsa$ /flags/a.html?b=2 [R,QSA,L]
RewriteRule ^replace$ /flags/a.html?b=2 [R,L]
RewriteRule ^drop$ /flags/a.html? [R,L]
RewriteRule ^qsd$ /flags/a.html [R,QSD,L]
RewriteRule ^keep$ /flags/a.html [R,L]
RewriteRule ^ne/(.*)$ /flags/a.html#$1 [R,NE,L]
RewriteRule ^esc/(.*)$ /flags/a.html#$1 [R,L]
RewriteRule ^b/(.*)$ /flags/a.html?q=$1 [R,B,L]
RewriteRule ^plain/(.*)$ /flags/a.html?q=$1 [R,L]
RewriteRule ^chain$ - [C]
RewriteRule ^chain$ a.html [L]
RewriteRule ^unchained$ - [C]
RewriteRule ^never$ a.html [L]
RewriteRule ^chained2$ b.txt [L]
RewriteRule ^skip$ - [S=1]
RewriteRule ^skip$ b.txt [L]
RewriteRule ^skip$ a.html [L]
RewriteRule ^end$ a.html [END]
RewriteRule ^pt$ a.html [PT]
RewriteRule ^env$ - [E=WHERE:a]
RewriteCond %{ENV:WHERE} =a
RewriteRule ^env$ a.html [L]
RewriteRule ^(.*)_(.*)$ $1-$2 [N]
RewriteRule ^x-y-z$ a.html [L]
RewriteRule !^(a\\.html|b\\.txt|index\\.html|)$ /flags/index.html?not=found [L]
`,
    requests: [
      'secret',
      'secrets/x',
      'gone',
      'teapot',
      'CASE',
      'r302',
      'r301',
      'r303',
      'rperm',
      'out',
      'out?x=1',
      'out2/a%20b/c',
      'mail',
      'qsa',
      'qsa?a=1',
      'replace?a=1',
      'drop?a=1',
      'qsd?a=1',
      'keep?a=1&b=%2f',
      'keep',
      'ne/x',
      'esc/x',
      'b/a%20b',
      'b/a%26b',
      'plain/a%20b',
      'plain/%c3%a9',
      'chain',
      'unchained',
      'never',
      'chained2',
      'skip',
      'end',
      'pt',
      'env',
      'x_y_z',
      'unknown',
      '',
      'a.html',
      'b.txt',
    ],
  },
  conditions: {
    rules: `
RewriteEngine on
RewriteCond %{QUERY_STRING} ^id=(\\d+)$
RewriteRule ^item$ /conditions/item/%1? [R=301,L]
RewriteCond %{QUERY_STRING} (?:^|&)page=([a-z]+)(?:&|$) [NC]
RewriteRule ^page$ %1.html [L]
RewriteCond %{HTTP_USER_AGENT} Robot [NC]
RewriteRule ^ua$ a.html [L]
RewriteCond %{HTTP_HOST} ^www\\. [NC]
RewriteRule ^(.*)$ http://example.org/conditions/$1 [R=301,L]
RewriteCond %{REQUEST_URI} ^/conditions/uri/
RewriteRule ^uri/(.*)$ $1 [L]
RewriteCond %{REQUEST_METHOD} =GET
RewriteRule ^method$ a.html [L]
RewriteCond %{HTTP:X-Which} ^b$
RewriteRule ^which$ b.txt [L]
RewriteRule ^which$ a.html [L]
RewriteCond %{HTTPS} off
RewriteRule ^https$ a.html [L]
RewriteCond %{HTTPS} =on
RewriteRule ^https2$ a.html [L]
RewriteCond %{HTTP_COOKIE} lang=de [OR]
RewriteCond %{HTTP_ACCEPT} de
RewriteRule ^or$ a.html [L]
RewriteCond %{HTTP_COOKIE} lang=de [OR]
RewriteCond %{HTTP_COOKIE} lang=en
RewriteCond %{HTTP_ACCEPT} text
RewriteRule ^orand$ a.html [L]
RewriteCond %{DOCUMENT_ROOT}/conditions/$1.html -f
RewriteRule ^root/(.*)$ $1.html [L]
RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} -d
RewriteRule ^dir$ a.html [L]
RewriteCond %{REQUEST_FILENAME} -s
RewriteRule ^(empty|full)\\.html$ a.html [L]
RewriteCond $1 <m
RewriteRule ^less/(.*)$ a.html [L]
RewriteCond $1 >m
RewriteRule ^less/(.*)$ b.txt [L]
RewriteCond $1 -gt10
RewriteRule ^number/(.*)$ a.html [L]
RewriteCond %{ENV:REDIRECT_STATUS} ^$
RewriteRule ^status$ b.txt [L]
RewriteCond %{REMOTE_ADDR} !^127
RewriteRule ^remote$ a.html [L]
RewriteCond %{REQUEST_FILENAME} -l [OR]
RewriteCond %{REQUEST_FILENAME} -x
RewriteRule ^link$ a.html [L]
`,
    files: { 'dir/z.txt': 'z', 'empty.html': '', 'full.html': 'full' },
    requests: [
      'item?id=12',
      'item?id=x',
      'item',
      'page?page=a',
      'page?x=1&page=A&y',
      'page?x=a',
      ['ua', { 'User-Agent': 'a robot' }],
      'ua',
      ['a.html', { Host: 'www.example.org' }],
      'uri/a.html',
      'uri/b.txt',
      'uri/none',
      'method',
      ['which', { 'X-Which': 'b' }],
      ['which', { 'X-Which': 'bb' }],
      'which',
      'https',
      'https2',
      ['or', { Cookie: 'lang=de' }],
      ['or', { Accept: 'de' }],
      'or',
      ['orand', { Cookie: 'lang=de', Accept: 'text/plain' }],
      ['orand', { Cookie: 'lang=en', Accept: 'x/y' }],
      ['orand', { Accept: 'text/plain' }],
      'root/a',
      'root/none',
      'dir',
      'dir/',
      'empty.html',
      'full.html',
      'less/a',
      'less/z',
      'less/m',
      'number/11',
      'number/9',
      'status',
      'remote',
      'link',
    ],
  },
  // What many sites have, from a single-page application's to that of an old page with its new address.
  usual: {
    rules: `
<IfModule mod_rewrite.c>
  RewriteEngine On
  RewriteCond %{REQUEST_URI} /(\\.git|vendor)(/|$)
  RewriteRule ^ - [F]
  RewriteCond %{REQUEST_FILENAME} !-d
  RewriteCond %{REQUEST_URI} (.+)/$
  RewriteRule ^ %1 [L,R=301]
  RewriteCond %{HTTP:X-Forwarded-Proto} =http
  RewriteRule .* https://%{HTTP:X-Forwarded-Host}%{REQUEST_URI} [L,R=301]
  RewriteRule ^blog/([0-9]{4})/([a-z-]+)/?$ post.html?year=$1&name=$2 [QSA,L]
  RewriteRule ^post\\.php$ /usual/post.html [L,R=302,E=X:y]
  RewriteCond %{REQUEST_FILENAME} !-f
  RewriteCond %{REQUEST_FILENAME} !-d
  RewriteCond %{REQUEST_URI} !\\.(?:css|js|png)$ [NC]
  RewriteRule ^(.*)$ /usual/index.html [L,QSA]
</IfModule>
<IfModule mod_headers.c>
  Header set X-UA-Compatible "IE=edge"
  <FilesMatch "\\.(html|txt)$">
    Header unset X-UA-Compatible
  </FilesMatch>
</IfModule>
`,
    files: { 'post.html': 'post', 'x.css': 'x{}', 'sub/y.txt': 'y' },
    requests: [
      '',
      'a.html',
      'a.html/',
      'sub',
      'sub/',
      'sub/y.txt',
      'vendor',
      'vendor/x',
      'vendors',
      'no/such/page',
      'no/such/page/',
      'none.css',
      'none.PNG',
      'blog/2004/my-story',
      'blog/2004/my-story/?a=b',
      'blog/04/x',
      'x.css',
      'post.php?x',
      'users/1?tab=2',
      ['page', { 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'example.org' }],
    ],
    fields: ['x-ua-compatible'],
  },
  index_rules: {
    rules: `
RewriteEngine On
RewriteRule ^sub/index\\.html$ /index_rules/b.txt [L]
RewriteRule ^forbidden/index\\.html$ - [F]
RewriteRule ^moved/index\\.html$ /index_rules/a.html [R=302,L]
RewriteRule ^$ a.html [L]
`,
    files: {
      'sub/index.html': 's',
      'forbidden/index.html': 'f',
      'moved/index.html': 'm',
      'kept/index.html': 'k',
    },
    requests: ['', 'sub/', 'forbidden/', 'moved/', 'kept/', 'sub/index.html', '?q'],
  },
  strange: {
    rules: `
RewriteEngine On
RewriteRule ^up/(.*)$ ../other/$1 [L]
RewriteRule ^abs/(.*)$ /other/../other/$1 [L]
RewriteRule ^out/(.*)$ /../../etc/$1 [L]
RewriteRule ^empty$ "" [L]
RewriteRule ^amp$ "/strange/a.html?a=1&b=2" [L]
RewriteRule ^hash$ /strange/a.html#part [NE,R,L]
RewriteRule ^(caf\u00e9)$ a.html [L]
RewriteRule ^space\\ name$ a.html [L]
RewriteRule ^plus\\+name$ a.html [L]
RewriteRule ^group(x)?$ /strange/a.html?v=$1 [R,L]
RewriteRule ^percent$ /strange/a.html?v=100\\% [R,L]
RewriteRule ^esc%41$ b.txt [L]
`,
    requests: [
      'up/a.html',
      'abs/a.html',
      'out/passwd',
      'out/%2e%2e/passwd',
      'amp',
      'hash',
      'caf%C3%A9',
      'caf%c3%a9',
      'space%20name',
      'plus+name',
      'plus%2Bname',
      'group',
      'groupx',
      'percent',
      'esc%2541',
      './a.html',
      'x/../a.html',
      '%61.html',
      'a%2ehtml',
    ],
  },
  loop: {
    rules: 'RewriteEngine On\nRewriteRule ^(.*)$ /loop/x$1 [L]\n',
    requests: ['a.html', 'none'],
  },
  same: {
    rules: 'RewriteEngine On\nRewriteRule ^(.*)$ a.html [L]\n',
    requests: ['a.html', 'none', '', 'b.txt', 'x/y/z?q'],
  },
  base: {
    rules:
      'RewriteEngine On\nRewriteBase /other/\nRewriteRule ^one$ a.html\nRewriteRule ^two$ a.html [R]\nRewriteRule ^three$ /base/a.html\n',
    requests: ['one', 'two', 'three', 'a.html'],
  },
  other: { rules: '', requests: ['', 'a.html'] },
  off: {
    rules: 'RewriteEngine Off\nRewriteRule ^ b.txt\n',
    requests: ['a.html', 'x'],
  },
  outer: {
    rules: `
RewriteEngine On
RewriteRule ^a$ a.html [L]
RewriteRule ^inner/b$ b.txt [L]
RewriteRule ^plain/b$ b.txt [L]
Redirect 302 /outer/old /outer/a.html
Header set X-Outer 1
Header set X-Both outer
ErrorDocument 404 /outer/a.html
AddType text/x-outer .own
Options -Indexes
`,
    files: {
      'inner/.htaccess': `
RewriteEngine On
RewriteRule ^c$ ../a.html [L]
Redirect 303 /outer/inner/old /outer/b.txt
Header set X-Both inner
AddType text/x-inner .own
Options +Indexes
`,
      'inner/i.own': 'i',
      'plain/.htaccess': 'Header set X-Plain 1\n',
      'plain/p.own': 'p',
      'plain/more/q.txt': 'q',
    },
    requests: [
      'a',
      'old',
      'old/x',
      'inner/b',
      'inner/c',
      'inner/old',
      'inner/old?x',
      'inner/i.own',
      'plain/b',
      'plain/p.own',
      'plain/none',
      'plain/',
      'plain/more/',
      'plain/more/q.txt',
    ],
    fields: ['x-outer', 'x-both', 'x-plain'],
  },
  redirects: {
    rules: `
Redirect /redirects/a1 /redirects/a.html
Redirect 301 /redirects/a2 https://example.org/
Redirect permanent /redirects/a3 https://example.org/new
Redirect seeother /redirects/a4 /redirects/b.txt
Redirect gone /redirects/a5
Redirect 404 /redirects/a6
RedirectPermanent /redirects/a7 /redirects/b.txt
RedirectTemp /redirects/a8 /redirects/b.txt
Redirect 307 /redirects/dir/ /redirects/elsewhere/
RedirectMatch 301 ^/redirects/m/(.*)\\.gif$ /redirects/m/$1.png
RedirectMatch ^/redirects/n/([0-9]+)/([a-z]+)$ https://example.org/$2?n=$1
RedirectMatch 410 \\.bak$
RedirectMatch 302 ^/redirects/q(.*)$ /redirects/a.html?x=$1
`,
    requests: [
      'a1',
      'a1?x=1',
      'a1/more',
      'a1x',
      'a2',
      'a2/x/y',
      'a3/x?y',
      'a4',
      'a5',
      'a5/x',
      'a6',
      'a7',
      'a8',
      'dir/x',
      'dir',
      'm/a.gif',
      'm/a.gif?x',
      'm/a%20b.gif',
      'm/a.png',
      'n/5/abc',
      'n/5/abc?z',
      'x.bak',
      'q1',
      'q1?y',
      'a1/%C3%A9',
      'a1/a%20b',
    ],
  },
  headers: {
    rules: `
Header set X-Set "one two"
Header set X-Twice 1
Header set X-Twice 2
Header append X-List a
Header append X-List b
Header merge X-Merge a
Header merge X-Merge a
Header add X-Added c
Header setifempty X-Set three
Header set X-Gone 1
Header unset X-Gone
Header always set X-Always 1
<FilesMatch "\\.(txt|css)$">
  Header set X-File text
</FilesMatch>
<Files "a.html">
  Header set X-File a
</Files>
<Files "*.h?ml">
  Header set X-Wild 1
</Files>
<Files ~ "^b">
  Header set X-Tilde 1
</Files>
<IfModule mod_headers.c>
  Header set X-Module 1
</IfModule>
<IfModule !mod_headers.c>
  Header set X-Module 2
</IfModule>
<IfModule mod_not_there.c>
  Header set X-Module 3
</IfModule>
Redirect /headers/old /headers/a.html
Redirect gone /headers/gone
`,
    requests: ['', 'a.html', 'b.txt', 'none', 'old', 'gone', ['a.html', { 'If-None-Match': '*' }]],
    fields: [
      'x-set',
      'x-twice',
      'x-list',
      'x-merge',
      'x-added',
      'x-gone',
      'x-always',
      'x-file',
      'x-wild',
      'x-tilde',
      'x-module',
    ],
  },
  errors: {
    rules: `
ErrorDocument 404 /errors/b.txt
ErrorDocument 403 "You may not"
ErrorDocument 410 https://example.org/gone
RedirectMatch 403 /secret$
RedirectMatch 410 /gone$
`,
    requests: ['none', 'none/deeper', 'secret', 'gone', 'a.html'],
  },
  denied: {
    rules: `
<FilesMatch "\\.(bak|inc|sql)$">
  Require all denied
</FilesMatch>
<Files "old.html">
  Order allow,deny
  Deny from all
</Files>
`,
    files: {
      'x.bak': 'x',
      'y.inc': 'y',
      'old.html': 'o',
      'no/.htaccess': 'Require all denied\n',
      'no/a.html': 'a',
      'no/yes/.htaccess': 'Require all granted\n',
      'no/yes/a.html': 'a',
      'old/.htaccess': 'Order deny,allow\nDeny from all\n',
      'old/a.html': 'a',
      'old2/.htaccess': 'Order allow,deny\nAllow from all\n',
      'old2/a.html': 'a',
    },
    requests: [
      'x.bak',
      'y.inc',
      'z.sql',
      'old.html',
      'a.html',
      'no/',
      'no/a.html',
      'no/none',
      'no/yes/a.html',
      'old/a.html',
      'old/',
      'old2/a.html',
    ],
  },
  types: {
    rules: `
AddType application/x-own .own
AddType application/manifest+json webmanifest appcache
AddType text/x-script .script
AddCharset utf-16 .u16
AddCharset ISO-8859-2 .l2
AddEncoding x-own-coding .coded
<Files "forced">
  ForceType image/x-forced
</Files>
`,
    files: {
      'a.own': 'a',
      'b.webmanifest': '{}',
      'c.script': 'c',
      'd.html.l2': 'd',
      'e.own.coded': 'e',
      forced: 'f',
      'g.OWN': 'g',
    },
    requests: ['a.own', 'b.webmanifest', 'c.script', 'd.html.l2', 'e.own.coded', 'forced', 'g.OWN'],
    fields: ['content-encoding'],
  },
  charset: {
    rules: 'AddDefaultCharset windows-1250\n',
    files: { 'x.css': 'x{}' },
    requests: ['a.html', 'b.txt', 'x.css', ''],
  },
  index: {
    rules: 'DirectoryIndex none.html start.html b.txt\n',
    files: {
      'start.html': 'start',
      'sub/b.txt': 'sub b',
      'sub2/c.txt': 'c',
      'sub2/.htaccess': 'Options -Indexes\n',
      'sub3/index.html': 'not the index',
      'sub4/index.html': 'not the index',
      'sub4/.htaccess': 'Options -Indexes\nErrorDocument 403 /index/b.txt\n',
      'sub5/index.html': 'again the index',
      'sub5/.htaccess': 'DirectoryIndex index.html\n',
      'sub6/index.html': 'not the index',
      'sub6/.htaccess': 'DirectoryIndex disabled\n',
    },
    requests: [
      '',
      'sub/',
      'sub',
      'sub2/',
      'sub2/c.txt',
      '?x=1',
      'sub3/',
      'sub3',
      'sub3/index.html',
      'sub4/',
      'sub4/index.html',
      'sub5/',
      'sub6/',
      'sub6/index.html',
    ],
  },
  documents: {
    rules: `
AddType text/html .foo
AddType text/plain .htm
AddType "text/html; charset=utf-8" .bar
AddType application/xhtml+xml .xh
AddType image/x-own .svg
<Files "typed">
  ForceType text/html
</Files>
RewriteEngine On
RewriteRule ^rewritten$ page.foo [L]
DirectoryIndex page.foo
`,
    files: {
      'page.foo': '<p>foo',
      'page.htm': '<p>htm',
      'page.bar': '<p>bar',
      'page.xh': '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>x</p></body></html>',
      'page.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      typed: '<p>typed',
    },
    requests: [
      '',
      'page.foo',
      'page.htm',
      'page.bar',
      'page.xh',
      'page.svg',
      'typed',
      'rewritten',
      'index.html',
    ],
  },
  fallback: {
    rules: 'FallbackResource /fallback/a.html\n',
    files: { 'sub/x.txt': 'x' },
    requests: ['none', 'none/x?y', 'b.txt', '', 'sub/x.txt', 'sub/none'],
  },
  words: {
    rules: `
# A comment, and a line that goes on \\
RewriteEngine on
RewriteEngine \\
  on
  redirect   301   "/words/with space"   "/words/a.html"
HEADER SET "X-Quoted" "say \\"hi\\" and %%"
Header set X-Single 'a "b" c'
<ifmodule mod_rewrite.c>
  <IfModule mod_alias.c>
    RewriteRule "^quoted rule$" "a.html" [L]
  </IfModule>
</ifmodule>
RewriteRule ^dollar$ /words/a\\$b [R,L]
`,
    requests: ['with%20space', 'quoted%20rule', 'a.html', 'dollar'],
    fields: ['x-quoted', 'x-single'],
  },
};

const ROOT_RULES = `
RewriteEngine On
RewriteRule ^top$ other/a.html [L]
RewriteRule ^old/(.*)$ /other/$1 [R=302,L]
`;

const site = makeSite({ '.htaccess': ROOT_RULES, 'index.html': '<p>top' });
for (const [folder, { rules, files = {} }] of Object.entries(FOLDERS)) {
  const all = { 'index.html': 'index', 'a.html': 'a', 'b.txt': 'b', '.htaccess': rules, ...files };
  for (const [name, content] of Object.entries(all))
    site.write(
      `${folder}/${name}`,
      content && `${content}${name.endsWith('.htaccess') ? '' : ` of ${folder}`}`,
    );
}

/** @param {any} answer @param {string} url @param {string[]} fields */
function shown(answer, url, fields) {
  const { status, fields: head } = answer;
  const location = head.location && new URL(head.location, url).href;
  const text = answer.body
    .toString()
    .replace(/<script.*<\/script>/, '')
    .trim();
  const isError = status >= 300 || /Index of|data-liveserve-listing/.test(answer.body.toString());
  return {
    // A missing slash is 302 here: browsers would keep a 301, and another project may use the port later.
    status: location?.replace(/\?.*/, '') === `${url.replace(/\?.*/, '')}/` ? 'slash' : status,
    location: location
      ?.replace(/\/\/localhost:\d+/, '//localhost')
      .replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase()),
    type: isError ? undefined : head['content-type']?.toLowerCase().replace(/; charset=utf-8$/, ''),
    // The pages of an error, or of a folder, are each server's own.
    body: isError && !/^[\w ]+$/.test(text) ? undefined : text,
    ...Object.fromEntries(fields.map((name) => [name, head[name]])),
  };
}

describe('the type that .htaccess gives a file', () => {
  const navigation = { 'Sec-Fetch-Dest': 'document' };

  test('decides whether it is a page that gets the script, and follows its file', async () => {
    await withServer({ root: site.root, complaints: /\.htaccess:\d+: / }, async (server) => {
      for (const [path, type, file] of [
        ['page.foo', 'text/html; charset=utf-8', ''],
        ['page.bar', 'text/html; charset=utf-8', ''],
        ['typed', 'text/html; charset=utf-8', ''],
        ['rewritten', 'text/html; charset=utf-8', '/documents/page.foo'],
        ['', 'text/html; charset=utf-8', '/documents/page.foo'],
        ['page.xh', 'application/xhtml+xml', ''],
        ['page.htm', 'text/plain; charset=utf-8', undefined],
        ['page.svg', 'image/x-own', undefined],
      ]) {
        for (let i = 0; i < 3; i++) {
          const { fields, body } = await get(server, `/documents/${path}`, navigation);
          const tag = /<script[^>]*__liveserve[^>]*>/.exec(body.toString())?.[0];
          assert.equal(fields['content-type'], type, path);
          assert.equal(tag && (/data-file="([^"]*)"/.exec(tag)?.[1] ?? ''), file, path);
          if (path === 'page.xh') assert.match(tag, /xmlns=/);
          assert.equal(/Sec-Fetch-Dest/.test(String(fields.vary)), file !== undefined, path);
        }
      }
      const fetched = await get(server, '/documents/page.foo', { 'Sec-Fetch-Dest': 'empty' });
      assert.ok(!fetched.body.includes('<script'));
      const whole = await get(server, '/documents/page.foo', navigation);
      const again = { ...navigation, 'If-None-Match': whole.fields.etag };
      assert.equal((await get(server, '/documents/page.foo', again)).status, 304);
    });
  });

  test('is what counts after a save of .htaccess', async () => {
    const own = makeSite({ 'index.html': '<p>index', 'a.foo': '<p>foo' });
    await withServer({ root: own.root }, async (server) => {
      const read = () => get(server, '/a.foo', navigation);
      for (let i = 0; i < 3; i++) {
        assert.ok(!(await read()).body.includes('<script'));
        assert.match(String((await get(server, '/', navigation)).body), /<p>index/);
      }
      own.write('.htaccess', 'AddType text/html .foo\nDirectoryIndex a.foo\n');
      await until('the page', async () => (await read()).body.includes('<script'));
      assert.match(String((await get(server, '/', navigation)).body), /<p>foo/);
      own.write('.htaccess', 'DirectoryIndex none.html\n');
      await until('no page', async () => !(await read()).body.includes('<script'));
      assert.match(String((await get(server, '/', navigation)).body), /data-liveserve-listing/);
    });
  });
});

describe('.htaccess: the same as Apache httpd', { skip: apacheSkip }, () => {
  test('status, Location, type and body of all requests', async () => {
    const apache = await startApache({
      root: site.root,
      modules: MODULES,
      folder: 'AllowOverride All\nOptions +Indexes +FollowSymLinks',
    });
    /** @type {string[]} */
    const differences = [];
    let count = 0;
    const args = ['--allowed-host=www.example.org'];
    const complaints = /\.htaccess:\d+: /;
    await withServer({ root: site.root, args, complaints }, async (server) => {
      const compare = async (path, sent, fields) => {
        const at = (/** @type {{port: number}} */ one) => `http://localhost:${one.port}${path}`;
        const theirs = shown(await apache.get(path, sent), at(apache), fields);
        const ours = shown(await get(server, path, sent), at(server), fields);
        count++;
        try {
          assert.deepEqual(ours, theirs);
        } catch {
          differences.push(
            `${path} ${JSON.stringify(sent)}\n  httpd     ${JSON.stringify(theirs)}\n  liveserve ${JSON.stringify(ours)}`,
          );
        }
      };
      for (const path of ['/', '/top', '/old/a.html', '/other/a.html']) await compare(path, {}, []);
      for (const [folder, { requests, fields = [] }] of Object.entries(FOLDERS))
        for (const request of requests) {
          const [path, sent] = typeof request === 'string' ? [request, {}] : request;
          await compare(`/${folder}/${path}`, sent, fields);
        }
    }).finally(() => apache.stop());
    assert.ok(count > 200, `${count} requests`);
    assert.equal(differences.join('\n'), '');
  });
});
