# bundle: checks what cmake/bundle.cmake makes of small modules, and that it refuses what it must.

cmake_minimum_required(VERSION 3.25)

set(FOLDER ${CMAKE_CURRENT_BINARY_DIR}/bundle_tree)

function(fail text)
  message(NOTICE "${text}")
  set_property(GLOBAL PROPERTY failed TRUE)
endfunction()

# Bundles a one.js and a main.js with these contents, most bytes at the most.
function(bundle one main most)
  file(REMOVE_RECURSE ${FOLDER})
  file(WRITE ${FOLDER}/one.js "${one}")
  file(WRITE ${FOLDER}/main.js "${main}")
  execute_process(
    COMMAND ${CMAKE_COMMAND}
      -D ESBUILD=esbuild
      -D MAIN=${FOLDER}/main.js
      -D JS=${FOLDER}/out/client.js
      -D C=${FOLDER}/out/client_script.c
      -D MOST=${most}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../cmake/bundle.cmake
    RESULT_VARIABLE result
    ERROR_VARIABLE output
  )
  set(js)
  set(c)
  if(EXISTS ${FOLDER}/out/client.js)
    file(READ ${FOLDER}/out/client.js js)
  endif()
  if(EXISTS ${FOLDER}/out/client_script.c)
    file(READ ${FOLDER}/out/client_script.c c)
  endif()
  foreach(name IN ITEMS result output js c)
    set(${name} "${${name}}" PARENT_SCOPE)
  endforeach()
endfunction()

# Expects that the build stops with sentence, and leaves nothing that could be taken for a bundle.
function(expect_refusal one main most sentence)
  bundle("${one}" "${main}" ${most})
  string(FIND "${output}" "${sentence}" at)
  if(result EQUAL 0 OR at EQUAL -1 OR c)
    fail("expected a refusal: ${sentence}\ngot ${result}:\n${output}")
  endif()
endfunction()

set(one "export const say = (text) => console.debug(text);\n")

# One strict script in a function of its own, without comments.
bundle("${one}" "import {say} from './one.js';\n// A comment.\nsay('x');\n" 12288)
if(NOT js MATCHES "^// liveserve[^\n]*\n'use strict';\n\\(\\(\\)=>{.*}\\)\\(\\);\n$" OR js MATCHES "A comment")
  fail("not the script that was expected, but ${result}:\n${output}${js}")
endif()

# As long as it may be, and one byte more.
string(LENGTH "${js}" length)
math(EXPR less "${length} - 1")
bundle("${one}" "import {say} from './one.js';\nsay('x');\n" ${length})
if(NOT result EQUAL 0)
  fail("refused though it is not too long:\n${output}")
endif()
expect_refusal("${one}" "import {say} from './one.js';\nsay('x');\n" ${less}
  "the bundle has ${length} bytes, more than ${less}")
expect_refusal("${one}" "import {none} from './one.js';\nnone();\n" 12288 "No matching export")
expect_refusal("${one}" "import './two.js';\n" 12288 "Could not resolve")
expect_refusal("${one}" "f(;\n" 12288 "Unexpected")

# The same bytes in C: quotes, backslashes, trigraphs, and a tag that follows the content.
bundle("${one}" "f('\"', '\\\\', '??(');\n" 12288)
string(FIND "${c}" [['\"',\"\\\\\",\"\?\?(\"]] at)
if(at EQUAL -1)
  fail("not the C text that was expected:\n${c}")
endif()
string(REGEX MATCH "client_script_tag\\[\\] = \"[0-9a-f]+\"" tag "${c}")
bundle("${one}" "f(1);\n" 12288)
string(FIND "${c}" "${tag}" at)
if(tag STREQUAL "" OR NOT at EQUAL -1)
  fail("the tag does not follow the content:\n${c}")
endif()

file(REMOVE_RECURSE ${FOLDER})
get_property(failed GLOBAL PROPERTY failed)
if(failed)
  message(FATAL_ERROR "bundle: see above")
endif()
