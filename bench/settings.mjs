/**
 * settings: the configuration files of the servers that need one: one worker, no log, connections are kept for
 * ever, everything else has its default. Each function returns the path of the file that it wrote.
 */
import fs from 'node:fs';
import path from 'node:path';

const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript', txt: 'text/plain' };
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const types = (
  /** @type {(extension: string, type: string) => string} */ format,
  /** @type {string} */ separator,
) =>
  Object.entries(TYPES)
    .map(([extension, type]) => format(extension, type))
    .join(separator);

/**
 * @param {string} folder
 * @param {string} text
 */
function write(folder, text) {
  const file = path.join(folder, 'settings.conf');
  fs.writeFileSync(file, text);
  return file;
}

/**
 * @param {string} folder for its files
 * @param {string} root
 * @param {number} port
 * @param {string} [more] directives
 * @param {string} [inServer] directives for the one server
 */
export const nginxSettings = (folder, root, port, more = '', inServer = '') =>
  write(
    folder,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  types { ${types((extension, type) => `${type} ${extension};`, ' ')} }
  sendfile on; access_log off; ${more} keepalive_requests 1000000000;
  ${TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server { listen 127.0.0.1:${port}; root ${root}; ${inServer} }
}
`,
  );

/**
 * @param {string} folder for its files
 * @param {string} root
 * @param {number} port
 */
export const lighttpdSettings = (folder, root, port) =>
  write(
    folder,
    `server.document-root = "${root}"
server.bind = "127.0.0.1"
server.port = ${port}
server.max-keep-alive-requests = 65535
index-file.names = ( "index.html" )
mimetype.assign = ( ${types((extension, type) => `".${extension}" => "${type}"`, ', ')} )
`,
  );
