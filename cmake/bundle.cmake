# bundle: ES modules as the scripts that the program serves, made by esbuild, and those as one C file.
#
#   cmake -D ESBUILD=esbuild -D FOLDER=inject -D SCRIPTS=client=iife=12288,update=esm=16384 -D OUT=build
#     -P bundle.cmake
#
# Each script is made from the module of its name and all that this imports, in the format given (iife: a
# classic script, esm: a module), of that many bytes at the most, and put into OUT. There client_script.c is
# made, too; it defines what src/html/client_script.h declares.

cmake_minimum_required(VERSION 3.25)

set(c ${OUT}/client_script.c)
file(REMOVE ${c})

# Sets text to the C literals for the bytes of file.
function(read_as_c file)
  file(READ ${file} text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "?" "\\?" text "${text}")
  string(REPLACE "\n" "\\n\"\n\t \"" text "${text}")
  set(text "${text}" PARENT_SCOPE)
endfunction()

set(rows)
string(REPLACE "," ";" scripts "${SCRIPTS}")
foreach(script IN LISTS scripts)
  string(REGEX MATCH "^(.+)=(.+)=(.+)$" script "${script}")
  set(name ${CMAKE_MATCH_1}.js)
  set(most ${CMAKE_MATCH_3})
  execute_process(
    COMMAND ${ESBUILD} ${FOLDER}/${name} --bundle --minify --format=${CMAKE_MATCH_2} --target=es2020
      --charset=utf8 --log-level=warning --outfile=${OUT}/${name}
      "--banner:js=// liveserve\n'use strict';"
    RESULT_VARIABLE result
    ERROR_VARIABLE errors
  )
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "esbuild: ${errors}")
  endif()
  file(SIZE ${OUT}/${name} length)
  if(length GREATER most)
    message(FATAL_ERROR "${name} has ${length} bytes, more than ${most}")
  endif()
  file(SHA256 ${OUT}/${name} hash)
  string(SUBSTRING ${hash} 0 16 tag)
  read_as_c(${OUT}/${name})
  string(APPEND rows "\t{\"${name}\", \"\\\"${tag}\\\"\", ${length},\n\t \"${text}\"},\n")
endforeach()

file(WRITE ${c} "/* Made from inject/ by cmake/bundle.cmake. */
#include \"html/client_script.h\"

/* Texts longer than the 4095 bytes that ISO C promises; gcc and clang have no such limit. */
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

const struct client_script client_scripts[] = {
${rows}\t{0},
};
")
