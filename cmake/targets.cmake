include(GoogleTest)

# counterfoil_library(NAME SOURCES file... [DEPENDS target...] [PRIVATE_DEPENDS target...])
# One library per module: its own files, what it stands on, our warnings.
function(counterfoil_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(
    ${name}
    PUBLIC ${arg_DEPENDS}
    PRIVATE ${arg_PRIVATE_DEPENDS} counterfoil_warnings)
endfunction()

# counterfoil_program(NAME SOURCES file... DEPENDS target...)
function(counterfoil_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} counterfoil_warnings)
endfunction()

# counterfoil_test(NAME [ALONE] [TOGETHER] SOURCES file... DEPENDS target...)
# A GoogleTest program; every case in it is a test of its own for the runner. Test sources are
# compiled as one unit, because the test library's headers cost more than the tests. With ALONE the
# runner does nothing else meanwhile, for tests that keep time. With TOGETHER all cases are one test
# for the runner, because they share what takes long to start.
function(counterfoil_test name)
  cmake_parse_arguments(arg "ALONE;TOGETHER" "" "SOURCES;DEPENDS" ${ARGN})
  counterfoil_program(${name} SOURCES ${arg_SOURCES} DEPENDS ${arg_DEPENDS})
  target_link_libraries(${name} PRIVATE GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  set(properties TIMEOUT 300 RUN_SERIAL ${arg_ALONE})
  if(arg_ALONE)
    list(APPEND properties LABELS timed)
  endif()
  if(arg_TOGETHER)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES ${properties})
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()
