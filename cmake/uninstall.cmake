# uninstall: removes what the last "cmake --install BUILD" has installed, and its folder share/SHARE if that is
# empty then. Others' files in the same folders stay.
#
#   cmake -D BUILD=build -D SHARE=liveserve -P uninstall.cmake

cmake_minimum_required(VERSION 3.25)

set(manifest ${BUILD}/install_manifest.txt)
if(NOT EXISTS ${manifest})
  message(FATAL_ERROR "nothing was installed from ${BUILD}: there is no ${manifest}")
endif()
file(STRINGS ${manifest} files)
foreach(file IN LISTS files)
  set(path $ENV{DESTDIR}${file})
  if(EXISTS ${path} OR IS_SYMLINK ${path})
    message(STATUS "Removing: ${path}")
    execute_process(COMMAND ${CMAKE_COMMAND} -E rm -- ${path} RESULT_VARIABLE result)
    if(result)
      message(FATAL_ERROR "cannot remove ${path}: try again with sudo")
    endif()
  endif()
  get_filename_component(folder ${path} DIRECTORY)
  get_filename_component(name ${folder} NAME)
  if(name STREQUAL SHARE AND EXISTS ${folder})
    file(GLOB rest ${folder}/*)
    if(NOT rest)
      file(REMOVE_RECURSE ${folder})
    endif()
  endif()
endforeach()
file(REMOVE ${manifest})
