# weir_module(NAME [LINK target...] [TEST_LINK target...])
# One folder under lib/ is one static library weir_<folder>: every .cpp in it but *_test.cpp. The unit tests
# beside the code make one executable per module, <folder>_test.

add_library(weir_options INTERFACE)
target_compile_options(weir_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -fno-omit-frame-pointer)
target_include_directories(weir_options INTERFACE ${PROJECT_SOURCE_DIR}/lib)
target_compile_definitions(weir_options INTERFACE WEIR_VERSION="${PROJECT_VERSION}")
if(WEIR_SANITIZE)
  target_compile_options(weir_options INTERFACE -fsanitize=${WEIR_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(weir_options INTERFACE -fsanitize=${WEIR_SANITIZE})
else()
  target_compile_options(weir_options INTERFACE
    -ffunction-sections -fdata-sections -fstack-protector-strong $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  # libstdc++ is linked in: it halves the time to start. libgcc never, since exceptions leave our own shared objects.
  target_link_options(weir_options INTERFACE -static-libstdc++ -Wl,--gc-sections -Wl,--as-needed -Wl,-z,relro,-z,now)
endif()

function(weir_module name)
  cmake_parse_arguments(arg "" "" "LINK;TEST_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(sources)
    add_library(weir_${name} STATIC ${sources})
    set_target_properties(weir_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(weir_${name} PUBLIC weir_options ${arg_LINK})
  else()
    add_library(weir_${name} INTERFACE)
    target_link_libraries(weir_${name} INTERFACE weir_options ${arg_LINK})
  endif()
  if(WEIR_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE weir_${name} weir_test_support ${arg_TEST_LINK})
    add_test(NAME unit/${name} COMMAND ${name}_test)
  endif()
endfunction()
