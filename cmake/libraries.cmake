# The libraries that the program is made with: the target liveserve_libraries.
#
# A third of a start is spent on loading libwebsockets and OpenSSL (./dev bench --only=start). So with LIVESERVE_STATIC
# these two, nghttp2, PCRE2 and what opens compressed answers are put into the program, if their archives (.a) are installed.
# Distributions, which mend libraries without building what uses them again, turn it off. Where tests are built it is
# off, too: there are many programs, and none of them has to start quickly. The others stay shared: they are small,
# and some are under the LGPL (NOTICE).
#
# With LIVESERVE_SELF_CONTAINED every library but the C library is in the program, or the build fails. Packages for
# all distributions are made so (packaging/); the terms of the LGPL are kept there.

if(BUILD_TESTING OR LIVESERVE_FUZZ)
  set(LIVESERVE_STATIC_BY_DEFAULT OFF)
else()
  set(LIVESERVE_STATIC_BY_DEFAULT ON)
endif()
option(LIVESERVE_STATIC "Put libwebsockets, OpenSSL and others into the program, where their archives are installed"
  ${LIVESERVE_STATIC_BY_DEFAULT})
option(LIVESERVE_SELF_CONTAINED "Put every library but the C library into the program" OFF)
set(LIVESERVE_ARCHIVES "" CACHE PATH "Folder with archives (.a) that are not where their headers say")

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LWS REQUIRED IMPORTED_TARGET libwebsockets>=4.1)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(CRYPT REQUIRED IMPORTED_TARGET libcrypt)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET openssl>=3.0)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2>=1.50)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlidec)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd>=1.4)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8>=10.30)
pkg_check_modules(XXHASH REQUIRED libxxhash>=0.8) # its header, compiled in

add_library(liveserve_libraries INTERFACE)
target_link_libraries(liveserve_libraries INTERFACE Threads::Threads)
set(SMALL CJSON CRYPT QRENCODE)
set(ARCHIVED LWS OPENSSL NGHTTP2 PCRE2 BROTLI ZSTD ZLIB)
if(LIVESERVE_SELF_CONTAINED)
  list(APPEND ARCHIVED ${SMALL})
else()
  foreach(package IN LISTS SMALL)
    target_link_libraries(liveserve_libraries INTERFACE PkgConfig::${package})
  endforeach()
endif()

# find_archives(RESULT): what to link in place of the shared libraries in ARCHIVED, in their order; a library that
# they need, such as libcap, may be shared, but not with LIVESERVE_SELF_CONTAINED. It is empty if that cannot be linked.
function(find_archives result)
  set(linked "")
  set(libraries "")
  set(folders "")
  set(includes "")
  foreach(package IN LISTS ARCHIVED)
    list(APPEND libraries ${${package}_STATIC_LIBRARIES})
    list(APPEND folders ${${package}_LIBDIR})
    list(APPEND includes ${${package}_INCLUDE_DIRS})
  endforeach()
  foreach(library IN LISTS libraries)
    find_library(ARCHIVE_OF_${library} lib${library}.a HINTS ${LIVESERVE_ARCHIVES} ${folders})
    mark_as_advanced(ARCHIVE_OF_${library})
    if(library MATCHES "^(c|dl|m|pthread|rt)$")
      list(APPEND linked ${library})
    elseif(ARCHIVE_OF_${library})
      list(APPEND linked ${ARCHIVE_OF_${library}})
    elseif(LIVESERVE_SELF_CONTAINED)
      message(FATAL_ERROR "LIVESERVE_SELF_CONTAINED needs lib${library}.a; name its folder by LIVESERVE_ARCHIVES")
    else()
      list(APPEND linked ${library})
    endif()
  endforeach()

  set(CMAKE_REQUIRED_LIBRARIES ${linked})
  set(CMAKE_REQUIRED_INCLUDES ${includes})
  check_c_source_compiles("
    #define PCRE2_CODE_UNIT_WIDTH 8
    #include <brotli/decode.h>
    #include <libwebsockets.h>
    #include <nghttp2/nghttp2.h>
    #include <openssl/ssl.h>
    #include <pcre2.h>
    #include <zlib.h>
    #include <zstd.h>
    int main(void)
    {
      return lws_create_context(0) && SSL_CTX_new(TLS_server_method()) && nghttp2_version(0) &&
        pcre2_config(PCRE2_CONFIG_UNICODE, 0) && BrotliDecoderVersion() && ZSTD_versionNumber() &&
        zlibVersion();
    }" ARCHIVES_CAN_BE_LINKED)
  if(ARCHIVES_CAN_BE_LINKED)
    set(${result} ${linked} PARENT_SCOPE)
  endif()
endfunction()

if(LIVESERVE_STATIC OR LIVESERVE_SELF_CONTAINED)
  find_archives(archives)
endif()
if(LIVESERVE_SELF_CONTAINED AND NOT archives)
  message(FATAL_ERROR "the archives cannot be linked with each other; CMakeError.log in the build folder says why")
endif()
foreach(package IN LISTS ARCHIVED)
  if(archives)
    target_include_directories(liveserve_libraries SYSTEM INTERFACE ${${package}_INCLUDE_DIRS})
  else()
    target_link_libraries(liveserve_libraries INTERFACE PkgConfig::${package})
  endif()
endforeach()
target_link_libraries(liveserve_libraries INTERFACE ${archives})
