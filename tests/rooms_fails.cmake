# rooms_fails: proves that the room check can fail. It is run on a small tree that keeps to its rooms,
# then on the same tree with one thing wrong at a time, and must say what.

cmake_minimum_required(VERSION 3.25)

set(TREE ${CMAKE_CURRENT_BINARY_DIR}/rooms_tree)
set(failures 0)

# Writes the tree that is right: mem and buf on the ground, the rule path, the thing inotify, main.
function(build_tree)
  file(REMOVE_RECURSE ${TREE})
  file(WRITE ${TREE}/cmake/modules.cmake "
    set(ROOMS ground rules things top)
    set(ROOM_ground mem buf)
    set(ROOM_rules made path)
    set(ROOM_things inotify)
    set(ROOM_top main)
    set(HEADERLESS main)
    set(GENERATED made)
    set(WALLS \"^sys/inotify\\\\.h$=inotify.c\")
  ")
  file(WRITE ${TREE}/src/mem.h "#include <stddef.h>\n")
  file(WRITE ${TREE}/src/mem.c "#include \"mem.h\"\n")
  file(WRITE ${TREE}/src/buf.h "")
  file(WRITE ${TREE}/src/buf.c "#include \"buf.h\"\n#include \"mem.h\"\n")
  file(WRITE ${TREE}/src/made.h "")
  file(WRITE ${TREE}/src/path.h "")
  file(WRITE ${TREE}/src/path.c "#include \"path.h\"\n#include \"made.h\"\n#include \"buf.h\"\n")
  file(WRITE ${TREE}/src/inotify.h "")
  file(WRITE ${TREE}/src/inotify.c "#include \"inotify.h\"\n#include <sys/inotify.h>\n")
  file(WRITE ${TREE}/src/main.c "#include \"inotify.h\"\n#include \"path.h\"\n")
  file(WRITE ${TREE}/tests/test_path.c "")
endfunction()

function(run_check)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -D TREE=${TREE} -P ${CMAKE_CURRENT_LIST_DIR}/rooms.cmake
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
  )
  set(result "${result}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

# Spoils one file of a fresh tree (content "-": removes it) and expects the check to fail and say so.
macro(expect path content sentence)
  build_tree()
  if("${content}" STREQUAL "-")
    file(REMOVE ${TREE}/${path})
  else()
    file(APPEND ${TREE}/${path} "${content}\n")
  endif()
  run_check()
  string(FIND "${output}" "${sentence}" at)
  string(FIND "${output}" "rooms: 1 violation(s)" one)
  if(result EQUAL 0 OR at EQUAL -1 OR one EQUAL -1)
    message(NOTICE "expected one violation:\n  ${sentence}\nbut the check ended with ${result} and said\n${output}")
    math(EXPR failures "${failures} + 1")
  endif()
endmacro()

build_tree()
run_check()
if(NOT result EQUAL 0)
  message(NOTICE "the tree that is right was refused:\n${output}")
  math(EXPR failures "${failures} + 1")
endif()

expect(src/mem.c [[#include "path.h"]] [[src/mem.c includes "path.h": rules is above ground]])
expect(src/path.h [[  #  include "inotify.h"]] [[src/path.h includes "inotify.h": things is above rules]])
expect(src/mem.h [[#include "buf.h"]] [[src/mem.h includes "buf.h", a sibling listed after mem]])
expect(src/path.c [[#include "../src/mem.h"]] [[src/path.c includes "../src/mem.h", which is no module's]])
expect(src/path.c [[#include <sys/inotify.h>]] [[src/path.c includes <sys/inotify.h>, which belongs in]])
expect(src/inotify.h [[#include <sys/inotify.h>]] [[src/inotify.h includes <sys/inotify.h>, which]])
expect(src/path.c [[#include HEADER]] [[src/path.c: cannot read #include HEADER]])
expect(src/extra.c "" [[src/extra.c belongs to no listed module]])
expect(src/Path.txt "" [[src/Path.txt belongs to no listed module]])
expect(src/path.c - [[src/path.c is missing]])
expect(src/buf.h - [[src/buf.h is missing]])
expect(src/made.h - [[src/made.h is missing]])
expect(tests/test_extra.c "" [[tests/test_extra.c tests no listed module]])
expect(cmake/modules.cmake "set(ROOM_top buf main)" [[buf is listed twice]])

file(REMOVE_RECURSE ${TREE})
if(failures)
  message(FATAL_ERROR "rooms_fails: ${failures} violation(s) not found")
endif()
