# One target per folder of src/. The DEPENDS line of a folder is its whole permission to include:
# tools/check_floors.py (a ctest) fails when a source includes a folder that is not on it.
#
#   forecart_folder(series DEPENDS base math)
#
# Every *.cpp of the folder goes into the library forecart_<name>; every *_test.cpp into the test
# program <name>_test; every x_fuzz.cpp becomes a libFuzzer program x_fuzz, and a test on inputs from
# a fixed seed. Subfolders are folders of
# their own (models/sarima -> models_sarima).
function(forecart_folder name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")

  set(target forecart_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    forecart_precompiled(${target} forecart_headers)
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND forecart_)
  target_link_libraries(${target} ${scope} ${ARG_DEPENDS} ${ARG_LIBRARIES} forecart_options)

  if(tests AND FORECART_TESTS)
    list(TRANSFORM ARG_TEST_DEPENDS PREPEND forecart_)
    add_executable(${name}_test ${tests})
    forecart_precompiled(${name}_test forecart_test_headers)
    target_link_libraries(${name}_test PRIVATE ${target} ${ARG_TEST_DEPENDS} forecart_testing)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
      PROPERTIES ENVIRONMENT FORECART_SHARED=${FORECART_SHARED}
      # not a second entry of ENVIRONMENT: gtest_discover_tests takes such a list apart
      ENVIRONMENT_MODIFICATION RC_PARAMS=set:seed=1)
  endif()

  # The small form of scripts/fuzz: the same targets on inputs from a fixed seed.
  if(FORECART_TESTS)
    foreach(source IN LISTS fuzzers)
      cmake_path(GET source STEM fuzzer)
      add_executable(${fuzzer}_seeded ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz/seeded_driver.cpp)
      target_link_libraries(${fuzzer}_seeded PRIVATE ${target} forecart_base)
      add_test(NAME fuzz.${fuzzer} COMMAND ${fuzzer}_seeded)
    endforeach()
  endif()

  if(FORECART_FUZZERS)
    foreach(source IN LISTS fuzzers)
      cmake_path(GET source STEM fuzzer)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE ${target})
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()
