# What the program is made of. A new module is one word here: the build, the tests and the shape test
# (tests/shape.cmake) all read these lists.

# The folders of src/, in order. A file includes only from its own folder, where it may include the
# modules named before its own, and from the folders before its own.

set(FOLDERS base fs net capture dissect details explain http names watch console live bundled html sources rules security certificates upstream framing events fastcgi proxy http2 ui accesslog pages control editors local report wire listing ssi overlay points site settings jsonrpc lsp commands)

set(MODULES_base mem loop worker rate_limit slice buf utf8 hash map jsonc jsonc_insert edit_distance log json_writer file)
set(MODULES_fs path path_tree lru safe_file hidden_names bounds root served_file file_state folder_walk owned_file glob_pattern glob globs gitignore)
set(MODULES_net crowd timeouts receive_batch connection_limit tunnel tls_port tls tls_client port_owner listening_socket listener lan_address forwarded_address endpoint connector)
set(MODULES_capture pcapng_block pcapng pcapng_write watched_sockets capture_filter packet_ring capture_run capture_child dumpcap network_namespace packet_blocks packet_source)
set(MODULES_dissect packet tls_secrets tls_decrypt tcp_conversation message payload_said http_head media_label http_stream websocket_stream tls_words tls_stream payload dissector columns)
set(MODULES_details detail_tree frame_details ip_details tcp_details http_details websocket_details details)
set(MODULES_explain phrase sentences history telling tcp_sentences message_sentences explanation served_port)
set(MODULES_http status date request fields body response response_writer conditional range media_type custom_header user_agent http1 url route)
set(MODULES_names url_set pattern index_names shown_names encoded_names accepted_codings accepted_languages language_names language_search)
set(MODULES_http2 header_block stream_ids frame_limits header_list relay stream session_state session_relay session http2 http_server)
set(MODULES_watch change inotify watch_table ignore debounce poller folder_watches crawler watch_history ignored_paths compare recheck watch extra_watch extra_watches)
set(MODULES_console page_reports)
set(MODULES_live queue journal protocol file_urls importers syntax_check problems stamps messages hub frame_reader lws_host websocket places page_sockets)
set(MODULES_bundled bundled_file)
set(MODULES_html escape scanner charset insertion_point csp_nonce client_script csp client_assets script_tag document_start tag_stream csp_policy error_page navigation phone_page)
set(MODULES_rules rule_notes header_rule path_pattern rule_request redirects_file headers_file htaccess_words directive rewrite_text rewrite_rules htaccess htaccess_chain rewrite rule_files rule_set)
set(MODULES_sources base64 json_reader source_map source_name code_frame known_errors error_place)
set(MODULES_security access https_redirect basic_auth htpasswd keyed_hash tries authenticator landlock seccomp_rules seccomp confinement open_broker privdrop user_data allowed_files)
set(MODULES_certificates pem own_names authority authority_files signer leaf local_certificate named_certificate program nss_store browser_stores system_store)
set(MODULES_upstream proxy_path upstream resolver destination pool dial probe outage)
set(MODULES_fastcgi record cgi_head cgi_variables)
set(MODULES_framing chunked message_body response_head)
set(MODULES_events event_format page_streams page_posts page_events)
set(MODULES_proxy proxy_head request_relay decoder document_relay own_address response_relay script_relay proxy_error exchange_state exchange_connect exchange_request exchange proxy)
set(MODULES_ui frame_text event_text event_json output terminal keys qr_code greeting browser_command browser first_page)
set(MODULES_accesslog combined log_file access_log)
set(MODULES_pages page_record page_returns page_findings page_waits)
set(MODULES_control signals control_socket file_account control_api running wrong_option control_client actions)
set(MODULES_editors editor_message editor_lines line_input editors)
set(MODULES_local private_port peer_user recent status_file doc_file status_page devtools_file stale_worker own_pages)
set(MODULES_report report_words report_paper report_record report_steps report_exchanges report_bodies report_ladder report)
set(MODULES_wire wire_file byte_ring connection_times stored_packet stored_row packet_store backlog packet_view packet_export packet_report live_feed viewers view_file wire_page live_capture)
set(MODULES_listing suggestions folder_entries listing_query listing_page directory_listing)
set(MODULES_ssi ssi_parser ssi_format ssi_variables ssi_word ssi_expression ssi_file ssi_elements ssi_page ssi_parts)
set(MODULES_overlay overlays same_machine)
set(MODULES_points file_places points)
set(MODULES_site mounts files_first ssi_request ssi_documents representation file_response name_redirect import_notes kept_files file_lookup site_errors static_files ruled_files login router)
set(MODULES_settings option command_line reach config_reader compat config_files config_values option_table show_config config_schema man_page completion config ports config_watch)
set(MODULES_commands vscode_entries path_line starter_file init_page init_vscode allow servers trust wait wire_follow wire_report wire lsp words)
set(MODULES_jsonrpc json_value framing client)
set(MODULES_lsp position file_uri documents abilities server_link server_messages servers findings diagnostics shown workspace notifications starter orders language_server)

