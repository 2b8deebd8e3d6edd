# bundle: the ES modules of a folder as one classic script, and that script as a C file.
#
#   cmake -D FOLDER=inject -D MODULES=socket,main -D JS=client.js -D C=client_script.c -D MOST=12288
#     -P bundle.cmake
#
# MOST is how many bytes the script may have; without it as many as it likes.
#
# The modules are plain: every import is one line, `import {a, b} from './x.js';`, every export stands
# in front of a declaration. Then bundling is leaving out the import lines and the word `export`. What
# does not fit (another form of import or export, a module that is missing or listed too late, one name
# declared twice) is an error, so the bundle never differs from the modules.
#
# Comments are left out where that is safe: whole lines of // and of blocks that begin with /** on a
# line of their own. So are the blanks that a line begins with and, where no quote and no slash is in
# the line, those beside punctuation and the line's end behind an opening bracket, a comma or a semicolon. All of
# this only in modules without literals that go over several lines.

cmake_minimum_required(VERSION 3.25)

function(fail text)
  file(REMOVE "${JS}" "${C}")
  message(FATAL_ERROR "inject: ${text}")
endfunction()

# Whether source has a literal that goes over several lines, or something looking like one.
function(has_long_literal source result)
  string(REGEX REPLACE "`[^`\n]*`" "" rest "${source}")
  if(rest MATCHES "`|\\\\\n")
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

# Adds line to the script without the blanks that say nothing. Those beside + and - may: a + +b.
function(add_tight line)
  string(REGEX REPLACE "^[ \t]+" "" line "${line}")
  string(APPEND line "\n")
  if(NOT line MATCHES "['\"`/]")
    string(REGEX REPLACE " *([][(){}<>=!?:;,&|*]) *" "\\1" line "${line}")
    string(REGEX REPLACE "([[({;,])\n" "\\1" line "${line}")
  endif()
  set(script "${script}${line}" PARENT_SCOPE)
endfunction()

# Checks one line of a module that begins with `import`; the module it names must already be bundled.
function(check_import module line)
  if(line MATCHES " as " OR
      NOT line MATCHES "^import {[A-Za-z0-9_$, ]+} from './([a-z0-9_-]+)\\.js';?$")
    fail("${module}.js: not the one form of import that is bundled: ${line}")
  endif()
  if(NOT CMAKE_MATCH_1 IN_LIST done)
    fail("${module}.js imports ${CMAKE_MATCH_1}.js, which must be listed before it")
  endif()
endfunction()

# Adds the name that a line declares at the top of its module to the list names.
function(check_declaration module line)
  if(line MATCHES "^(async )?(function\\*?|class|const|let|var) ([A-Za-z0-9_$]+)")
    set(name ${CMAKE_MATCH_3})
    if(name IN_LIST names)
      fail("${module}.js declares ${name}, which another module declares too")
    endif()
    list(APPEND names ${name})
    set(names "${names}" PARENT_SCOPE)
  elseif(line MATCHES "^(async|function|class|const|let|var) ")
    fail("${module}.js: a declaration without a plain name: ${line}")
  endif()
endfunction()

string(REPLACE "," ";" modules "${MODULES}")
set(done)
set(names)
set(script "(() => {\n'use strict';\n")

foreach(module IN LISTS modules)
  if(NOT EXISTS "${FOLDER}/${module}.js")
    fail("${module}.js is listed but missing")
  endif()
  file(READ "${FOLDER}/${module}.js" rest)
  has_long_literal("${rest}" keep_all)
  set(in_comment FALSE)
  string(APPEND rest "\n")

  # Line by line with string(SUBSTRING), because a CMake list would eat brackets and semicolons.
  while(NOT rest STREQUAL "")
    string(FIND "${rest}" "\n" end)
    string(SUBSTRING "${rest}" 0 ${end} line)
    math(EXPR next "${end} + 1")
    string(SUBSTRING "${rest}" ${next} -1 rest)

    if(in_comment)
      if(line MATCHES "\\*/[ \t]*$")
        set(in_comment FALSE)
      elseif(line MATCHES "\\*/")
        fail("${module}.js: code behind the end of a comment: ${line}")
      endif()
    elseif(NOT keep_all AND line MATCHES "^[ \t]*(//[^*]*|/\\*\\*[^*]*\\*/[ \t]*)?$")
      # A blank line or a comment of one line: nothing to keep.
    elseif(NOT keep_all AND line MATCHES "^[ \t]*/\\*\\*" AND NOT line MATCHES "\\*/")
      set(in_comment TRUE)
    elseif(line MATCHES "^import[^A-Za-z0-9_$]")
      check_import(${module} "${line}")
    else()
      if(line MATCHES "^export[^A-Za-z0-9_$]" AND
          NOT line MATCHES "^export (async function|function|class|const|let) ?[*A-Za-z_$]")
        fail("${module}.js: not the one form of export that is bundled: ${line}")
      endif()
      string(REGEX REPLACE "^export " "" line "${line}")
      check_declaration(${module} "${line}")
      if(keep_all)
        string(APPEND script "${line}\n")
      else()
        add_tight("${line}")
      endif()
    endif()
  endwhile()
  list(APPEND done ${module})
endforeach()

string(APPEND script "})();\n")

string(LENGTH "${script}" length)
if(MOST AND length GREATER MOST)
  fail("the bundle has ${length} bytes, more than ${MOST}")
endif()

string(SHA256 hash "${script}")
string(SUBSTRING ${hash} 0 16 tag)

string(REPLACE "\\" "\\\\" text "${script}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "?" "\\?" text "${text}")
string(REPLACE "\n" "\\n\"\n\t\"" text "${text}")

file(WRITE "${JS}" "${script}")
file(WRITE "${C}" "/* Made from inject/ by cmake/bundle.cmake. */
#include \"client_script.h\"

/* One text longer than the 4095 bytes that ISO C promises; gcc and clang have no such limit. */
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

const char client_script[] =
\t\"${text}\";
const size_t client_script_length = sizeof(client_script) - 1;
const char client_script_tag[] = \"${tag}\";
")
