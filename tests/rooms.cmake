# rooms: checks that the code in src/ keeps to the rooms of cmake/modules.cmake, and that nothing is
# missing in its lists. Prints one line for each violation and fails if there was one.
#
#   cmake [-D TREE=FOLDER] -P tests/rooms.cmake
#
# TREE holds cmake/modules.cmake, src/ and tests/; it is this repository unless said otherwise.

cmake_minimum_required(VERSION 3.25)

if(NOT TREE)
  cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH TREE)
endif()
cmake_path(ABSOLUTE_PATH TREE)
include(${TREE}/cmake/modules.cmake)

set(violations 0)

macro(violation text)
  message(NOTICE "${text}")
  math(EXPR violations "${violations} + 1")
endmacro()

# One order for all: a module may include what stands before it in `order`.
set(order)
foreach(room IN LISTS ROOMS)
  foreach(module IN LISTS ROOM_${room})
    if(module IN_LIST order)
      violation("${module} is listed twice")
    endif()
    list(APPEND order ${module})
    set(room_of_${module} ${room})
  endforeach()
endforeach()

foreach(module IN LISTS order)
  if(NOT module IN_LIST GENERATED AND NOT EXISTS ${TREE}/src/${module}.c)
    violation("src/${module}.c is missing: ${module} is listed in room ${room_of_${module}}")
  endif()
  if(NOT module IN_LIST HEADERLESS AND NOT EXISTS ${TREE}/src/${module}.h)
    violation("src/${module}.h is missing: ${module} is listed in room ${room_of_${module}}")
  endif()
endforeach()

# Checks that the file of `module` may include the header "x.h" of ours.
macro(check_own_header file module header)
  string(REGEX REPLACE "\\.h$" "" included "${header}")
  list(FIND order "${module}" here)
  list(FIND order "${included}" there)
  if(there EQUAL -1)
    violation("${file} includes \"${header}\", which is no module's header")
  elseif(there GREATER here AND room_of_${included} STREQUAL room_of_${module})
    violation("${file} includes \"${header}\", a sibling listed after ${module}")
  elseif(there GREATER here)
    violation("${file} includes \"${header}\": ${room_of_${included}} is above ${room_of_${module}}")
  endif()
endmacro()

# Checks that the file may include the header <x.h> of the system.
macro(check_system_header file header)
  foreach(wall IN LISTS WALLS)
    string(REGEX MATCH "^(.*)=([^=]*)$" wall "${wall}")
    set(pattern "${CMAKE_MATCH_1}")
    string(REPLACE "," ";" allowed "${CMAKE_MATCH_2}")
    cmake_path(GET file FILENAME name)
    if("${header}" MATCHES "${pattern}" AND NOT name IN_LIST allowed)
      list(JOIN allowed ", " allowed)
      violation("${file} includes <${header}>, which belongs in ${allowed}")
    endif()
  endforeach()
endmacro()

file(GLOB files RELATIVE ${TREE} ${TREE}/src/*)
foreach(file IN LISTS files)
  cmake_path(GET file STEM module)
  if(NOT file MATCHES "^src/[a-z0-9_]+\\.[ch]$" OR NOT module IN_LIST order)
    violation("${file} belongs to no listed module")
    continue()
  endif()
  file(STRINGS ${TREE}/${file} includes REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS includes)
    if(line MATCHES "\"(.*)\"")
      check_own_header(${file} ${module} ${CMAKE_MATCH_1})
    elseif(line MATCHES "<(.*)>")
      check_system_header(${file} ${CMAKE_MATCH_1})
    else()
      violation("${file}: cannot read ${line}")
    endif()
  endforeach()
endforeach()

file(GLOB files RELATIVE ${TREE} ${TREE}/tests/test_*.c)
foreach(file IN LISTS files)
  string(REGEX REPLACE "^tests/test_(.*)\\.c$" "\\1" module "${file}")
  if(NOT module IN_LIST order)
    violation("${file} tests no listed module")
  endif()
endforeach()

if(violations)
  message(FATAL_ERROR "rooms: ${violations} violation(s), see cmake/modules.cmake")
endif()
