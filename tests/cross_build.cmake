# A build for another machine has the same manual pages, completions and schema, though nothing that it
# builds for that machine can run here.
#
#   cmake -D DOCS=FOLDER -D COMPILER=PROGRAM -D PREFIX=FOLDER -P cross_build.cmake
#
# DOCS are those of a native build with this prefix.

string(RANDOM random)
set(build ${DOCS}/../cross-${random})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    file(REMOVE_RECURSE ${build})
    message(FATAL_ERROR "${ARGN}: ${result}\n${output}")
  endif()
endfunction()

# The compiler makes programs of this machine, but the build does not know that. false cannot run them.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/.. -B ${build}
  -D CMAKE_SYSTEM_NAME=Linux -D CMAKE_SYSTEM_PROCESSOR=aarch64 -D CMAKE_C_COMPILER=${COMPILER}
  -D CMAKE_CROSSCOMPILING_EMULATOR=false -D CMAKE_INSTALL_PREFIX=${PREFIX}
)
run(${CMAKE_COMMAND} --build ${build} --target docs)

# The first line of a manual page has the day of the build.
function(read_without_day file variable)
  set(text)
  if(EXISTS ${file})
    file(READ ${file} text)
  endif()
  string(REGEX REPLACE "^.Dd [^\n]*" "" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

file(GLOB native RELATIVE ${DOCS} ${DOCS}/*)
file(GLOB cross RELATIVE ${build}/doc ${build}/doc/*)
set(different)
foreach(file IN LISTS native)
  read_without_day(${DOCS}/${file} one)
  read_without_day(${build}/doc/${file} other)
  if(NOT one STREQUAL other)
    list(APPEND different ${file})
  endif()
endforeach()
file(REMOVE_RECURSE ${build})
if(different OR NOT native STREQUAL cross OR NOT native)
  message(FATAL_ERROR "of ${native}, a cross build makes ${cross}; different: ${different}")
endif()
