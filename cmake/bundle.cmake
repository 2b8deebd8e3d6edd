# bundle: files for browsers as the program serves them, made by esbuild, and those as one C file.
#
#   cmake -D ESBUILD=esbuild -D FOLDER=inject -D FILES=client.js=iife=12288,update.js=esm=16384 -D OUT=build
#     -D MODULE=html/client_script -D BROWSERS=es2020 -P bundle.cmake
#
# Each file is made in the format given (iife: a classic script, esm: a module, css: a style sheet; each of these
# with all that it imports; as-is: a copy), of that many bytes at the most, and put into OUT. There the C file of
# the module is made, too; it defines what src/MODULE.h declares. BROWSERS, in esbuild's words, have to understand
# the files: what is newer is written in older words.

cmake_minimum_required(VERSION 3.25)

cmake_path(GET MODULE FILENAME module)
set(c ${OUT}/${module}.c)
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

# Makes OUT/name in that format.
function(make name format)
  if(format STREQUAL as-is)
    configure_file(${FOLDER}/${name} ${OUT}/${name} COPYONLY)
    return()
  endif()
  set(options --target=${BROWSERS})
  if(NOT format STREQUAL css)
    list(APPEND options --format=${format})
  endif()
  execute_process(
    COMMAND ${ESBUILD} ${FOLDER}/${name} --bundle --minify ${options}
      --charset=utf8 --log-level=warning --outfile=${OUT}/${name}
      "--banner:js=// liveserve\n'use strict';"
    RESULT_VARIABLE result
    ERROR_VARIABLE errors
  )
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "esbuild: ${errors}")
  endif()
endfunction()

set(rows)
string(REPLACE "," ";" files "${FILES}")
foreach(file IN LISTS files)
  string(REGEX MATCH "^(.+)=(.+)=(.+)$" file "${file}")
  set(name ${CMAKE_MATCH_1})
  set(most ${CMAKE_MATCH_3})
  make(${name} ${CMAKE_MATCH_2})
  file(SIZE ${OUT}/${name} length)
  if(length GREATER most)
    message(FATAL_ERROR "${name} has ${length} bytes, more than ${most}")
  endif()
  file(SHA256 ${OUT}/${name} hash)
  string(SUBSTRING ${hash} 0 16 tag)
  read_as_c(${OUT}/${name})
  string(APPEND rows "\t{\"${name}\", \"\\\"${tag}\\\"\", ${length},\n\t \"${text}\"},\n")
endforeach()

cmake_path(GET FOLDER FILENAME folder)
file(WRITE ${c} "/* Made from ${folder}/ by cmake/bundle.cmake. */
#include \"${MODULE}.h\"

/* Texts longer than the 4095 bytes that ISO C promises; gcc and clang have no such limit. */
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

const struct bundled_file ${module}s[] = {
${rows}\t{0},
};
")
