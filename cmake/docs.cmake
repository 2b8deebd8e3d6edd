# What is made from the program's one table of options and installed beside it: the manual pages,
# completions for bash, zsh and fish, and the JSON Schema by which an editor completes .liveserve.json.
#
# A small program, generate_docs, prints them all. It is made of the modules that hold the table, so the
# table is written once and liveserve itself need not know troff or zsh. The build runs it. In a cross build
# liveserve is for another machine, so there a compiler of the build machine makes generate_docs.

if(CMAKE_CROSSCOMPILING)
  # What it is made of. None of these modules needs a library.
  set(GENERATOR_MODULES
    base/mem base/loop base/rate_limit base/slice base/buf base/utf8 base/log base/json_writer
    fs/path fs/hidden_names
    http/request http/fields http/media_type http/custom_header http/url http/route names/index_names
    net/forwarded_address security/access
    upstream/proxy_path upstream/upstream
    ui/browser_command
    settings/option settings/reach settings/config_values settings/option_table
    settings/config_schema settings/man_page settings/completion
  )
  list(TRANSFORM GENERATOR_MODULES REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/\\1.c"
    OUTPUT_VARIABLE generator_sources
  )
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.h)
  find_program(LIVESERVE_BUILD_CC NAMES $ENV{CC_FOR_BUILD} cc gcc clang REQUIRED NO_CMAKE_FIND_ROOT_PATH
    DOC "C compiler for programs that run on the build machine"
  )
  set(generate ${PROJECT_BINARY_DIR}/generate_docs)
  add_custom_command(
    OUTPUT ${generate}
    COMMAND ${LIVESERVE_BUILD_CC} -std=c17 -I ${PROJECT_SOURCE_DIR}/src -o ${generate}
      ${PROJECT_SOURCE_DIR}/cmake/generate_docs.c ${generator_sources}
    DEPENDS cmake/generate_docs.c ${generator_sources} ${headers}
    COMMENT "Building generate_docs for this machine"
    VERBATIM
  )
else()
  set(generate generate_docs)
  add_executable(generate_docs EXCLUDE_FROM_ALL cmake/generate_docs.c)
  target_link_libraries(generate_docs PRIVATE liveserve_core)
endif()

set(DOCS ${PROJECT_BINARY_DIR}/doc)
set(all_docs)
file(MAKE_DIRECTORY ${DOCS})
# SOURCE_DATE_EPOCH sets this date, too.
string(TIMESTAMP date "%B %d, %Y" UTC)

# generated(FILE FOLDER ARGUMENTS...): FILE is what generate_docs prints; it is installed into FOLDER.
function(generated file folder)
  add_custom_command(
    OUTPUT ${DOCS}/${file}
    COMMAND ${generate} ${ARGN} > ${DOCS}/${file}
    DEPENDS ${generate} doc/liveserve.1.in doc/liveserve.json.5.in
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    VERBATIM
  )
  install(FILES ${DOCS}/${file} DESTINATION ${folder})
  set(all_docs ${all_docs} ${DOCS}/${file} PARENT_SCOPE)
endfunction()

set(data ${CMAKE_INSTALL_DATADIR})
generated(liveserve.1 ${CMAKE_INSTALL_MANDIR}/man1
  man doc/liveserve.1.in ${date} ${CMAKE_INSTALL_FULL_DATADIR})
generated(liveserve.json.5 ${CMAKE_INSTALL_MANDIR}/man5
  man doc/liveserve.json.5.in ${date} ${CMAKE_INSTALL_FULL_DATADIR})
generated(liveserve ${data}/bash-completion/completions bash)
generated(_liveserve ${data}/zsh/site-functions zsh)
generated(liveserve.fish ${data}/fish/vendor_completions.d fish)
generated(liveserve.schema.json ${data}/liveserve schema)

add_custom_target(docs ALL DEPENDS ${all_docs})
