# weir_module(NAME [LINK target...] [TEST_LINK target...] [TEST_COST seconds])
# One folder under lib/ is one static library weir_<folder>: every .cpp in it but *_test.cpp. The unit tests
# beside the code make one executable per module, <folder>_test.

add_library(weir_options INTERFACE)
target_compile_options(weir_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -fno-omit-frame-pointer
  -Wno-missing-field-initializers  # designated initializers leave members at their defaults on purpose
  -Wno-restrict)  # GCC 12 sees overlaps in string concatenation that are not there (its bug 105651)
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

# Modules with threads of their own: their unit tests run under TSan too. Not kafka: librdkafka makes its threads by
# thrd_create, which gcc 12's TSan does not know, so that the first of them crashes.
set(weir_threaded_modules base stream log coord bus)
# What scripts/test builds under ASan; weir_test adds to it.
add_custom_target(weir_unit_tests)
add_custom_target(weir_e2e_tests)

# weir_test(NAME LABELS label... [SECONDS limit] [COST seconds] COMMAND command...)
# A label is a suite of scripts/test. Exit 77 is a skip, after a line "SKIP: why". COST: about how long it takes, where that
# is long; what costs most is begun first, so that no core waits for it at the end.
function(weir_test name)
  cmake_parse_arguments(arg "" "SECONDS;COST" "LABELS;COMMAND" ${ARGN})
  if(NOT arg_SECONDS)
    set(arg_SECONDS 300)
  endif()
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_SECONDS} SKIP_RETURN_CODE 77
                       ENVIRONMENT "WEIR_TEST=${name};UBSAN_OPTIONS=print_stacktrace=1")
  if(arg_COST)
    set_tests_properties(${name} PROPERTIES COST ${arg_COST})
  endif()
  list(GET arg_COMMAND 0 program)
  if(NOT TARGET ${program})
    return()
  endif()
  foreach(label unit e2e)
    if(label IN_LIST arg_LABELS)
      add_dependencies(weir_${label}_tests ${program})
    endif()
  endforeach()
  # What a sanitizer looks for is in the library; assertions take g++ twice as long to optimize as to leave as they are.
  if(WEIR_SANITIZE AND "unit" IN_LIST arg_LABELS)
    target_compile_options(${program} PRIVATE -O0)
  endif()
endfunction()

function(weir_module name)
  cmake_parse_arguments(arg "" "TEST_COST" "LINK;TEST_LINK" ${ARGN})
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
    set(labels unit)
    if(name IN_LIST weir_threaded_modules)
      list(APPEND labels threads)
    endif()
    # Sweeps of one thread, which TSan takes minutes to find nothing in.
    set(flags)
    if(WEIR_SANITIZE STREQUAL thread)
      set(flags "--test-suite-exclude=one thread")
    endif()
    set(cost)
    if(arg_TEST_COST)
      set(cost COST ${arg_TEST_COST})
    endif()
    weir_test(unit/${name} LABELS ${labels} ${cost} COMMAND ${name}_test ${flags})
  endif()
endfunction()
