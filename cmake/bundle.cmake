# bundle: a folder of ES modules as one classic script, made by esbuild, and that script as a C file.
#
#   cmake -D ESBUILD=esbuild -D MAIN=inject/main.js -D JS=client.js -D C=client_script.c -D MOST=12288
#     -P bundle.cmake
#
# MOST is how many bytes the script may have.

cmake_minimum_required(VERSION 3.25)

function(fail text)
  file(REMOVE "${JS}" "${C}")
  message(FATAL_ERROR "inject: ${text}")
endfunction()

execute_process(
  COMMAND ${ESBUILD} ${MAIN} --bundle --minify --format=iife --target=es2020 --charset=utf8
    --log-level=warning "--banner:js=// liveserve: follows changes on disk.\n'use strict';"
    --outfile=${JS}
  RESULT_VARIABLE result
  ERROR_VARIABLE errors
)
if(NOT result EQUAL 0)
  fail("esbuild: ${errors}")
endif()

file(SIZE "${JS}" length)
if(length GREATER MOST)
  fail("the bundle has ${length} bytes, more than ${MOST}")
endif()

file(SHA256 "${JS}" hash)
string(SUBSTRING ${hash} 0 16 tag)

file(READ "${JS}" text)
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "?" "\\?" text "${text}")
string(REPLACE "\n" "\\n\"\n\t\"" text "${text}")

file(WRITE "${C}" "/* Made from inject/ by cmake/bundle.cmake. */
#include \"client_script.h\"

/* One text longer than the 4095 bytes that ISO C promises; gcc and clang have no such limit. */
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

const char client_script[] =
\t\"${text}\";
const size_t client_script_length = sizeof(client_script) - 1;
const char client_script_tag[] = \"${tag}\";
")
