# shape_fails: proves that the shape test can fail. It is run on a small tree that keeps to its folders,
# then on the same tree with one error at a time, and must report that error.

cmake_minimum_required(VERSION 3.25)

set(TREE ${CMAKE_CURRENT_BINARY_DIR}/shape_tree)
set(failures 0)

# Writes a tree without errors: base, fs and, with one door, watch; main at the top.
function(build_tree)
  file(REMOVE_RECURSE ${TREE})
  file(WRITE ${TREE}/cmake/modules.cmake "
    set(FOLDERS base fs watch)
    set(MODULES_base mem buf)
    set(MODULES_fs made path)
    set(MODULES_watch inotify watch)
    set(DOORS_watch watch)
    set(MODULES main)
    set(HEADERLESS main)
    set(GENERATED made)
    set(TABLES fs/path)
    set(WALLS \"^sys/inotify\\\\.h$=watch/inotify.c\")
  ")
  file(WRITE ${TREE}/src/base/mem.h "#include <stddef.h>\n")
  file(WRITE ${TREE}/src/base/mem.c "#include \"base/mem.h\"\n")
  file(WRITE ${TREE}/src/base/buf.h "")
  file(WRITE ${TREE}/src/base/buf.c "#include \"base/buf.h\"\n#include \"base/mem.h\"\n")
  file(WRITE ${TREE}/src/fs/made.h "")
  file(WRITE ${TREE}/src/fs/path.h "")
  file(WRITE ${TREE}/src/fs/path.c
    "#include \"fs/path.h\"\n#include \"fs/made.h\"\n#include \"base/buf.h\"\n")
  file(WRITE ${TREE}/src/watch/inotify.h "")
  file(WRITE ${TREE}/src/watch/inotify.c
    "#include \"watch/inotify.h\"\n#include <sys/inotify.h>\n")
  file(WRITE ${TREE}/src/watch/watch.h "")
  file(WRITE ${TREE}/src/watch/watch.c "#include \"watch/watch.h\"\n#include \"watch/inotify.h\"\n")
  file(WRITE ${TREE}/src/main.c "#include \"watch/watch.h\"\n#include \"fs/path.h\"\n")
  file(WRITE ${TREE}/tests/unit/fs/test_path.c "")
endfunction()

function(run_check)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -D TREE=${TREE} -P ${CMAKE_CURRENT_LIST_DIR}/shape.cmake
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
  )
  set(result "${result}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

# Appends content to one file of a new tree ("-": removes the file). Expects that the check fails with exactly
# this sentence.
macro(expect path content sentence)
  build_tree()
  if("${content}" STREQUAL "-")
    file(REMOVE ${TREE}/${path})
  else()
    file(APPEND ${TREE}/${path} "${content}\n")
  endif()
  run_check()
  string(FIND "${output}" "${sentence}" at)
  string(FIND "${output}" "shape: 1 violation(s)" one)
  if(result EQUAL 0 OR at EQUAL -1 OR one EQUAL -1)
    message(NOTICE "expected one violation:\n  ${sentence}\nbut the check ended with ${result} and printed\n${output}")
    math(EXPR failures "${failures} + 1")
  endif()
endmacro()

build_tree()
run_check()
if(NOT result EQUAL 0)
  message(NOTICE "the tree that is right was refused:\n${output}")
  math(EXPR failures "${failures} + 1")
endif()

string(REPEAT "//\n" 501 many_lines)

expect(src/base/mem.c [[#include "fs/path.h"]] [[src/base/mem.c includes "fs/path.h": fs comes after base]])
expect(src/fs/path.h [[  #  include "watch/watch.h"]] [[src/fs/path.h includes "watch/watch.h": watch comes after fs]])
expect(src/base/mem.h [[#include "base/buf.h"]] [[src/base/mem.h includes "base/buf.h", a sibling listed after base/mem]])
expect(src/main.c [[#include "watch/inotify.h"]] [[src/main.c includes "watch/inotify.h", which is no door of watch]])
expect(src/fs/path.c [[#include "mem.h"]] [[src/fs/path.c includes "mem.h", which is no module's]])
expect(src/fs/path.c [[#include "../base/mem.h"]] [[src/fs/path.c includes "../base/mem.h", which is no module's]])
expect(src/fs/path.c [[#include <sys/inotify.h>]] [[src/fs/path.c includes <sys/inotify.h>, which belongs in]])
expect(src/watch/inotify.h [[#include <sys/inotify.h>]] [[src/watch/inotify.h includes <sys/inotify.h>, which]])
expect(src/fs/path.c [[#include HEADER]] [[src/fs/path.c: cannot read #include HEADER]])
expect(src/base/buf.c "${many_lines}" [[src/base/buf.c has 504 lines, more than 500]])
expect(src/fs/extra.c "" [[src/fs/extra.c belongs to no listed module]])
expect(src/extra.c "" [[src/extra.c belongs to no listed module]])
expect(src/fs/Path.txt "" [[src/fs/Path.txt belongs to no listed module]])
expect(src/fs/deep/path.c "" [[src/fs/deep/path.c belongs to no listed module]])
expect(src/fs/path.c - [[src/fs/path.c is missing]])
expect(src/base/buf.h - [[src/base/buf.h is missing]])
expect(src/fs/made.h - [[src/fs/made.h is missing]])
expect(tests/unit/fs/test_extra.c "" [[tests/unit/fs/test_extra.c tests no listed module]])
expect(tests/unit/test_path.c "" [[tests/unit/test_path.c tests no listed module]])
expect(cmake/modules.cmake "list(APPEND MODULES_fs made)" [[fs/made is listed twice]])
expect(cmake/modules.cmake "list(APPEND DOORS_watch away)" [[away is a door of src/watch, but no module of it]])

# A folder past fifteen modules is two folders.
build_tree()
foreach(number RANGE 1 14)
  file(WRITE ${TREE}/src/base/m${number}.c "")
  file(WRITE ${TREE}/src/base/m${number}.h "")
  file(APPEND ${TREE}/cmake/modules.cmake "list(APPEND MODULES_base m${number})\n")
endforeach()
run_check()
string(FIND "${output}" "src/base has 16 modules, more than 15" at)
if(result EQUAL 0 OR at EQUAL -1)
  message(NOTICE "a folder of 16 modules was let through:\n${output}")
  math(EXPR failures "${failures} + 1")
endif()

file(REMOVE_RECURSE ${TREE})
if(failures)
  message(FATAL_ERROR "shape_fails: ${failures} violation(s) not found")
endif()
