# Every package comes from Debian 12. The minimum versions are the ones the code was written against.
find_package(Threads REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(Boost 1.81 REQUIRED)  # headers only: unordered, container, process
if(WEIR_TESTS)
  find_package(doctest 2.4.9 REQUIRED)
  find_package(simdjson 3.0 REQUIRED)  # the second opinion on what is JSON
endif()

find_package(PkgConfig REQUIRED)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal>=2.30)

# The codecs and RE2 are linked statically where the system has the archives: each shared object costs
# every start of every tool about 0.1 ms.
function(weir_static_library name header)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  find_library(${name}_LIBRARY NAMES lib${name}.a ${name} REQUIRED)
  add_library(weir_dep_${name} INTERFACE)
  target_include_directories(weir_dep_${name} SYSTEM INTERFACE ${${name}_INCLUDE})
  target_link_libraries(weir_dep_${name} INTERFACE ${${name}_LIBRARY} ${ARGN})
endfunction()
weir_static_library(z zlib.h)           # zlib1g-dev >= 1.2.13
weir_static_library(zstd zstd.h)        # libzstd-dev >= 1.5.4
weir_static_library(lz4 lz4frame.h)     # liblz4-dev >= 1.9.4
weir_static_library(snappy snappy.h)    # libsnappy-dev >= 1.1.9
weir_static_library(re2 re2/re2.h Threads::Threads)  # libre2-dev >= 20220601
