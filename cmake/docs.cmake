# What is made from the program's one table of options and installed beside it: the manual pages,
# completions for bash, zsh and fish, and the JSON Schema by which an editor completes .liveserve.json.
#
# A small program prints them all; it is linked with the modules that hold the table, so the table is
# written once and the program itself need not know troff or zsh. The build must run it. So a build for
# another machine needs either CMAKE_CROSSCOMPILING_EMULATOR, or the generate_docs of a native build of
# the same sources: -D LIVESERVE_GENERATE_DOCS=/native/build/generate_docs. Without both it installs the
# program alone.

set(LIVESERVE_GENERATE_DOCS "" CACHE FILEPATH "generate_docs of a native build, for cross builds")

add_executable(generate_docs EXCLUDE_FROM_ALL cmake/generate_docs.c)
target_link_libraries(generate_docs PRIVATE liveserve_core)

set(generate generate_docs)
if(LIVESERVE_GENERATE_DOCS)
  set(generate ${LIVESERVE_GENERATE_DOCS})
elseif(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  message(STATUS "No manual pages, completions and schema: set LIVESERVE_GENERATE_DOCS")
  return()
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
