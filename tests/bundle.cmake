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
  file(WRITE ${FOLDER}/one.css "p { color: red }\n")
  file(WRITE ${FOLDER}/main.css "@import './one.css';\n/* A comment. */\nb { inset: 0 }\n")
  file(WRITE ${FOLDER}/page.html "<!-- A comment. -->\n<p>;[a\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND}
      -D ESBUILD=esbuild
      -D FOLDER=${FOLDER}
      -D FILES=main.js=iife=${most},one.js=esm=${most},main.css=css=4096,page.html=as-is=4096
      -D OUT=${FOLDER}/out
      -D MODULE=html/client_script
      -D BROWSERS=es2020,chrome120
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../cmake/bundle.cmake
    RESULT_VARIABLE result
    ERROR_VARIABLE output
  )
  foreach(name IN ITEMS main.js one.js main.css page.html client_script.c)
    set(text)
    if(EXISTS ${FOLDER}/out/${name})
      file(READ ${FOLDER}/out/${name} text)
    endif()
    set(${name} "${text}" PARENT_SCOPE)
  endforeach()
  set(result "${result}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

# Expects that the build stops with sentence, and leaves nothing that could be taken for a bundle.
function(expect_refusal one main most sentence)
  bundle("${one}" "${main}" ${most})
  string(FIND "${output}" "${sentence}" at)
  if(result EQUAL 0 OR at EQUAL -1 OR client_script.c)
    fail("expected a refusal: ${sentence}\ngot ${result}:\n${output}")
  endif()
endfunction()

set(one "export const say = (text) => console.debug(text);\n")
set(main "import {say} from './one.js';\n// A comment.\nsay('x');\n")
set(start "^// liveserve[^\n]*\n'use strict';\n")

# A classic script in a function of its own and a module, both strict and without comments.
bundle("${one}" "${main}" 12288)
if(NOT main.js MATCHES "${start}\\(\\(\\)=>{.*}\\)\\(\\);\n$" OR main.js MATCHES "A comment")
  fail("not the script that was expected, but ${result}:\n${output}${main.js}")
endif()
if(NOT one.js MATCHES "${start}.*export{.* as say};\n$")
  fail("not the module that was expected, but ${result}:\n${output}${one.js}")
endif()

# A style sheet with what it imports, and a copy.
if(NOT main.css MATCHES "p{color:red}b{inset:0}" OR main.css MATCHES "A comment")
  fail("not the style sheet that was expected, but ${result}:\n${output}${main.css}")
endif()
if(NOT page.html STREQUAL "<!-- A comment. -->\n<p>;[a\n")
  fail("not the copy that was expected, but ${result}:\n${output}${page.html}")
endif()
string(FIND "${client_script.c}" [[{"page.html", "]] at)
string(FIND "${client_script.c}" [["<p>;[a\n"]] text_at)
if(at EQUAL -1 OR text_at EQUAL -1)
  fail("the copy is not in the C file:\n${client_script.c}")
endif()

# As long as it may be, and one byte more.
string(LENGTH "${one.js}" length)
math(EXPR less "${length} - 1")
bundle("${one}" "" ${length})
if(NOT result EQUAL 0)
  fail("refused though it is not too long:\n${output}")
endif()
expect_refusal("${one}" "" ${less} "one.js has ${length} bytes, more than ${less}")
expect_refusal("${one}" "import {none} from './one.js';\nnone();\n" 12288 "No matching export")
expect_refusal("${one}" "import './two.js';\n" 12288 "Could not resolve")
expect_refusal("${one}" "f(;\n" 12288 "Unexpected")

# The same bytes in C: quotes, backslashes, trigraphs, and a tag that follows the content.
bundle("${one}" "f('\"', '\\\\', '??(');\n" 12288)
string(FIND "${client_script.c}" [['\"',\"\\\\\",\"\?\?(\"]] at)
if(at EQUAL -1)
  fail("not the C text that was expected:\n${client_script.c}")
endif()
string(REGEX MATCH "{\"main.js\", [^ ]+ " row "${client_script.c}")
bundle("${one}" "f(1);\n" 12288)
string(FIND "${client_script.c}" "${row}" at)
if(row STREQUAL "" OR NOT at EQUAL -1)
  fail("the tag does not follow the content:\n${client_script.c}")
endif()

file(REMOVE_RECURSE ${FOLDER})
get_property(failed GLOBAL PROPERTY failed)
if(failed)
  message(FATAL_ERROR "bundle: see above")
endif()