# At the top of src/: what joins the folders. They may include everything before them.
set(MODULES folders wire_setup local_setup https_setup greeting_setup document_hold problem_events publisher drafts page_setup script_files proxy_setup served_site sites editor_files editor_setup sandbox_setup serve main liveserve_capture)

# What the program liveserve-capture is made of, beside its main.
set(CAPTURE_MODULES
  base/mem base/slice base/buf base/file
  capture/pcapng_write capture/watched_sockets capture/capture_filter capture/packet_ring capture/capture_run
  security/landlock security/seccomp_rules security/seccomp security/confinement
)

# Of these folders only the doors may be included from other folders; of the rest, every module.
set(DOORS_net connection_limit crowd timeouts receive_batch listening_socket listener tls tls_client tunnel lan_address forwarded_address port_owner endpoint connector)
set(DOORS_http2 http_server)
set(DOORS_watch change watch extra_watch extra_watches)
set(DOORS_live queue journal protocol hub websocket places page_sockets importers problems)
set(DOORS_sources base64 code_frame known_errors error_place)
set(DOORS_security access https_redirect basic_auth authenticator landlock confinement open_broker privdrop user_data allowed_files)
set(DOORS_certificates local_certificate named_certificate authority authority_files nss_store browser_stores system_store)
set(DOORS_upstream proxy_path upstream destination pool dial outage)
set(DOORS_events page_events)
set(DOORS_proxy proxy)
set(DOORS_accesslog access_log)
set(DOORS_explain explanation phrase sentences served_port)
set(DOORS_editors editors)
set(DOORS_local private_port recent status_page own_pages)
set(DOORS_report report)
set(DOORS_wire wire_file live_capture)
set(DOORS_listing suggestions directory_listing)
set(DOORS_ssi ssi_parser ssi_format ssi_variables ssi_page ssi_file ssi_parts)
set(DOORS_points file_places points)
set(DOORS_site mounts files_first static_files router)
set(DOORS_settings config ports config_watch)
set(DOORS_lsp language_server)

# Modules that are tables: they may be as long as they have rows.
set(TABLES settings/option_table explain/sentences)

# Modules without a header, and modules whose .c is made by the build.
set(HEADERLESS main liveserve_capture)

# Modules that are the main of a program of their own, and in no other.
set(MAINS main liveserve_capture)
set(GENERATED client_script view_file status_file doc_file starter_file)

# Where a system header may appear: REGEX=FILES, the files separated by commas.
set(WALLS
  "^qrencode\\.h$=ui/qr_code.c"
  "^libwebsockets=live/websocket.c,live/lws_host.c,live/lws_host.h"
  "^sys/inotify\\.h$=watch/inotify.c"
  "^sys/epoll\\.h$=base/loop.c"
  "^pthread\\.h$=base/worker.c"
  "^openssl/=net/tls_port.c,net/tls_port.h,net/tls.c,net/tls_client.c,dissect/tls_decrypt.c,security/allowed_files.c,certificates/authority.c,certificates/leaf.c,certificates/pem.c,certificates/pem.h"
  "^nghttp2/=http2/session_state.h"
  "^xxhash\\.h$=base/hash.c"
  "^(zlib|zstd)\\.h$=proxy/decoder.c"
  "^brotli/=proxy/decoder.c"
  "^pcre2\\.h$=names/pattern.c"
  "^crypt\\.h$=security/htpasswd.c"
  "cJSON\\.h$=jsonrpc/json_value.c,live/protocol.c,editors/editor_message.c,wire/live_feed.c,control/running.c,settings/config_reader.c,settings/compat.c,live/syntax_check.c,base/jsonc_insert.c"
)
