# What the program is made of. A new module is one word here: the build, the tests and the shape test
# (tests/shape.cmake) all read these lists.

# The folders of src/, in order. A file includes only from its own folder, where it may include the
# modules named before its own, and from the folders before its own.

set(FOLDERS base fs net http watch live html security proxy ui control site settings commands)

set(MODULES_base mem loop worker rate_limit slice buf utf8 hash map jsonc jsonc_insert edit_distance log json_writer file)
set(MODULES_fs path path_tree lru safe_file hidden_names bounds root served_file file_state folder_walk owned_file glob_pattern glob globs gitignore)
set(MODULES_net crowd timeouts receive_batch connection_limit tunnel tls port_owner listener lan_address endpoint connector)
set(MODULES_http status date request fields body response response_writer conditional range media_type custom_header user_agent http1 url route)
set(MODULES_watch change inotify watch_table ignore debounce poller folder_watches crawler watch_history ignored_paths compare recheck watch extra_watch extra_watches)
set(MODULES_live queue journal protocol url_set importers syntax_check problems stamps messages hub frame_reader places handshake lws_host websocket)
set(MODULES_html escape scanner charset insertion_point csp_nonce client_script csp client_assets script_tag error_page)
set(MODULES_security access basic_auth htpasswd keyed_hash tries authenticator landlock seccomp_rules seccomp open_broker privdrop allowed_files)
set(MODULES_proxy proxy_path upstream chunked message_body response_head proxy_head request_relay response_relay proxy_error resolver destination exchange_state exchange proxy)
set(MODULES_ui event_text event_json output terminal keys qr_code greeting browser_command browser)
set(MODULES_control signals control_socket control_api running control_client actions)
set(MODULES_site mounts navigation representation file_response folder_redirect suggestions folder_entries listing_query listing_page directory_listing import_notes kept_files static_files login router)
set(MODULES_settings option command_line reach config_reader compat config_files config_values option_table show_config config_schema man_page completion config ports config_watch)
set(MODULES_commands vscode_entries init_vscode allow servers words)

# At the top of src/: what joins the folders. They may include everything before them.
set(MODULES document_hold publisher serve main)

# Of these folders only the doors may be included from other folders; of the rest, every module.
set(DOORS_net crowd timeouts receive_batch listener tls tunnel lan_address port_owner endpoint connector)
set(DOORS_watch change watch extra_watch extra_watches)
set(DOORS_live journal protocol hub websocket importers problems)
set(DOORS_security access authenticator landlock open_broker privdrop allowed_files)
set(DOORS_proxy upstream proxy)
set(DOORS_site mounts navigation static_files router)
set(DOORS_settings config ports config_watch)

# Modules that are tables: they may be as long as they have rows.
set(TABLES settings/option_table)

# Modules without a header, and modules whose .c is made by the build.
set(HEADERLESS main)
set(GENERATED  client_script)

# Where a system header may appear: REGEX=FILES, the files separated by commas.
set(WALLS
  "^qrencode\\.h$=ui/qr_code.c"
  "^libwebsockets=live/websocket.c,live/lws_host.c,live/lws_host.h"
  "^sys/inotify\\.h$=watch/inotify.c"
  "^sys/epoll\\.h$=base/loop.c"
  "^pthread\\.h$=base/worker.c"
  "^openssl/=net/tls.c,security/allowed_files.c"
  "^xxhash\\.h$=base/hash.c"
  "^crypt\\.h$=security/htpasswd.c"
  "cJSON\\.h$=live/protocol.c,control/running.c,settings/config_reader.c,settings/compat.c,live/syntax_check.c,base/jsonc_insert.c"
)
