# bundle: checks what cmake/bundle.cmake makes of small modules, and that it refuses what it cannot
# bundle.

cmake_minimum_required(VERSION 3.25)

set(FOLDER ${CMAKE_CURRENT_BINARY_DIR}/bundle_tree)

function(fail text)
  message(NOTICE "${text}")
  set_property(GLOBAL PROPERTY failed TRUE)
endfunction()

# Bundles one.js and main.js with these contents, the modules (parted by commas) in this order.
function(bundle modules one main)
  file(REMOVE_RECURSE ${FOLDER})
  file(WRITE ${FOLDER}/one.js "${one}")
  file(WRITE ${FOLDER}/main.js "${main}")
  execute_process(
    COMMAND ${CMAKE_COMMAND}
      -D FOLDER=${FOLDER}
      -D MODULES=${modules}
      -D JS=${FOLDER}/out/client.js
      -D C=${FOLDER}/out/client_script.c
      -D MOST=${most}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../cmake/bundle.cmake
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
  )
  set(script)
  if(EXISTS ${FOLDER}/out/client.js)
    file(READ ${FOLDER}/out/client.js script)
  endif()
  set(result "${result}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
  set(script "${script}" PARENT_SCOPE)
endfunction()

# Expects exactly body between the wrapping lines.
function(expect one main body)
  bundle(one,main "${one}" "${main}")
  set(expected "(() => {\n'use strict';\n${body}})();\n")
  if(NOT result EQUAL 0)
    fail("refused:\n${output}")
  elseif(NOT script STREQUAL expected)
    fail("expected:\n${expected}\ngot:\n${script}")
  endif()
endfunction()

# Expects that the build stops with sentence, and leaves nothing that could be taken for a bundle.
function(expect_refusal modules one main sentence)
  bundle(${modules} "${one}" "${main}")
  string(FIND "${output}" "${sentence}" at)
  if(result EQUAL 0 OR at EQUAL -1 OR EXISTS ${FOLDER}/out/client_script.c)
    fail("expected a refusal: ${sentence}\ngot ${result}:\n${output}")
  endif()
endfunction()

set(one "export const A = 1;\n")

expect("export async function f() {}\nexport class C {}\n" "import {f, C} from './one.js';\nf(C);"
  "async function f(){}\nclass C{}\nf(C);")
expect("${one}" "import {A} from './one.js';\nexported(A[0]; '\\n', \"\\\\\");\n"
  "const A=1;exported(A[0]; '\\n', \"\\\\\");\n")

# Comments on lines of their own go, all others stay.
expect("/**\n * One.\n * @param {x[]} a ; b\n */\n\n  // Two.\n/** Three. */\n${one}" "f(); // four\n"
  "const A=1;f(); // four\n")
expect("${one}" "/** @type {x} */ (A).f();\n/* a\n * b\n */\n"
  "const A=1;/** @type {x} */ (A).f();\n/* a\n*b\n*/\n")
# So do blanks that say nothing: what a line begins with, and beside punctuation.
expect("${one}" "if (A) {\n  f(A ? [ 1 ] : {a : 2});\n\tfor (const b of [A]) return ! b;\n}\n"
  "const A=1;if(A){f(A?[1]:{a:2});for(const b of[A])return!b;}\n")
expect("${one}" "f(\n[\na,\nb]\n)\nreturn\n" "const A=1;f([a,b]\n)\nreturn\n")
expect("${one}" "f(a + +b - -c)\n" "const A=1;f(a + +b - -c)\n")
# But not in a line where they may be in a literal.
expect("${one}" "  f('a , b');\n  f(/a , b/);\n  f(\"a , b\");\n  f(`a , b`);\n"
  "const A=1;f('a , b');\nf(/a , b/);\nf(\"a , b\");\nf(`a , b`);\n")
# But not where they may be inside a literal.
expect("${one}" "  const b = `\n  text`;" "const A=1;  const b = `\n  text`;\n")
expect("${one}" "  const b = 'x\\\n  text';" "const A=1;  const b = 'x\\\n  text';\n")
expect("${one}" "const b = `\n// text\n\n/** text */\n`;" "const A=1;const b = `\n// text\n\n/** text */\n`;\n")
expect("${one}" "const b = 'x\\\n// text';" "const A=1;const b = 'x\\\n// text';\n")

expect_refusal(main,one "${one}" "import {A} from './one.js';" "must be listed before it")
expect_refusal(one,two,main "${one}" "f();" "two.js is listed but missing")
expect_refusal(one,main "${one}" "import * as one from './one.js';" "not the one form of import")
expect_refusal(one,main "${one}" "import {A as b} from './one.js';" "not the one form of import")
expect_refusal(one,main "${one}" "import './one.js';" "not the one form of import")
expect_refusal(one,main "${one}" "import {A} from 'one';" "not the one form of import")
expect_refusal(one,main "${one}" "import {\n  A,\n} from './one.js';" "not the one form of import")
expect_refusal(one,main "export default 1;" "f();" "not the one form of export")
expect_refusal(one,main "const a = 1;\nexport {a};" "f();" "not the one form of export")
expect_refusal(one,main "${one}" "function A() {}" "declares A, which another module declares too")
expect_refusal(one,main "${one}" "const [b] = [1];" "a declaration without a plain name")
expect_refusal(one,main "${one}" "/**\n * x\n */ f();" "code behind the end of a comment")

# As long as it may be, and one byte more. The lines around the modules have 29 bytes.
set(most 48)
expect("${one}" "f();\n;\n\n" "const A=1;f();;")
bundle(one,main "${one}" "f(12345);\n")
if(NOT result EQUAL 0)
  fail("refused though it is not too long:\n${output}")
endif()
expect_refusal(one,main "${one}" "f(123456);\n" "the bundle has 49 bytes, more than 48")
set(most)

# The same bytes in C: quotes, backslashes, trigraphs, and a tag that follows the content.
bundle(one,main "${one}" "f('\"', '\\n', '??(');\n")
file(READ ${FOLDER}/out/client_script.c c)
string(FIND "${c}" [[f('\"', '\\n', '\?\?(');\n"]] at)
if(at EQUAL -1)
  fail("not the C text that was expected:\n${c}")
endif()
string(REGEX MATCH "client_script_tag\\[\\] = \"[0-9a-f]+\"" tag "${c}")
bundle(one,main "${one}" "f('\"', '\\t', '??(');\n")
file(READ ${FOLDER}/out/client_script.c c)
string(FIND "${c}" "${tag}" at)
if(tag STREQUAL "" OR NOT at EQUAL -1)
  fail("the tag does not follow the content:\n${c}")
endif()

file(REMOVE_RECURSE ${FOLDER})
get_property(failed GLOBAL PROPERTY failed)
if(failed)
  message(FATAL_ERROR "bundle: see above")
endif()
